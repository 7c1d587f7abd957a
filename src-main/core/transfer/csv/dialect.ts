import { csvFields } from '@shared/base/csv-fields';
import { RecordScanner, type TextRecord } from '../records';
import { dateFigures, readStamp } from './stamps';
import { cellNumber } from './numbers';

export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** How a file's lines are cut, and where its columns begin. */
export interface Dialect {
  readonly separator: string;
  /** Names of the columns; null = the file has none. */
  readonly header: readonly string[] | null;
  /** Records before the header (or the first row) that are passed over, but comments and blank ones. */
  readonly preamble: readonly TextRecord[];
  /** Comments before the header that are one of these, as sadf's. */
  readonly isCommentHeader: boolean;
  /** Where the rows begin. */
  readonly byte: number;
  readonly line: number;
  /** The first rows. */
  readonly rows: readonly (readonly string[])[];
}

const LOOKED_AT = 400;
const KEPT_ROWS = 200;

/**
 * The records at a file's beginning.
 * @param isWhole whether it is all of the file; else the last, cut one is left off
 */
export function firstRecords(head: Buffer, separator: string | null, isWhole: boolean): TextRecord[] {
  const scanner = new RecordScanner({ separator: separator?.charCodeAt(0) ?? null, fromByte: 0, fromLine: 1 });
  const records = scanner.push(head);
  return isWhole ? [...records, ...scanner.end()] : records;
}

export function isComment(text: string): boolean {
  return /^\s*(?:#|\/\/)/.test(text);
}

/** "sep=;" tells Excel the separator. */
function declaredSeparator(text: string): string | null {
  return /^"?sep=(.)"?\s*$/i.exec(text)?.[1] ?? null;
}

export function fieldsOf(record: string, separator: string): string[] {
  const text = record.includes('\0') ? record.replaceAll('\0', '') : record;
  return csvFields(text, separator).map((field) => field.trim());
}

/** The sign that cuts most of the lines into the same number of fields, outside of quotes; the first ones where none does. */
function detectSeparator(head: Buffer, isWhole: boolean): string {
  let best: { readonly separator: string; readonly score: number; readonly count: number } = { separator: ',', score: 0, count: 1 };
  for (const separator of separators) {
    const counts = new Map<number, number>();
    let lines = 0;
    for (const { text, problem } of firstRecords(head, separator, isWhole).slice(0, LOOKED_AT)) {
      const isSadf = /^# hostname/.test(text);
      if (text.trim() === '' || (isComment(text) && !isSadf)) continue;
      lines += 1;
      const count = problem === null ? fieldsOf(text, separator).length : 1;
      counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    for (const [count, times] of counts) {
      if (count < 2) continue;
      const score = times / Math.max(1, lines);
      if (score > best.score + 0.01 || (Math.abs(score - best.score) <= 0.01 && count > best.count)) best = { separator, score, count };
    }
  }
  return best.separator;
}

/**
 * Finds the columns of a file of others.
 * @param skip lines to pass over before the header; null = found out
 */
export function readDialect(head: Buffer, isWhole: boolean, chosen: string | null, skip: number | null): Dialect {
  const [first] = firstRecords(head, null, isWhole);
  const given = first === undefined ? null : declaredSeparator(first.text);
  const separator = chosen ?? given ?? detectSeparator(head, isWhole);
  const all = firstRecords(head, separator, isWhole);
  const records = skip === null ? all : all.filter(({ line }) => line > skip);
  const usual = usualCount(records, separator);
  const preamble: TextRecord[] = [];
  let comment: readonly string[] | null = null;
  for (const [i, record] of records.entries()) {
    const isSadf = /^# hostname/.test(record.text);
    if (isComment(record.text)) comment = fieldsOf(record.text.replace(/^\s*(?:#+|\/\/)\s*/, ''), separator);
    if (record.text.replaceAll('\0', '').trim() === '' || (isComment(record.text) && !isSadf)) continue;
    if (skip === null && declaredSeparator(record.text) !== null) continue;
    const fields = fieldsOf(isSadf ? record.text.replace(/^#\s*/, '') : record.text, separator);
    const isTable = skip !== null || (record.problem === null && fields.length === usual && !isPaths(fields));
    if (!isTable) {
      preamble.push(record);
      continue;
    }
    const isHeader = !isRow(fields);
    // Names may stand in a comment right above the rows, as plotting programs have them.
    const above = !isHeader && comment !== null && comment.length === fields.length && !isRow(comment) ? comment : null;
    const rows = records
      .slice(isHeader ? i + 1 : i)
      .filter(({ text, problem }) => problem === null && text.trim() !== '' && !isComment(text))
      .slice(0, KEPT_ROWS)
      .map(({ text }) => fieldsOf(text, separator))
      .filter((row, at, all) => !(isHeader && (same(row, fields) || (row[0] === '' && same(all[at - 1] ?? [], fields)))));
    const from = isHeader ? record : null;
    return {
      separator,
      header: isHeader ? fields : above,
      preamble,
      isCommentHeader: isSadf,
      byte: from?.nextByte ?? startOf(all, record),
      line: from?.nextLine ?? record.line,
      rows,
    };
  }
  return { separator, header: [], preamble, isCommentHeader: false, byte: 0, line: 1, rows: [] };
}

function same(row: readonly string[], header: readonly string[]): boolean {
  return row.length === header.length && row.every((field, i) => field === header[i]);
}

/** Open Hardware Monitor's first line: the path of each sensor. */
export function isPaths(fields: readonly string[]): boolean {
  return (
    fields.length > 1 &&
    fields.slice(1).some((field) => field !== '') &&
    fields.every((field, i) => (i === 0 && field === '') || field.startsWith('/'))
  );
}

function startOf(records: readonly TextRecord[], record: TextRecord): number {
  const before = records[records.indexOf(record) - 1];
  return before?.nextByte ?? 0;
}

/** The number of fields that most records have; of two equally frequent ones the greater. */
function usualCount(records: readonly TextRecord[], separator: string): number {
  const counts = new Map<number, number>();
  for (const { text, problem } of records.slice(0, LOOKED_AT)) {
    if (problem !== null || text.trim() === '' || (isComment(text) && !/^# hostname/.test(text))) continue;
    const { length } = fieldsOf(text, separator);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  return [...counts].reduce<[number, number]>(
    (most, one) => (one[1] > most[1] || (one[1] === most[1] && one[0] > most[0]) ? one : most),
    [1, 0],
  )[0];
}

/** Whether a record holds values: a time, or a number. Names of columns that are numbers alone there are hardly any. */
function isRow(fields: readonly string[]): boolean {
  const filled = fields.filter((field) => field !== '');
  if (filled.some((field) => dateFigures(field) !== null || isTime(field))) return true;
  const numbers = filled.filter((field) => {
    const read = cellNumber(field, '.');
    return read !== null && 'value' in read && /\d/.test(field);
  });
  return filled.length > 0 && numbers.length * 2 >= filled.length;
}

function isTime(field: string): boolean {
  const stamp = readStamp(field, null, null);
  return stamp !== null && stamp.is !== 'number';
}
