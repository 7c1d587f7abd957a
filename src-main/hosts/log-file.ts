import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogLevel = 'info' | 'warn' | 'error';

const MAX_BYTES = 2 ** 20;
/** Older files beside the one written to: `core.1.log` is the newest of them. */
const OLDER = 4;
const MAX_LINE = 8 * 1024;
/** What a person is shown of it. */
const TAIL_BYTES = 128 * 1024;

/** Anything that opens a door: the console's token in an address or a protocol name, passwords in addresses. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(token[=.:]\s?)[\w-]{8,}/gi, '$1…'],
  [/(\w+:\/\/[^/\s:@]+:)[^/\s@]+@/g, '$1…@'],
];

export interface LogFileOptions {
  /** Default 1 MiB; with the older ones at most five times that lies on the disk. */
  readonly maxBytes?: number;
  /** Default Date.now. */
  readonly wallMs?: () => number;
}

/**
 * A program's log on disk, bounded: at {@link MAX_BYTES} it moves one place up and begins anew. One line an entry; the same
 * line again and again is counted instead. Nothing is made before the first line, and a disk that refuses stops nothing.
 */
export class LogFile {
  private readonly maxBytes: number;
  private readonly wallMs: () => number;
  private last = '';
  private repeated = 0;
  private refusal: string | null = null;

  /** @param path absolute, ending in ".log" */
  constructor(
    readonly path: string,
    options: LogFileOptions = {},
  ) {
    this.maxBytes = options.maxBytes ?? MAX_BYTES;
    this.wallMs = options.wallMs ?? Date.now;
  }

  /** Why the last line could not be written; null when it was. */
  get failure(): string | null {
    return this.refusal;
  }

  write(level: LogLevel, text: string): void {
    const line = `${level} ${tidied(text)}`;
    if (line === this.last) {
      this.repeated++;
      return;
    }
    this.flush();
    this.last = line;
    this.append(line);
  }

  /** Says how often the last line came again; also at the end. */
  flush(): void {
    if (this.repeated > 0) this.append(`info the line above came ${this.repeated} more ${this.repeated === 1 ? 'time' : 'times'}`);
    this.repeated = 0;
  }

  /** The newest lines, at most 128 KiB of them, oldest first; empty when there are none. */
  tail(): string {
    this.flush();
    try {
      const before = statSync(this.path).size < TAIL_BYTES && existsSync(this.numbered(1)) ? endOf(this.numbered(1), TAIL_BYTES) : '';
      return (before + endOf(this.path, TAIL_BYTES)).slice(-TAIL_BYTES);
    } catch {
      return '';
    }
  }

  private append(line: string): void {
    const entry = `${new Date(this.wallMs()).toISOString()} ${line}\n`;
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      this.rotate(Buffer.byteLength(entry));
      appendFileSync(this.path, entry, { mode: 0o600 });
      this.refusal = null;
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  private rotate(more: number): void {
    const size = existsSync(this.path) ? statSync(this.path).size : 0;
    if (size === 0 || size + more <= this.maxBytes) return;
    rmSync(this.numbered(OLDER), { force: true });
    for (let i = OLDER; i > 0; i--) {
      const from = i === 1 ? this.path : this.numbered(i - 1);
      if (existsSync(from)) renameSync(from, this.numbered(i));
    }
  }

  private numbered(i: number): string {
    return this.path.replace(/\.log$/, `.${i}.log`);
  }
}

/** One line, bounded, without what opens doors. */
function tidied(text: string): string {
  const line = text.trim().replace(/\s*\r?\n\s*/g, ' ⏎ ');
  const cut = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line;
  return secrets.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), cut);
}

/** Whole lines only. */
function endOf(path: string, bytes: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, read);
    return size > bytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(file);
  }
}
