import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { z } from 'zod';
import type { LogFields, LogLevel } from '@shared/base/log';
import { RotatingFile } from './rotating-file';

const MAX_BYTES = 2 ** 20;
const OLDER = 4;
const MAX_TEXT = 8 * 1024;
/** What a person is shown of it. */
const TAIL_BYTES = 128 * 1024;

/** What gives access: the console's token in an address or a protocol name, passwords in addresses. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [/\b(token[=.:]\s?)[\w-]{8,}/gi, '$1…'],
  [/(\w+:\/\/[^/\s:@]+:)[^/\s@]+@/g, '$1…@'],
];

export interface LogFileOptions {
  /** Takes out what no log may tell. Default: nothing. */
  readonly redact?: (text: string) => string;
  /** Default 1 MiB; with the older ones at most five times that lies on the disk. */
  readonly maxBytes?: number;
  /** Default Date.now. */
  readonly wallMs?: () => number;
}

/**
 * A program's log on disk: one JSON object an entry (pino's), in files of a bounded size and number. The same entry again
 * and again is counted instead. What it is given goes through `redact` before anything else looks at it.
 */
export class LogFile {
  private readonly file: RotatingFile;
  private readonly logger: Logger;
  private readonly redact: (text: string) => string;
  private last = '';
  private repeated = 0;

  /** @param path absolute, ending in ".log" */
  constructor(path: string, { redact = (text) => text, maxBytes = MAX_BYTES, wallMs = Date.now }: LogFileOptions = {}) {
    this.redact = redact;
    this.file = new RotatingFile(path, { maxBytes, older: OLDER });
    this.logger = pino(
      {
        base: { pid: process.pid },
        messageKey: 'text',
        nestedKey: 'fields',
        formatters: { level: (level) => ({ level }) },
        timestamp: () => `,"time":"${new Date(wallMs()).toISOString()}"`,
      },
      this.file,
    );
  }

  get path(): string {
    return this.file.path;
  }

  /** Why the last entry could not be written; null when it was. */
  get failure(): string | null {
    return this.file.failure;
  }

  readonly write = (level: LogLevel, text: string, fields: LogFields = {}): void => {
    const told = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? this.tidied(value) : value]),
    );
    const entry = { text: this.tidied(text), fields: told };
    const key = `${level} ${JSON.stringify(entry)}`;
    if (key === this.last) {
      this.repeated++;
      return;
    }
    this.flush();
    this.last = key;
    this.put(level, entry.text, told);
  };

  /** Says how often the last entry came again; also at the end. */
  flush(): void {
    const { repeated } = this;
    this.repeated = 0;
    if (repeated > 0) this.put('info', `the line above came ${repeated} more ${repeated === 1 ? 'time' : 'times'}`, {});
  }

  /** The newest entries as lines of text, of at most 128 KiB of the file, oldest first; empty when there are none. */
  tail(): string {
    this.flush();
    const before = this.file.numbered(1);
    try {
      const own = endOf(this.path, TAIL_BYTES);
      const older = statSync(this.path).size < TAIL_BYTES && existsSync(before) ? endOf(before, TAIL_BYTES - Buffer.byteLength(own)) : '';
      return (older + own).split('\n').map(textOf).join('\n');
    } catch {
      return '';
    }
  }

  /** Flushes, and lets go of the file; it can be written to again. */
  close(): void {
    this.flush();
    this.file.close();
  }

  private put(level: LogLevel, text: string, fields: LogFields): void {
    if (Object.keys(fields).length === 0) this.logger[level](text);
    else this.logger[level](fields, text);
  }

  /** Bounded, without what gives access. */
  private tidied(text: string): string {
    const whole = this.redact(text).trim();
    const cut = whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)} …` : whole;
    return credentials.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), cut);
  }
}

const Entry = z.object({
  time: z.string(),
  level: z.string(),
  text: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});

/** An entry as a person reads it. Lines of versions before, which were text, stay as they are. */
function textOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { time, level, text, fields } = Entry.parse(JSON.parse(line));
    const told = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`);
    return `${time} ${level} ${text.replace(/\s*\r?\n\s*/g, ' ⏎ ')}${told.join('')}`;
  } catch {
    return line;
  }
}

/** Whole lines only. */
function endOf(path: string, bytes: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, Math.max(0, bytes)));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, read);
    return size > bytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(file);
  }
}
