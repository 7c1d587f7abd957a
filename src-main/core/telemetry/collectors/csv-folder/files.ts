import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isKeyedMessage, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { fieldsOf } from '../../../transfer/csv/dialect';
import { decode, detectForm } from '../../../transfer/csv/encoding';
import { cellNumber, type Decimal } from '../../../transfer/csv/numbers';
import { RecordScanner } from '../../../transfer/records';
import type { MeterValue } from '../meters/readings';
import { toldTimes, type TimeFormat } from '../meters/told-time';
import { toldValue, type ToldPoint } from '../meters/told-value';

export interface TablePoint extends ToldPoint {
  readonly column: string;
}

export interface TableFormat extends TimeFormat {
  readonly separator: string;
  readonly decimal: Decimal;
  readonly timeColumn: string;
  readonly points: readonly TablePoint[];
}

/** One row of a file. */
export interface TableRow {
  readonly atMs: number;
  readonly values: readonly MeterValue[];
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Of a file with much in it, so much is taken at a time: what came before is an import, and holds up nobody. */
const BYTES_AT_ONCE = 256 * 1024;
/** A last line without its end may be half written; once nobody has written for so long it is whole. */
const SETTLED_MS = 60_000;
const AHEAD_MS = 60_000;

/** A file that grows, or is put in place of another: what was read of it is not read again. */
class TableFile {
  private stamp = '';
  private ino = -1;
  private size = 0;
  private taken = 0;
  private line = 1;
  private header: readonly string[] | null = null;
  private times: (told: unknown) => number | null;

  constructor(
    private readonly path: string,
    private readonly format: TableFormat,
  ) {
    this.times = toldTimes(format);
  }

  /** The rows that are new. @throws {MessageError} naming the file and what is wrong in it */
  async newRows(nowMs: number, onProblem: (why: Message) => void): Promise<TableRow[]> {
    const { ino, size, mtimeMs } = await stat(this.path);
    const isSettled = nowMs - mtimeMs > SETTLED_MS;
    const stamp = `${ino} ${size} ${mtimeMs} ${isSettled}`;
    if (stamp === this.stamp) return [];
    if (size > MAX_FILE_BYTES)
      throw new MessageError(message('message.table.tooLong', { file: this.path, megabytes: MAX_FILE_BYTES / 2 ** 20 }));
    if (ino !== this.ino || size < this.size) this.begin();
    this.ino = ino;
    this.size = size;
    const raw = await readFile(this.path);
    const { encoding } = detectForm(raw.subarray(0, 64 * 1024));
    const bytes = encoding === 'utf-8' ? raw : Buffer.from(decode(raw, encoding));
    const part = bytes.subarray(this.taken, this.taken + BYTES_AT_ONCE);
    const isAll = this.taken + part.length >= bytes.length;
    const scanner = new RecordScanner({ separator: this.format.separator.charCodeAt(0), fromByte: this.taken, fromLine: this.line });
    const records = scanner.push(part);
    if (isAll && isSettled) records.push(...scanner.end());
    const rows: TableRow[] = [];
    for (const record of records) {
      this.taken = record.nextByte;
      this.line = record.nextLine;
      const fields = fieldsOf(record.text, this.format.separator);
      if (record.text.trim() === '') continue;
      if (this.header === null) this.header = this.checkedHeader(fields);
      else {
        const row = this.rowOf(fields, this.header, nowMs);
        if (isKeyedMessage(row)) onProblem(message('message.table.row', { file: this.path, line: record.line, why: row }));
        else rows.push(row);
      }
    }
    if (isAll) this.stamp = stamp;
    return rows;
  }

  private begin(): void {
    this.taken = 0;
    this.line = 1;
    this.header = null;
    this.times = toldTimes(this.format);
  }

  /** A time that is not found is an error: nothing is stored as of now in its place. */
  private checkedHeader(fields: readonly string[]): readonly string[] {
    const header = fields.map((field) => field.replace(/^\ufeff/, '').trim());
    const missing = [this.format.timeColumn, ...this.format.points.map(({ column }) => column)].find((name) => !header.includes(name));
    if (missing === undefined) return header;
    this.begin();
    throw new MessageError(
      message('message.table.noColumn', {
        file: this.path,
        column: missing,
        columns: header.slice(0, 20).join(` ${this.format.separator} `),
      }),
    );
  }

  private rowOf(fields: readonly string[], header: readonly string[], nowMs: number): TableRow | ReturnType<typeof message> {
    const { timeColumn, points, decimal } = this.format;
    const cell = (column: string): string => fields[header.indexOf(column)] ?? '';
    const time = cell(timeColumn);
    const atMs = this.times(time);
    if (atMs === null) return message('message.table.noTime', { told: time.slice(0, 60) });
    if (atMs > nowMs + AHEAD_MS) return message('message.table.ahead', { told: time.slice(0, 60) });
    const values = points.map(({ column, ...point }): MeterValue => {
      const text = cell(column);
      const number = cellNumber(text, decimal);
      const isPlain = number !== null && !isKeyedMessage(number) && number.unit === '';
      const value = toldValue(point, isPlain ? number.value : number === null ? null : text, atMs);
      return { ...value, raw: text, why: isKeyedMessage(number) ? number : value.why };
    });
    return { atMs, values };
  }
}

/** The files of a folder by a pattern, each read on where it was left. */
export class TableFolder {
  private readonly files = new Map<string, TableFile>();
  problem: Message | null = null;
  problems = 0;

  constructor(
    private readonly folder: string,
    private readonly pattern: RegExp,
    private readonly format: TableFormat,
  ) {}

  /** What is new in all of them, oldest first. @throws {MessageError} for a folder or a file that cannot be read */
  async newRows(nowMs: number): Promise<TableRow[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      throw new MessageError(message('message.table.noFolder', { folder: this.folder, why: messageOf(error) }));
    });
    const found = names.filter((name) => this.pattern.test(name)).sort();
    if (found.length === 0) throw new MessageError(message('message.table.noFile', { folder: this.folder }));
    for (const name of this.files.keys()) if (!found.includes(name)) this.files.delete(name);
    const rows: TableRow[] = [];
    for (const name of found) {
      const file = this.files.get(name) ?? new TableFile(join(this.folder, name), this.format);
      this.files.set(name, file);
      rows.push(
        ...(await file.newRows(nowMs, (why) => {
          this.problem ??= why;
          this.problems += 1;
        })),
      );
    }
    return rows.sort((a, b) => a.atMs - b.atMs);
  }
}
