import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';

/**
 * A file that only its owner can read, with the console's token as its one line. It must not exist: a file that somebody else
 * has laid there would be theirs to read.
 */
export class TokenFile {
  readonly path: string;
  private written = false;

  /** @throws {AppError} `conflict` when it exists */
  constructor(path: string) {
    this.path = resolve(path);
    if (existsSync(this.path)) throw this.taken();
  }

  /** @throws {AppError} `conflict` when it exists by now, `storage-failed` when it cannot be made */
  write(token: string): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      writeFileSync(this.path, `${token}\n`, { flag: 'wx', mode: 0o600 });
      this.written = true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw this.taken();
      throw new AppError(
        'storage-failed',
        `The token file ${this.path} cannot be made (${error instanceof Error ? error.message : String(error)}).`,
        { cause: error },
      );
    }
  }

  /** Its token opens nothing any more. */
  remove(): void {
    if (this.written) rmSync(this.path, { force: true });
  }

  private taken(): AppError {
    return new AppError('conflict', `The token file ${this.path} exists already. Remove it, or name another with --token-file.`);
  }
}
