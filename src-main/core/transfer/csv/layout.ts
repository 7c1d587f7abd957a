import { AppError } from '@shared/contract/errors';
import type { CsvTool } from '@shared/model/import';
import { message } from '@shared/text/message';
import { columnName, type ColumnName } from './column-names';
import type { Dialect } from './dialect';
import { isPaths, fieldsOf } from './dialect';
import { cellNumber, detectDecimal, isMissing, type Decimal } from './numbers';
import { dateFigures, dayFraction, readStamp, type DateOrder, type EpochUnit } from './stamps';
import { detectOrder, type StartMoment, type TimePlan } from './times';
import type { InputHints } from './input-hints';

/** What a person said of a file; null = to be found out. */
export interface CsvChoices {
  readonly separator: string | null;
  readonly decimal: Decimal | null;
  /** Lines before the header. */
  readonly skip: number | null;
  /** A column by its name, `NAME#2` or `#3`; two joined by +. */
  readonly timeColumn: string | null;
  readonly zone: string;
  readonly start: StartMoment | null;
  readonly dates: DateOrder | 'excel-1904' | null;
  readonly hints: InputHints;
}

/** What a column holds, by its first cells. */
type Content = 'empty' | 'number' | 'text' | 'stamp' | 'date' | 'clock';

export interface Column {
  readonly index: number;
  readonly name: ColumnName;
  /** How a mapping names it: its name, with #2 for the second of one name. */
  readonly key: string;
  readonly content: Content;
  /** The unit most of its cells have behind their number; null = none. */
  readonly cellUnit: string | null;
  /** Digits after the decimal sign, most seen. */
  readonly digits: number;
  /** Different texts in the first rows. */
  readonly distinct: number;
  /** Path of a sensor above the header; null = none. */
  readonly path: string | null;
  /** It counts the rows and says nothing else. */
  readonly isCount: boolean;
}

export interface Layout {
  readonly tool: CsvTool | null;
  readonly columns: readonly Column[];
  readonly time: TimePlan;
  readonly decimal: Decimal;
  readonly decimalCertain: boolean;
  /** Cells are left empty where another series has a time of its own: no reading was asked for there. */
  readonly joined: boolean;
  /** The first rows, as cells. */
  readonly rows: readonly (readonly string[])[];
}

const NVIDIA =
  /^(?:power\.(?:draw|limit)|utilization\.|temperature\.|memory\.(?:used|total|free)|clocks\.|pstate|fan\.speed|enforced\.power|clocks_|ecc\.|pcie\.link)/;

export function toolOf(
  { header, preamble, isCommentHeader, rows }: Pick<Dialect, 'header' | 'preamble' | 'isCommentHeader' | 'rows'>,
  separator: string,
): CsvTool | null {
  if (isCommentHeader) return 'sadf';
  if (preamble.some(({ text }) => isPaths(fieldsOf(text, separator)))) return 'hardware-monitor';
  if (header === null) return /^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(rows[0]?.[0] ?? '') ? 'nvidia-smi' : null;
  const names = new Set(header.map((name) => columnName(name).base));
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.has(name));
  if ([...names].some((name) => NVIDIA.test(name))) return 'nvidia-smi';
  if (has('fps', 'frametime')) return 'mangohud';
  if (has('project_name', 'emissions')) return 'codecarbon';
  if (has('name', 'tags', 'time') || has('_time', '_value', '_field')) return 'influxdb';
  return has('Date', 'Time') && header.slice(2).filter((name) => /\[.+\]$/.test(name)).length > 2 ? 'hwinfo' : null;
}

