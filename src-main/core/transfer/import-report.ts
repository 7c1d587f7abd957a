import { appendFileSync, createReadStream, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ImportRemark } from '@shared/model/import';
import { english, message, type Message } from '@shared/text/message';
import { folderError } from '../store/file/errors';

/** A report is for a person: beyond this it only counts, bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
const SHOWN = 160;
const READ_CHUNK_BYTES = 64 * 1024;

/** `text`: English, for a person. `remarks`: one JSON object a line, which the window puts into its own language. */
export type ReportForm = 'text' | 'remarks';

/** What an import could not take, line by line, in a file that is made with the first of them. */
export class ImportReport {
  private bytes: number;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private told = false;

  /** @param bytes its length where the import is gone on with; what was written after that is written again. @throws {AppError} */
  constructor(
    readonly path: string,
    bytes: number,
    private readonly form: ReportForm = 'text',
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

  badLine(line: number, problem: Message, text: string): void {
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    this.add({ line, problem, text: shown.replaceAll(/[\r\n]+/g, ' ') });
  }

  add(remark: ImportRemark): void {
    if (this.told) return;
    this.told = this.bytes + this.waitingBytes > MAX_BYTES;
    this.write(this.told ? { line: null, problem: message('message.import.reportEnds'), text: '' } : remark);
  }

  /** The closing lines, whatever the length. */
  close(problems: readonly Message[]): void {
    this.told = false;
    for (const problem of problems) this.write({ line: null, problem, text: '' });
    this.flush();
  }

  private write(remark: ImportRemark): void {
    const line = `${this.form === 'text' ? inEnglish(remark) : JSON.stringify(remark)}\n`;
    this.waiting.push(line);
    this.waitingBytes += Buffer.byteLength(line);
  }

  /** @returns its length on disk. @throws {AppError} */
  flush(): number {
    if (this.waiting.length === 0) return this.bytes;
    try {
      if (this.bytes === 0) writeFileSync(this.path, this.waiting.join(''), { mode: 0o600 });
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

function inEnglish({ line, problem, text }: ImportRemark): string {
  const why = english(problem);
  return line === null ? why : `line ${line}: ${why}: ${text}`;
}

/** What a report of the form `remarks` holds, in parts. @throws {AppError} `storage-failed` */
export async function* readRemarks(path: string, signal?: AbortSignal): AsyncGenerator<ImportRemark[], void> {
  try {
    let rest = '';
    for await (const text of createReadStream(path, {
      encoding: 'utf8',
      highWaterMark: READ_CHUNK_BYTES,
      ...(signal ? { signal } : {}),
    }) as AsyncIterable<string>) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) yield lines.map(remarkOf);
    }
  } catch (error) {
    throw folderError(error, path);
  }
}

/** A line of a report; of one that an earlier version wrote, its text. */
function remarkOf(line: string): ImportRemark {
  try {
    const read = ImportRemark.safeParse(JSON.parse(line));
    if (read.success) return read.data;
  } catch {
    // Written as text.
  }
  return { line: null, problem: line, text: '' };
}
