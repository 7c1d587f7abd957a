import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface RotatingFileOptions {
  /** A file is at most this long, bytes. */
  readonly maxBytes: number;
  /** Older files that are kept beside it: `core.1.log` is the newest of them. */
  readonly older: number;
}

/**
 * A file of lines, bounded at every moment and readable by its owner only. Each line is handed to the system before `write`
 * returns, so that a process that is killed has told all it had to tell; a disk that refuses one is remembered, and tried
 * again with the next. Nothing is made before the first line.
 */
export class RotatingFile {
  private file: number | null = null;
  private size = 0;
  /** A refused line was begun: the next starts on a line of its own. */
  private torn = false;
  private refusal: string | null = null;

  /** @param path absolute, ending in ".log" */
  constructor(
    readonly path: string,
    private readonly options: RotatingFileOptions,
  ) {}

  /** Why the last line could not be written; null when it was. */
  get failure(): string | null {
    return this.refusal;
  }

  /** @param line with its line end */
  write(line: string): void {
    try {
      const bytes = Buffer.from(this.torn ? `\n${line}` : line);
      const file = this.opened(bytes.length);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(file, bytes, written);
        this.torn = written < bytes.length;
      }
      this.size += bytes.length;
      this.refusal = null;
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
      this.close();
    }
  }

  close(): void {
    if (this.file === null) return;
    const { file } = this;
    this.file = null;
    try {
      closeSync(file);
    } catch {
      // What it held is lost already, and the next line opens it anew.
    }
  }

  /** `core.log` → `core.1.log`. */
  numbered(i: number): string {
    return this.path.replace(/\.log$/, `.${i}.log`);
  }

  private opened(more: number): number {
    // Somebody may have removed it, or the folder, meanwhile.
    if (this.file !== null && fstatSync(this.file).nlink === 0) this.close();
    if (this.file === null) this.open();
    if (this.size > 0 && this.size + more > this.options.maxBytes) {
      this.close();
      this.rotate();
      this.open();
    }
    if (this.file === null) throw new Error(`${this.path} is not open`);
    return this.file;
  }

  private open(): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    this.file = openSync(this.path, 'a', 0o600);
    const { size, mode } = fstatSync(this.file);
    this.size = size;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) fchmodSync(this.file, 0o600);
  }

  private rotate(): void {
    rmSync(this.numbered(this.options.older), { force: true });
    for (let i = this.options.older; i > 0; i--) {
      try {
        renameSync(i === 1 ? this.path : this.numbered(i - 1), this.numbered(i));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
