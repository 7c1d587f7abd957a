import { AppError } from '@shared/contract/errors';
import { message, type Message } from '@shared/text/message';
import type { LoadInterval, PriceInterval } from '@shared/tariff/load';
import { conversion } from '../transfer/csv/units';
import { shownIn } from '../transfer/csv/zones';
import { readColumns, type TimedColumn, type TimedColumns } from './read-columns';

/** What the numbers of a load are: mean power, energy of an interval, or a counter's readings. */
export const loadKinds = ['power', 'energy', 'counter'] as const;
export type LoadKind = (typeof loadKinds)[number];

export interface LoadFileOptions {
  readonly timeZone: string;
  /** By its name; null = the only one that is power or energy. */
  readonly column: string | null;
  readonly timeColumn: string | null;
  /** Of a column whose name tells none; null = as it is told. */
  readonly unit: string | null;
  /** Null = by the unit. */
  readonly kind: LoadKind | null;
  /** Whether a time is where its interval begins or ends. */
  readonly stamps: 'start' | 'end';
}

export interface LoadFile {
  /** In order, without overlap. */
  readonly load: readonly LoadInterval[];
  readonly column: string;
  readonly kind: LoadKind;
  /** Usual time between two rows, ms. */
  readonly stepMs: number;
  readonly bad: TimedColumns['bad'];
  readonly badCount: number;
  /** Rows whose time was there before; the first of each counts. */
  readonly repeated: number;
}

/** A pause longer than this many usual steps is a gap and not one long interval. */
const GAP_STEPS = 1.5;
/** Rows from which on a value that only ever rises is taken for a counter's. */
const COUNTER_ROWS = 10;

/**
 * A load curve from a CSV file of power (any unit of W) or of energy (Wh, kWh, J …).
 * @throws {AppError} `not-found`, `invalid-input` with what the file does not tell and how to say it
 */
export async function readLoad(path: string, options: LoadFileOptions): Promise<LoadFile> {
  const { columns, bad, badCount } = await readColumns(path, options.timeZone, options.timeColumn);
  const { column, kind, factor } = chosen(columns, options);
  const { rows, repeated } = ordered(column, options.timeZone);
  if (rows.length < 2) throw refused(message('message.load.tooFew', { rows: rows.length }));
  const stepMs = usualStep(rows);
  const values = rows.filter(({ value }) => value !== null);
  if (kind === 'energy' && options.kind === null && values.length >= COUNTER_ROWS && isRising(values))
    throw refused(message('message.load.counter', { column: column.name }));
  const load = kind === 'counter' ? ofCounter(values, factor) : ofIntervals(rows, kind, factor, stepMs, options.stamps);
  return { load, column: column.name, kind, stepMs, bad, badCount, repeated };
}

/**
 * Prices that change, from a CSV file: each holds until the next, the last and one before a gap as long as is usual.
 * @throws {AppError} `not-found`, `invalid-input`
 */
export async function readPrices(path: string, timeZone: string, perKwh: number): Promise<PriceInterval[]> {
  const { columns } = await readColumns(path, timeZone);
  const filled = columns.filter(({ samples }) => samples.some(({ value }) => value !== null));
  const column = filled.length === 1 ? filled[0] : filled.find(({ name }) => /price|preis|eur|usd|cny|价|電價/i.test(name));
  if (column === undefined) throw refused(message('message.load.noPrice', { columns: columns.map(({ name }) => name).join(', ') }));
  const { rows } = ordered(column, timeZone);
  const stepMs = rows.length < 2 ? 3_600_000 : usualStep(rows);
  return rows.flatMap(({ atMs, value }, i) => {
    const next = rows[i + 1]?.atMs ?? atMs + stepMs;
    return value === null ? [] : [{ fromMs: atMs, toMs: next - atMs > GAP_STEPS * stepMs ? atMs + stepMs : next, price: value * perKwh }];
  });
}

type Row = TimedColumn['samples'][number];

const refused = (why: Message): AppError => new AppError('invalid-input', why);

