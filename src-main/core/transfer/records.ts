import { message, type KeyedMessage } from '@shared/text/message';
import { FileBytes } from './file-bytes';

/** One line, or for CSV one record, which may hold line breaks inside quotes. */
export interface TextRecord {
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** Where the next one begins: byte in the file, and line. */
  readonly nextByte: number;
  readonly nextLine: number;
  /** Why it cannot be read; `text` then is its beginning. Null when it can. */
  readonly problem: KeyedMessage | null;
}

export interface RecordOptions {
  /** Byte of a field separator: records are CSV (RFC 4180). Null: records are lines. */
  readonly separator: number | null;
  /** Where to begin; both as told by the record before. Of a gzip file, the byte of what is packed in it. */
  readonly fromByte: number;
  readonly fromLine: number;
  /** What is longer is no record, bytes; default 64 KiB: longer is no line of measurements. */
  readonly maxBytes?: number;
}

/** Text from any byte on. */
export interface TextSource {
  from(fromByte: number): AsyncGenerator<Buffer, void>;
}

const MAX_RECORD = 64 * 1024;
const SHOWN_BYTES = 200;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/**
 * The records of a text file in UTF-8, gathered by chunks of the file; memory holds one chunk and one record at most.
 * @throws what the file system throws, and FileBytes for a damaged gzip file
 */
export async function* readRecords(file: string | TextSource, options: RecordOptions): AsyncGenerator<TextRecord[], void> {
  const bytes = typeof file === 'string' ? new FileBytes(file) : file;
  const scanner = new RecordScanner(options);
  for await (const chunk of bytes.from(options.fromByte)) yield scanner.push(chunk);
  yield scanner.end();
}

/** Cuts bytes into records, fed a chunk at a time. */
export class RecordScanner {
  private rest: Buffer = Buffer.alloc(0);
  private restByte: number;
  private line: number;
  /** The line that was too long goes on. */
  private skipping = false;
  private readonly maxBytes: number;

  constructor(private readonly options: RecordOptions) {
    this.maxBytes = options.maxBytes ?? MAX_RECORD;
    this.restByte = options.fromByte;
    this.line = options.fromLine;
  }

  push(chunk: Buffer): TextRecord[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    return this.scan(false);
  }

  /** The last record may lack its line break. */
  end(): TextRecord[] {
    return this.scan(true);
  }

  private scan(isLast: boolean): TextRecord[] {
    const found: TextRecord[] = [];
    let start = 0;
    const take = (end: number, problem: KeyedMessage | null): void => {
      const next = Math.min(end + 1, this.rest.length);
      const line = this.line;
      this.line += breaks(this.rest, start, next);
      found.push({ text: this.textOf(start, end, problem !== null), line, nextByte: this.restByte + next, nextLine: this.line, problem });
      start = next;
    };
    while (start < this.rest.length) {
      if (this.skipping) {
        const end = this.rest.indexOf(LF, start);
        if (end === -1) {
          start = this.rest.length;
          break;
        }
        this.line += 1;
        this.skipping = false;
        start = end + 1;
        continue;
      }
      const end = this.recordEnd(start, isLast);
      if (typeof end === 'number' && end - start <= this.maxBytes) {
        take(end, null);
        continue;
      }
      // Not to be read as a record, unless more of the file makes it one: its first line is given up, and the next one tried.
      const firstBreak = this.rest.indexOf(LF, start);
      const lineEnd = firstBreak === -1 ? this.rest.length : firstBreak;
      const isTooLong = lineEnd - start > this.maxBytes;
      const mayGoOn = !isLast && (firstBreak === -1 || end === 'open') && this.rest.length - start <= this.maxBytes;
      if (mayGoOn) break;
      if (firstBreak !== -1 || isLast) {
        take(lineEnd, isTooLong ? message('message.record.tooLong') : message('message.record.openQuote'));
        continue;
      }
      found.push({
        text: this.textOf(start, lineEnd, true),
        line: this.line,
        nextByte: this.restByte + lineEnd,
        nextLine: this.line,
        problem: message('message.record.tooLong'),
      });
      this.skipping = true;
      start = lineEnd;
    }
    this.restByte += start;
    this.rest = this.rest.subarray(start);
    return found;
  }

  private textOf(start: number, end: number, shorten: boolean): string {
    const from =
      this.restByte + start === 0 && this.rest[start] === 0xef && this.rest[start + 1] === 0xbb && this.rest[start + 2] === 0xbf
        ? start + 3
        : start;
    const to = end > from && this.rest[end - 1] === CR ? end - 1 : end;
    return this.rest.toString('utf8', from, shorten ? Math.min(to, from + SHOWN_BYTES) : to);
  }

  /** Where the record that begins at `start` ends (its line break, or the end of all); 'open' when it goes on beyond what is there. */
  private recordEnd(start: number, isLast: boolean): number | 'open' | 'broken' {
    const { separator } = this.options;
    const { rest } = this;
    if (separator === null) {
      const end = rest.indexOf(LF, start);
      return end !== -1 ? end : isLast ? rest.length : 'open';
    }
    let at = start;
    for (let fieldBegins = true; at < rest.length;) {
      const byte = rest[at];
      if (fieldBegins && byte === QUOTE) {
        const close = closingQuote(rest, at + 1);
        if (close === -1 || (close + 1 === rest.length && !isLast)) return 'open';
        const next = rest[close + 1];
        if (next !== undefined && next !== separator && next !== LF && next !== CR) return 'broken';
        at = close + 1;
        fieldBegins = false;
        continue;
      }
      if (byte === LF) return at;
      fieldBegins = byte === separator;
      at += 1;
    }
    return isLast ? rest.length : 'open';
  }
}

/** The quote that ends a quoted field: the first that is not doubled. */
function closingQuote(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 2)) if (bytes[at + 1] !== QUOTE) return at;
  return -1;
}

function breaks(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < to; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}