/** The columns of a file, what they hold, and which of them is the time. @throws {AppError} `invalid-input` */
export function readLayout(dialect: Dialect, choices: CsvChoices, latestMs: number): Layout {
  const { separator, rows, preamble } = dialect;
  const tool = toolOf(dialect, separator);
  const width = dialect.header?.length ?? rows[0]?.length ?? 0;
  const names = dialect.header ?? Array.from({ length: width }, (_, i) => `#${i + 1}`);
  const keys = keysOf(names);
  const fitting = rows.filter(({ length }) => length >= width);
  const cellsOf = (index: number): string[] => fitting.map((row) => row[index] ?? '');
  const timeCells = new Set(names.flatMap((_, i) => (isTimes(cellsOf(i)) ? [i] : [])));
  const { decimal, certain } = detectDecimal(
    names.flatMap((_, i) => (timeCells.has(i) ? [] : cellsOf(i).filter((cell) => /\d/.test(cell) && cellNumberEither(cell)))),
    separator,
  );
  const decided = choices.decimal ?? decimal;
  const paths = preamble.map(({ text }) => fieldsOf(text, separator)).find(isPaths) ?? null;
  const columns = names.map((name, index): Column => ({
    index,
    name: columnName(name),
    key: keys[index] ?? name,
    path: paths?.[index] ?? null,
    isCount: isCount(name, cellsOf(index)),
    ...contentOf(cellsOf(index), decided),
  }));
  const time = timePlan(columns, cellsOf, choices, latestMs, tool);
  const values = columns.filter(({ content, index }) => content === 'number' && !time.columns.includes(index));
  return {
    tool,
    columns,
    time,
    decimal: decided,
    decimalCertain: choices.decimal !== null || certain,
    joined: isJoined(fitting, values),
    rows,
  };
}

/** `NAME` for the first of a name, `NAME#2` for the second. */
export function keysOf(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}#${times}`;
  });
}

/** The column that a person or a rule names: its key, its name without the unit, or its place as #3. */
export function columnNamed(columns: readonly Column[], name: string): Column | null {
  const wanted = name.trim();
  const exact = columns.find(({ key, name: { text } }) => key === wanted || text === wanted);
  if (exact) return exact;
  const first = columns.filter(({ key }) => `${key}#1` === wanted);
  if (first[0]) return first[0];
  const place = /^#(\d+)$/.exec(wanted);
  return (
    (place
      ? columns[Number(place[1]) - 1]
      : columns.find(({ name: { base, text } }) => base === wanted || text.toLowerCase() === wanted.toLowerCase())) ?? null
  );
}

function isCount(name: string, cells: readonly string[]): boolean {
  const first = Number(cells[0]);
  return (
    /^(?:index|id|row|no\.?|nr\.?|#|unnamed.*|)$/i.test(name) &&
    cells.length > 1 &&
    cells.every((cell, i) => cell !== '' && Number(cell) === first + i)
  );
}

function cellNumberEither(cell: string): boolean {
  for (const decimal of ['.', ','] as const) {
    const read = cellNumber(cell, decimal);
    if (read !== null && 'value' in read) return true;
  }
  return false;
}

function contentOf(cells: readonly string[], decimal: Decimal): Pick<Column, 'content' | 'cellUnit' | 'digits' | 'distinct'> {
  const filled = cells.filter((cell) => !isMissing(cell));
  const distinct = new Set(filled).size;
  if (filled.length === 0) return { content: 'empty', cellUnit: null, digits: 0, distinct };
  const units = new Map<string, number>();
  let numbers = 0;
  let digits = 0;
  for (const cell of filled) {
    const read = cellNumber(cell, decimal);
    if (read === null || (!('value' in read) && read.id !== 'message.csv.infinite')) continue;
    numbers += 1;
    if (!('value' in read)) continue;
    if (read.unit !== '') units.set(read.unit, (units.get(read.unit) ?? 0) + 1);
    digits = Math.max(digits, (/[.,](\d+)\D*$/.exec(cell)?.[1] ?? '').length);
  }
  const stamps = filled.map((cell) => kindOfTime(cell));
  const times = stamps.filter((kind) => kind !== null);
  if (times.length * 2 >= filled.length) return { content: times[0] ?? 'stamp', cellUnit: null, digits: 0, distinct };
  const [cellUnit = null] = [...units].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { content: numbers * 2 >= filled.length ? 'number' : 'text', cellUnit, digits: Math.min(digits, 4), distinct };
}

function kindOfTime(cell: string): 'stamp' | 'date' | 'clock' | null {
  const figures = dateFigures(cell);
  if (figures !== null) return cell.includes(':') ? 'stamp' : 'date';
  if (/^[\d.,+-]+(?:e[+-]?\d+)?$/i.test(cell) && !/^\d{4}[-.]\d{1,2}[-.]\d{1,2}$/.test(cell)) return null;
  const stamp = readStamp(cell, null, null);
  if (stamp === null || stamp.is === 'number' || stamp.is === 'moment') return null;
  return stamp.is === 'clock' ? 'clock' : stamp.dateOnly ? 'date' : 'stamp';
}

function isTimes(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => kindOfTime(cell) !== null);
}

