import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { SecretId, SecretKeeper } from '@shared/model/secret';
import { message, messageOf } from '@shared/text/message';
import { folderError } from '../store/file/errors';

const SealedSecret = z.object({ setAtMs: z.number(), keeper: SecretKeeper, sealed: z.string() });
export type SealedSecret = z.infer<typeof SealedSecret>;
const Content = z.object({ version: z.literal(1), secrets: z.record(SecretId, SealedSecret) });

/**
 * The encrypted secrets of one data folder. They lie beside the database, not in it: a backup or an export of it holds none
 * of them.
 */
export class SealedFile {
  constructor(readonly path: string) {}

  /** @throws {AppError} `storage-failed` for a file that is not one of ours; it is left as it is */
  read(): Map<string, SealedSecret> {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw new AppError('storage-failed', message('message.secrets.fileUnreadable', { path: this.path, why: messageOf(error) }));
    }
    try {
      return new Map(Object.entries(Content.parse(JSON.parse(text)).secrets));
    } catch (error) {
      // What a parser says of it could quote it.
      throw new AppError('storage-failed', message('message.secrets.fileBroken', { path: this.path }), { cause: error });
    }
  }

  /** All or nothing: the new content is whole on the disk before it takes the place of the old. @throws {AppError} */
  write(secrets: ReadonlyMap<string, SealedSecret>): void {
    const part = `${this.path}.part`;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      rmSync(part, { force: true });
      const file = openSync(part, 'wx', 0o600);
      try {
        // Not writeSync: a disk that is nearly full takes a part of it, which is no error.
        writeFileSync(file, `${JSON.stringify({ version: 1, secrets: Object.fromEntries(secrets) }, null, 2)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(part, this.path);
    } catch (error) {
      rmSync(part, { force: true });
      throw folderError(error, dirname(this.path));
    }
  }
}