function chosen(
  columns: readonly TimedColumn[],
  { column: name, unit: said, kind }: LoadFileOptions,
): { readonly column: TimedColumn; readonly kind: LoadKind; readonly factor: number } {
  const names = columns.map((one) => one.name).join(', ');
  const kinds = columns.flatMap((column): { readonly column: TimedColumn; readonly kind: LoadKind; readonly factor: number }[] => {
    // A column may be called by its unit alone: kwh, watts.
    const unit = said ?? (column.unit === '' ? column.name : column.unit);
    const power = conversion(unit, 'W');
    const energy = conversion(unit, 'kWh');
    if (power !== null) return [{ column, kind: 'power', factor: power.factor / 1_000 }];
    return energy === null ? [] : [{ column, kind: kind === 'counter' ? kind : 'energy', factor: energy.factor }];
  });
  if (name !== null) {
    const known = columns.find((one) => one.name === name);
    if (known === undefined) throw refused(message('message.load.noColumn', { column: name, columns: names }));
    const found = kinds.find(({ column }) => column === known);
    if (found === undefined) throw refused(message('message.load.noUnit', { column: name }));
    return found;
  }
  const wanted = kinds.filter((one) => kind === null || one.kind === kind);
  const [only] = wanted;
  if (only === undefined) {
    const [single] = columns;
    throw columns.length === 1 && single
      ? refused(message('message.load.noUnit', { column: single.name }))
      : refused(message('message.load.none', { columns: names }));
  }
  if (wanted.length > 1) throw refused(message('message.load.several', { columns: wanted.map(({ column }) => column.name).join(', ') }));
  return only;
}

/**
 * In order of time; of two rows of one time the first. Where a zone's clock shows an hour twice, the second row that bears its time is
 * of the second.
 */
function ordered({ samples }: TimedColumn, zone: string): { readonly rows: Row[]; readonly repeated: number } {
  const rows = new Map<number, Row>();
  const again: Row[] = [];
  for (const row of samples)
    if (rows.has(row.atMs)) again.push(row);
    else rows.set(row.atMs, row);
  let repeated = 0;
  for (const row of again) {
    const laterMs = shownAgain(zone, row.atMs);
    if (laterMs === null || rows.has(laterMs)) repeated += 1;
    else rows.set(laterMs, { ...row, atMs: laterMs });
  }
  return { rows: [...rows.values()].sort((a, b) => a.atMs - b.atMs), repeated };
}

/** By so much clocks are set back, ms. */
const SET_BACK_MS = [3_600_000, 1_800_000, 7_200_000] as const;

/** When a zone's clock shows the same as at this moment once more; null = it does not. */
function shownAgain(zone: string, atMs: number): number | null {
  const clock = (ms: number): string => shownIn(zone, ms).slice(0, 23);
  const backMs = SET_BACK_MS.find((ms) => clock(atMs + ms) === clock(atMs));
  return backMs === undefined ? null : atMs + backMs;
}

/** The most frequent time between two rows, ms. */
function usualStep(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  rows.slice(1).forEach(({ atMs }, i) => {
    const step = atMs - (rows[i]?.atMs ?? 0);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

const isRising = (rows: readonly Row[]): boolean => rows.every(({ value }, i) => i === 0 || (value ?? 0) > (rows[i - 1]?.value ?? 0));

function ofIntervals(rows: readonly Row[], kind: LoadKind, factor: number, stepMs: number, stamps: 'start' | 'end'): LoadInterval[] {
  return rows.flatMap(({ atMs, value }, i): LoadInterval[] => {
    if (value === null) return [];
    const beside = rows[stamps === 'start' ? i + 1 : i - 1]?.atMs ?? NaN;
    const apartMs = Math.abs(beside - atMs);
    const lengthMs = apartMs <= GAP_STEPS * stepMs ? apartMs : stepMs;
    const fromMs = stamps === 'start' ? atMs : atMs - lengthMs;
    return [{ fromMs, toMs: fromMs + lengthMs, kwh: value * factor * (kind === 'power' ? lengthMs / 3_600_000 : 1) }];
  });
}

/** What was counted from one reading to the next; where it fell, another meter begins. */
function ofCounter(rows: readonly Row[], factor: number): LoadInterval[] {
  return rows.slice(1).flatMap(({ atMs, value }, i): LoadInterval[] => {
    const before = rows[i];
    const counted = (value ?? 0) - (before?.value ?? 0);
    return before === undefined || counted < 0 ? [] : [{ fromMs: before.atMs, toMs: atMs, kwh: counted * factor }];
  });
}