/** Many rows with some cells filled and some not: series that were put side by side by their times. */
function isJoined(rows: readonly (readonly string[])[], values: readonly Column[]): boolean {
  const partly = rows.filter((row) => values.some(({ index }) => row[index] === '') && values.some(({ index }) => row[index] !== ''));
  return partly.length * 5 >= rows.length && partly.length > 0;
}

/** Usual names of a time, the surest first; a name that only may be one (date, time) stands last. */
const TIME_NAMES =
  /^(?:at_ms|time_utc|timestamp.*|time[ _]?stamp.*|_time|date[ _]?time.*|.*date ?& ?time|when|ts|epoch.*|unix.*|time|date|zeit(?:stempel)?|datum|uhrzeit|时间.*|日期.*|時刻|日時|heure|fecha|hora|data|tijd)$/i;
export const ELAPSED_NAMES = /elapsed|since start|relative time|^t$|^seconds$|^runtime$/i;
const EARLIEST_MS = Date.UTC(1990, 0, 1);

function timePlan(
  columns: readonly Column[],
  cellsOf: (index: number) => string[],
  choices: CsvChoices,
  latestMs: number,
  tool: CsvTool | null,
): TimePlan {
  const { timeColumn, zone, start } = choices;
  const found = timeColumn === null ? detectTime(columns, cellsOf, start) : namedTime(columns, cellsOf, timeColumn);
  const [first] = found;
  const listed = columns
    .slice(0, 40)
    .map(({ name }) => name.text)
    .join(', ');
  if (first === undefined)
    throw new AppError('invalid-input', message('message.csv.noTimeColumn', { columns: listed, option: choices.hints.time }));
  const cells = cellsOf(first.index).filter((cell) => cell !== '');
  const { order, contradiction } = detectOrder(cells, latestMs);
  if (contradiction) throw new AppError('invalid-input', message('message.csv.datesDiffer', { column: first.name.text }));
  const given = choices.dates === 'excel-1904' ? null : choices.dates;
  const hasFigures = cells.some((cell) => dateFigures(cell) !== null);
  const decided = given ?? (tool === 'hardware-monitor' ? 'month-first' : order);
  if (hasFigures && decided === null)
    throw new AppError(
      'invalid-input',
      message('message.csv.datesUnclear', { column: first.name.text, text: cells[0] ?? '', option: choices.hints.dates }),
    );
  const base = { columns: found.map(({ index }) => index), order: decided, zone, start, hints: choices.hints };
  const epoch: EpochUnit | null = choices.dates === 'excel-1904' ? 'excel-1904' : null;
  if (first.content === 'clock' && found.length === 1) {
    if (start === null) throw noStart(columns, first, choices.hints);
    return { kind: 'clock', ...base, epoch, unit: 's' };
  }
  const isCount = first.content === 'number' && (ELAPSED_NAMES.test(first.name.text) || !cells.some((cell) => isEpoch(cell, epoch)));
  if (!isCount || cells.length === 0) return { kind: 'stamp', ...base, epoch, unit: 's' };
  if (start === null) throw noStart(columns, first, choices.hints);
  return { kind: 'elapsed', ...base, epoch, unit: first.name.unit ?? (tool === 'mangohud' ? 'ns' : 's') };
}

