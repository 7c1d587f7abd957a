import { message, type KeyedMessage } from '../text/message';
import { isMissingAt, rowsOf, type ColumnData, type DataTable, type NamedColumn } from './column';
import { quantile, repeatsOf } from './statistics';

/** A column that tells this share of the target's spread, or of its classes, tells what is to be predicted. */
const DETERMINES = 0.99;
/** Classes of which one has more than this share. */
const IMBALANCED = 0.9;
/** Groups into which numbers are put to see what they tell. */
const BINS = 20;
/** Rows that a group needs to tell anything: a value of its own for each row tells every target. */
const ROWS_PER_GROUP = 5;
const SMALL_CLASS = 5;
const MISSING_SHARE = 0.3;

const percent = (share: number): number => Math.round(share * 1000) / 10;

/**
 * What in a table would make a model look better than it is, or learn badly. `parts`: by row 0 train, 1 validation, 2 test.
 * Images, sounds and vectors are looked at for repeated rows alone.
 * @param repeats of the columns but the target, as `repeatsOf` tells
 */
export function warningsOf(
  table: DataTable,
  target: string | null,
  parts: Uint8Array | null,
  repeats = repeatsOf(table.columns.filter(({ name }) => name !== target).map(({ data }) => data)),
): KeyedMessage[] {
  const aimed = table.columns.find(({ name }) => name === target) ?? null;
  const inputs = table.columns.filter((column) => column !== aimed);
  return [
    ...(aimed === null ? [] : targetWarnings(aimed)),
    ...inputs.flatMap((column) => columnWarnings(column, table.rows, aimed)),
    ...repeatWarnings(repeats, parts),
    ...(parts === null ? [] : timeWarnings(inputs, parts)),
  ];
}

function targetWarnings({ name, data }: NamedColumn): KeyedMessage[] {
  const found: KeyedMessage[] = [];
  let missing = 0;
  for (let row = 0; row < rowsOf(data); row++) if (isMissingAt(data, row)) missing += 1;
  if (missing > 0) found.push(message('message.data.warn.targetMissing', { column: name, count: missing }));
  if (data.type !== 'category') return found;
  const counts = new Array<number>(data.categories.length).fill(0);
  for (const code of data.codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  const known = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  if (known > 0 && most / known > IMBALANCED) {
    const value = data.categories[counts.indexOf(most)] ?? '';
    found.push(message('message.data.warn.imbalance', { column: name, value, percent: percent(most / known) }));
  }
  const small = data.categories.filter((_, code) => (counts[code] ?? 0) < SMALL_CLASS);
  if (small.length > 0)
    found.push(
      message('message.data.warn.smallClasses', { count: small.length, least: SMALL_CLASS, values: small.slice(0, 5).join(', ') }),
    );
  return found;
}

function columnWarnings({ name, data }: NamedColumn, rows: number, target: NamedColumn | null): KeyedMessage[] {
  const found: KeyedMessage[] = [];
  let missing = 0;
  for (let row = 0; row < rows; row++) if (isMissingAt(data, row)) missing += 1;
  if (missing / rows > MISSING_SHARE) found.push(message('message.data.warn.missing', { column: name, percent: percent(missing / rows) }));
  const groups = groupsOf(data);
  if (groups === null) return found;
  if (groups.distinct === 1) return [...found, message('message.data.warn.constant', { column: name })];
  if (isId(data, groups.distinct, rows)) return [...found, message('message.data.warn.id', { column: name })];
  const share = target === null ? null : toldShare(data, groups, target.data);
  if (share === null || target === null) return found;
  if (share >= 1 - 1e-12) found.push(message('message.data.warn.equals', { column: name, target: target.name }));
  else if (share >= DETERMINES)
    found.push(message('message.data.warn.determines', { column: name, target: target.name, percent: percent(share) }));
  return found;
}

interface Groups {
  /** By row; −1 = missing. */
  readonly of: Int32Array;
  readonly count: number;
  readonly distinct: number;
}

/** Rows of like values: of many different numbers, in ranges of equal frequency. Null for what has no plain values. */
function groupsOf(data: ColumnData): Groups | null {
  if (data.type === 'category')
    return { of: data.codes, count: data.categories.length, distinct: new Set(data.codes.filter((code) => code >= 0)).size };
  if (data.type === 'text') return numbered(data.values);
  if (data.type !== 'number' && data.type !== 'time') return null;
  const sorted = data.values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = sorted.reduce((count, value, i) => (i === 0 || value !== sorted[i - 1] ? count + 1 : count), 0);
  if (distinct <= BINS) return numbered(Array.from(data.values, (value) => (Number.isNaN(value) ? null : value)));
  const edges = Array.from({ length: BINS - 1 }, (_, i) => quantile(sorted, (i + 1) / BINS));
  const of = Int32Array.from(data.values, (value) => (Number.isNaN(value) ? -1 : edges.filter((edge) => value >= edge).length));
  return { of, count: BINS, distinct };
}

function numbered(values: readonly (string | number | null)[]): Groups {
  const numbers = new Map<string | number, number>();
  const of = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  });
  return { of, count: numbers.size, distinct: numbers.size };
}

