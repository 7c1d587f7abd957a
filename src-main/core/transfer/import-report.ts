import { appendFileSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { folderError } from '../store/errors';

/** A report is for a person: beyond this it only counts, bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
const SHOWN = 160;

/** What an import could not take, line by line, in a text file that is made with the first of them. */
export class ImportReport {
  private bytes: number;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private told = false;

  /** @param bytes its length where the import is gone on with; what was written after that is written again. @throws {AppError} */
  constructor(
    readonly path: string,
    bytes: number,
  ) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.bytes = Math.min(bytes, statSync(path, { throwIfNoEntry: false })?.size ?? 0);
      if (this.bytes === 0) rmSync(path, { force: true });
      else truncateSync(path, this.bytes);
    } catch (error) {
      throw folderError(error, path);
    }
  }

  get isEmpty(): boolean {
    return this.bytes === 0 && this.waitingBytes === 0;
  }

  badLine(line: number, problem: string, text: string): void {
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    this.add(`line ${line}: ${problem}: ${shown.replaceAll(/[\r\n]+/g, ' ')}`);
  }

  add(text: string): void {
    if (this.told) return;
    this.told = this.bytes + this.waitingBytes > MAX_BYTES;
    const line = `${this.told ? 'There are more; the report ends here, the count goes on.' : text}\n`;
    this.waiting.push(line);
    this.waitingBytes += Buffer.byteLength(line);
  }

  /** The closing lines, whatever the length. */
  close(lines: readonly string[]): void {
    this.told = false;
    for (const line of lines) {
      this.waiting.push(`${line}\n`);
      this.waitingBytes += Buffer.byteLength(line) + 1;
    }
    this.flush();
  }

  /** @returns its length on disk. @throws {AppError} */
  flush(): number {
    if (this.waiting.length === 0) return this.bytes;
    try {
      if (this.bytes === 0) writeFileSync(this.path, this.waiting.join(''));
      else appendFileSync(this.path, this.waiting.join(''));
    } catch (error) {
      throw folderError(error, this.path);
    }
    this.bytes += this.waitingBytes;
    this.waiting = [];
    this.waitingBytes = 0;
    return this.bytes;
  }
}