/** A clock without a date, a count from the beginning, or both: none of them is a time. */
function noStart(columns: readonly Column[], column: Column, hints: InputHints): AppError {
  const way = { option: hints.start };
  const clock = columns.find(({ content }) => content === 'clock');
  const elapsed =
    column.content === 'number' ? column : columns.find(({ name, content }) => content === 'number' && ELAPSED_NAMES.test(name.text));
  if (clock && elapsed)
    return new AppError(
      'invalid-input',
      message('message.csv.clockAndElapsed', { clock: clock.name.text, elapsed: elapsed.name.text, ...way }),
    );
  return new AppError(
    'invalid-input',
    message(clock ? 'message.csv.clockOnly' : 'message.csv.elapsedOnly', { column: column.name.text, ...way }),
  );
}

export function noColumn(columns: readonly Column[], name: string): AppError {
  return new AppError(
    'invalid-input',
    message('message.csv.noColumn', {
      column: name.trim(),
      columns: columns
        .slice(0, 40)
        .map(({ name: { text } }) => text)
        .join(', '),
    }),
  );
}

function namedTime(columns: readonly Column[], cellsOf: (index: number) => string[], text: string): Column[] {
  const whole = columnNamed(columns, text);
  const names = whole === null && text.includes('+') ? text.split('+') : [text];
  const found = names.map((name) => {
    const column = columnNamed(columns, name);
    if (column === null) throw noColumn(columns, name);
    return column;
  });
  return found.length === 1 ? withClock(columns, cellsOf, found[0]) : found.slice(0, 2);
}

function detectTime(columns: readonly Column[], cellsOf: (index: number) => string[], start: StartMoment | null): Column[] {
  const isUsable = ({ index, name, content }: Column): boolean =>
    content === 'stamp' ||
    content === 'date' ||
    (content === 'number' && !ELAPSED_NAMES.test(name.text) && cellsOf(index).some((cell) => isEpoch(cell)));
  const usual = columns.filter(({ name }) => TIME_NAMES.test(name.base) || TIME_NAMES.test(name.text));
  const best =
    usual.find(isUsable) ?? columns.find(({ content }) => content === 'stamp') ?? columns.find(({ content }) => content === 'date');
  if (best !== undefined) return withClock(columns, cellsOf, best);
  const clock = columns.find(({ content }) => content === 'clock');
  const elapsed = columns.find(({ name, content }) => content === 'number' && ELAPSED_NAMES.test(name.text));
  // A start with a clock is the moment of the first count; a bare day is what a clock lacks.
  const chosen = start !== null && !start.dateOnly ? (elapsed ?? clock) : (clock ?? elapsed);
  return [chosen ?? usual.find(({ content }) => content === 'number' || content === 'empty')].filter((column) => column !== undefined);
}

/** A count since 1970 (or 1900) that lies after 1990: an earlier one counts from somewhere else. */
function isEpoch(cell: string, epoch: EpochUnit | null = null): boolean {
  const stamp = readStamp(cell, null, epoch);
  if (stamp === null || stamp.is === 'number' || stamp.is === 'clock') return false;
  return (stamp.is === 'moment' ? stamp.ms : stamp.wall) >= EARLIEST_MS;
}

/** A day and the clock of another column belong together. */
function withClock(columns: readonly Column[], cellsOf: (index: number) => string[], date: Column | undefined): Column[] {
  if (date === undefined) return [];
  const isDay =
    date.content === 'date' || (date.content === 'number' && cellsOf(date.index).every((cell) => cell === '' || /^\d{5}$/.test(cell)));
  if (!isDay) return [date];
  const clock =
    columns.find(({ index, content }) => index !== date.index && content === 'clock') ??
    columns.find(
      ({ index, name, content }) =>
        index !== date.index &&
        content === 'number' &&
        TIME_NAMES.test(name.base) &&
        cellsOf(index).every((cell) => dayFraction(cell) !== null),
    );
  return clock === undefined ? [date] : [date, clock];
}