/** A value of its own for each row: words, or whole numbers that go up by one. */
function isId(data: ColumnData, distinct: number, rows: number): boolean {
  if (rows < 2 * ROWS_PER_GROUP || distinct !== rows) return false;
  if (data.type === 'category') return true;
  // A text that is read is no name of its row.
  if (data.type === 'text') return data.values.every((value) => value !== null && value.length <= 40 && !/\s/.test(value));
  if (data.type !== 'number') return false;
  return data.values.every((value, row) => row === 0 || value - (data.values[row - 1] as number) === 1);
}

/**
 * How much of the target a column tells, 0 … 1: of classes the share of rows that are right when each group says its most frequent
 * class, beyond what the most frequent of all says; of numbers the larger of the squares of the correlation and of the correlation
 * ratio (the spread between groups over the whole). Null = nothing can be said.
 */
function toldShare(data: ColumnData, groups: Groups, target: ColumnData): number | null {
  const isOrdered = data.type === 'number' || data.type === 'time';
  const enough = groups.of.length >= groups.count * ROWS_PER_GROUP;
  if (target.type === 'category') return enough ? classShare(groups, target.codes, target.categories.length) : null;
  if (target.type !== 'number') return null;
  const linear = isOrdered ? correlationSquared(data.values, target.values) : null;
  const between = enough && groups.distinct <= BINS ? spreadShare(groups, target.values) : null;
  return linear === null ? between : Math.max(linear, between ?? 0);
}

function classShare({ of, count }: Groups, codes: Int32Array, classes: number): number | null {
  const table = new Int32Array(count * classes);
  const whole = new Int32Array(classes);
  let rows = 0;
  of.forEach((group, row) => {
    const code = codes[row] ?? -1;
    if (group < 0 || code < 0) return;
    const at = group * classes + code;
    table[at] = (table[at] ?? 0) + 1;
    whole[code] = (whole[code] ?? 0) + 1;
    rows += 1;
  });
  const base = Math.max(...whole);
  if (rows === base) return null;
  let right = 0;
  for (let group = 0; group < count; group++) right += Math.max(...table.subarray(group * classes, (group + 1) * classes));
  return (right - base) / (rows - base);
}

function correlationSquared(x: Float64Array, y: Float64Array): number | null {
  const both = Array.from(x, (_, row) => row).filter((row) => !Number.isNaN(x[row]) && !Number.isNaN(y[row]));
  if (both.length < 2 * ROWS_PER_GROUP) return null;
  const mean = (of: Float64Array): number => both.reduce((sum, row) => sum + (of[row] as number), 0) / both.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const row of both) {
    const [dx, dy] = [(x[row] as number) - meanX, (y[row] as number) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? null : (xy * xy) / (xx * yy);
}

function spreadShare({ of, count }: Groups, y: Float64Array): number | null {
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  let sum = 0;
  let squares = 0;
  let rows = 0;
  of.forEach((group, row) => {
    const value = y[row] as number;
    if (group < 0 || Number.isNaN(value)) return;
    sums[group] = (sums[group] as number) + value;
    counts[group] = (counts[group] as number) + 1;
    sum += value;
    squares += value * value;
    rows += 1;
  });
  const mean = sum / rows;
  const whole = squares - rows * mean * mean;
  if (!(whole > 0)) return null;
  let between = 0;
  sums.forEach((own, group) => {
    const n = counts[group] as number;
    if (n > 0) between += n * (own / n - mean) ** 2;
  });
  return between / whole;
}

function repeatWarnings(repeats: Int32Array, parts: Uint8Array | null): KeyedMessage[] {
  const count = repeats.filter((first) => first >= 0).length;
  const found: KeyedMessage[] = count === 0 ? [] : [message('message.data.warn.duplicates', { count })];
  if (parts === null) return found;
  /** By the first of its kind, whether it is in the training part. */
  const trained = new Set<number>();
  repeats.forEach((first, row) => {
    if (parts[row] === 0) trained.add(first < 0 ? row : first);
  });
  const across = repeats.reduce((sum, first, row) => sum + (parts[row] !== 0 && trained.has(first < 0 ? row : first) ? 1 : 0), 0);
  return across === 0 ? found : [...found, message('message.data.warn.acrossSplit', { count: across })];
}

/** Rows of one series that are split without regard to time: the model learns from what comes after what it is tested on. */
function timeWarnings(inputs: readonly NamedColumn[], parts: Uint8Array): KeyedMessage[] {
  return inputs.flatMap(({ name, data }) => {
    if (data.type !== 'time') return [];
    let lastTrained = -Infinity;
    let firstTested = Infinity;
    data.values.forEach((atMs, row) => {
      if (parts[row] === 0 && atMs > lastTrained) lastTrained = atMs;
      if (parts[row] !== 0 && atMs < firstTested) firstTested = atMs;
    });
    return lastTrained > firstTested ? [message('message.data.warn.timeOrder', { column: name })] : [];
  });
}
