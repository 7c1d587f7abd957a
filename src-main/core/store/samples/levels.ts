import type { ScaledColumn } from './codec/column';
import { placesOf, POWERS_OF_TEN } from './codec/decimal';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Raw samples of one hour lie in one block; each coarser level holds more time in one, for about as many entries. */
export const RAW_SLOT_MS = HOUR;

/** One level of detail. Every width divides the next, every slot is whole widths, and the first slot begins at the epoch. */
export interface Level {
  readonly level: number;
  /** Time of one entry, ms. */
  readonly widthMs: number;
  /** Time of one block, ms. */
  readonly slotMs: number;
}

/** The levels of rollups, finest first. Raw is level 0. */
export const ROLLUPS = [
  { level: 1, widthMs: 10 * SECOND, slotMs: 6 * HOUR },
  { level: 2, widthMs: MINUTE, slotMs: DAY },
  { level: 3, widthMs: 15 * MINUTE, slotMs: 8 * DAY },
  { level: 4, widthMs: HOUR, slotMs: 32 * DAY },
] as const satisfies readonly Level[];

export const RAW_LEVEL = 0;
const RAW: Level = { level: RAW_LEVEL, widthMs: 1, slotMs: RAW_SLOT_MS };

/**
 * Samples too, of the hours that are over in which a series gave at most {@link SPARSE_SAMPLES}: an hour's block of so
 * few would be mostly tables and checksums, and rollups finer than an hour would repeat them. Those are computed from
 * these samples instead, for as long as any of these rollups is kept.
 */
export const SPARSE: Level = { level: 5, widthMs: 1, slotMs: 4 * DAY };
/** One a minute. */
export const SPARSE_SAMPLES = 60;

export function levelOf(level: number): Level {
  return [...ROLLUPS, SPARSE].find((each) => each.level === level) ?? RAW;
}

/** Whether the blocks of a level hold samples, not rollups. */
export function holdsSamples(level: number): boolean {
  return level === RAW_LEVEL || level === SPARSE.level;
}

/** Written when its hour's raw samples expire; until then it is computed from them, which is faster than reading it. */
export const LATE_LEVEL = 1;
export const HOUR_LEVEL = 4;

/** How many series share a block. */
const CLUSTER = 32;

/** The block that a series lies in, whatever the time. */
export function clusterOf(seriesId: number): number {
  return Math.floor((seriesId - 1) / CLUSTER);
}

/** The same in SQL, of `series_id`. */
export const CLUSTER_OF = `((series_id - 1) / ${CLUSTER})`;

export function floorTo(atMs: number, stepMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}

/** Samples of one series, oldest first, one a time; NaN = the source was asked and had none. */
export interface Column {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export const EMPTY_COLUMN: Column = { times: new Float64Array(), values: new Float64Array() };

/** What is in either; where both have a time, what `newer` says. */
export function mergeColumns(older: Column, newer: Column): Column {
  if (older.times.length === 0) return newer;
  if (newer.times.length === 0) return older;
  const times = new Float64Array(older.times.length + newer.times.length);
  const values = new Float64Array(times.length);
  let n = 0;
  let i = 0;
  let j = 0;
  while (i < older.times.length || j < newer.times.length) {
    const a = older.times[i] ?? Infinity;
    const b = newer.times[j] ?? Infinity;
    if (b <= a) {
      times[n] = b;
      values[n++] = newer.values[j++] as number;
      if (a === b) i++;
    } else {
      times[n] = a;
      values[n++] = older.values[i++] as number;
    }
  }
  return { times: times.subarray(0, n), values: values.subarray(0, n) };
}

/** Each hour's part of each series, hours in order; the parts share the columns' memory. */
export function byHour(series: ReadonlyMap<number, Column>): [hourMs: number, columns: Map<number, Column>][] {
  const hours = new Map<number, Map<number, Column>>();
  for (const [seriesId, { times, values }] of series) {
    for (let from = 0; from < times.length;) {
      const hourMs = floorTo(times[from] as number, RAW_SLOT_MS);
      const to = firstAtLeast(times, hourMs + RAW_SLOT_MS);
      inside(hours, hourMs).set(seriesId, { times: times.subarray(from, to), values: values.subarray(from, to) });
      from = to;
    }
  }
  return [...hours].sort(([a], [b]) => a - b);
}

/** The map at a key, made where there is none. */
export function inside<K, V>(of: Map<number, Map<K, V>>, key: number): Map<K, V> {
  let found = of.get(key);
  if (found === undefined) of.set(key, (found = new Map()));
  return found;
}

/** The list at a key, made where there is none. */
export function inList<T>(of: Map<number, T[]>, key: number): T[] {
  let found = of.get(key);
  if (found === undefined) of.set(key, (found = []));
  return found;
}

/** `known` with all it has from `fromMs` to before `endMs` replaced by `fresh`, which lies there. */
export function replaceSpan(known: Column, fresh: Column, fromMs: number, endMs: number): Column {
  return mergeAll([clip(known, -Infinity, fromMs - 1), fresh, clip(known, endMs, Infinity)]);
}

/** What is in any; where several have a time, what the last of them says. */
export function mergeAll(columns: readonly Column[]): Column {
  const parts = columns.filter(({ times }) => times.length > 0);
  const [first, ...more] = parts;
  if (first === undefined || more.length === 0) return first ?? EMPTY_COLUMN;
  // The partial blocks of an hour that goes on follow each other, but for late samples.
  const inTurn = parts.every(({ times }, i) => i === 0 || (parts[i - 1]?.times.at(-1) ?? 0) < (times[0] as number));
  return inTurn ? joinColumns(parts) : more.reduce(mergeColumns, first);
}

/** One after the other. */
export function joinColumns(parts: readonly Column[]): { times: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  const n = parts.reduce((sum, part) => sum + part.times.length, 0);
  const joined = { times: new Float64Array(n), values: new Float64Array(n) };
  let at = 0;
  for (const part of parts) {
    joined.times.set(part.times, at);
    joined.values.set(part.values, at);
    at += part.times.length;
  }
  return joined;
}

/** The part of a column from `fromMs` to `toMs`, both inclusive; shares its memory. */
export function clip(column: Column, fromMs: number, toMs: number): Column {
  const { times } = column;
  if (times.length === 0 || ((times[0] as number) >= fromMs && (times[times.length - 1] as number) <= toMs)) return column;
  const from = firstAtLeast(times, fromMs);
  const to = firstAtLeast(times, toMs + 1);
  return { times: times.subarray(from, to), values: column.values.subarray(from, to) };
}

/** The index of the first time that is at least `atMs`; the length when there is none. */
export function firstAtLeast(times: Float64Array, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * One level's entries of one series, oldest first. An entry is there where the source was asked; `count` is how many
 * numbers it gave (0 = none: then min, max and sum are NaN). Where a sum could be too large for a double (isFar), `sum`
 * is the mean instead; NaN there = the mean is not known.
 */
export interface Entries {
  /** Starts, ms: whole multiples of the level's width. */
  readonly starts: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly count: Float64Array;
}

export function emptyEntries(n = 0): Entries {
  return {
    starts: new Float64Array(n),
    min: new Float64Array(n),
    max: new Float64Array(n),
    sum: new Float64Array(n),
    count: new Float64Array(n),
  };
}

/** Above this, rounding on the way could make a sum infinite. */
const LARGEST_SUM = Number.MAX_VALUE * 0.999;
/** Far sums are taken of numbers this many times smaller: a power of two, so that nothing of them is rounded. */
const FAR_SCALE = 2 ** 64;

/** Whether the sum of `count` numbers between these could be too large for a double. */
export function isFar(min: number, max: number, count: number): boolean {
  return Math.max(max, -min) * count > LARGEST_SUM;
}

/** The mean of what entries stand for whose sum is far, from one index to before another; NaN when it is not known. */
export function farMeanOf({ min, max, sum, count }: Entries, from: number, to: number): number {
  let [low, high, scaled, numbers] = [Infinity, -Infinity, 0, 0];
  for (let i = from; i < to; i++) {
    const here = count[i] as number;
    if (here === 0) continue;
    low = Math.min(low, min[i] as number);
    high = Math.max(high, max[i] as number);
    scaled += ((sum[i] as number) / FAR_SCALE) * (isFar(min[i] as number, max[i] as number, here) ? here : 1);
    numbers += here;
  }
  return unscaledMean(scaled, numbers, low, high);
}

/** The mean of a sum of numbers divided by FAR_SCALE; NaN when it has no finite one. */
function unscaledMean(scaled: number, count: number, min: number, max: number): number {
  // A mean lies between the extremes; rounding must not carry it beyond, to infinity.
  return Number.isFinite(scaled) ? Math.min(max, Math.max(min, (scaled / count) * FAR_SCALE)) : NaN;
}

/** The mean of samples from one index to before another, whose sum is far. */
function farMean(values: Float64Array, from: number, to: number, count: number, min: number, max: number): number {
  let scaled = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) scaled += value / FAR_SCALE;
  }
  return unscaledMean(scaled, count, min, max);
}

/** Larger scaled numbers are added up as doubles. */
const LARGEST_SCALED = 2 ** 40;

/**
 * The entries of a level for these samples. Each depends on its own samples only, whatever stands beside them: the sum of
 * decimals is the exact one, rounded once; the sum of true doubles is taken oldest first.
 */
export function rollUp({ times, values }: Column, widthMs: number): Entries {
  const n = times.length;
  let entries = 0;
  for (let i = 0, before = NaN; i < n; i++) {
    const start = Math.floor((times[i] as number) / widthMs);
    if (start !== before) entries++;
    before = start;
  }
  const into = emptyEntries(entries);
  let entry = 0;
  let places = 0;
  for (let i = 0; i < n; entry++) {
    const start = Math.floor((times[i] as number) / widthMs) * widthMs;
    const end = start + widthMs;
    const from = i;
    let min = Infinity;
    let max = -Infinity;
    let sum = 0;
    let whole = 0;
    let count = 0;
    let exact = true;
    let power = POWERS_OF_TEN[places] as number;
    for (; i < n && (times[i] as number) < end; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      count++;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      if (!exact) continue;
      const scaled = Math.round(value * power);
      if (scaled / power === value && Math.abs(scaled) < LARGEST_SCALED) whole += scaled;
      else {
        const needed = placesOf(value, places + 1);
        exact = false;
        if (needed < 0 || Math.abs(value) * (POWERS_OF_TEN[needed] as number) >= LARGEST_SCALED) continue;
        // A number with more places than those before: the entry is taken up once more with these.
        places = needed;
        power = POWERS_OF_TEN[places] as number;
        [min, max, sum, whole, count, exact, i] = [Infinity, -Infinity, 0, 0, 0, true, from - 1];
      }
    }
    into.starts[entry] = start;
    into.count[entry] = count;
    into.min[entry] = count === 0 ? NaN : min;
    into.max[entry] = count === 0 ? NaN : max;
    into.sum[entry] = count === 0 ? NaN : exact ? whole / power : isFar(min, max, count) ? farMean(values, from, i, count, min, max) : sum;
    if (!exact) places = 0;
  }
  return into;
}

/** Where a level's entries begin and end in a list of times. */
export interface Spans {
  /** Starts, ms: whole multiples of the width. */
  readonly starts: Float64Array;
  /** The index after each entry's last time. */
  readonly ends: Uint32Array;
}

export function spansOf(times: Float64Array, widthMs: number): Spans {
  const starts = new Float64Array(times.length);
  const ends = new Uint32Array(times.length);
  let n = 0;
  let end = -Infinity;
  for (let i = 0; i < times.length; i++) {
    const time = times[i] as number;
    if (time >= end) {
      const start = Math.floor(time / widthMs) * widthMs;
      starts[n++] = start;
      end = start + widthMs;
    }
    ends[n - 1] = i + 1;
  }
  return { starts: starts.subarray(0, n), ends: ends.subarray(0, n) };
}

/**
 * What {@link rollUp} gives for a column as it was decoded, to the last bit, without dividing what is not kept; null for
 * one of true doubles or very large numbers, which is to be rolled up number by number.
 */
export function rollUpScaled({ starts, ends }: Spans, { scaled, power, whole, hasNulls }: ScaledColumn): Entries | null {
  if (!whole) return null;
  const n = starts.length;
  const into = { starts, min: new Float64Array(n), max: new Float64Array(n), sum: new Float64Array(n), count: new Float64Array(n) };
  for (let entry = 0, i = 0; entry < n; entry++) {
    const end = ends[entry] as number;
    let count = end - i;
    let min = Infinity;
    let max = -Infinity;
    let sum = 0;
    for (; i < end; i++) {
      const value = scaled[i] as number;
      if (hasNulls && value !== value) {
        count--;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
    const extreme = Math.max(max, -min);
    if (count > 0 && (extreme >= LARGEST_SCALED || extreme * count > Number.MAX_SAFE_INTEGER)) return null;
    into.count[entry] = count;
    into.min[entry] = count === 0 ? NaN : min / power;
    into.max[entry] = count === 0 ? NaN : max / power;
    into.sum[entry] = count === 0 ? NaN : sum / power;
  }
  return into;
}

/** Entries from `fromMs` to before `endMs`; shares their memory. */
export function clipEntries(entries: Entries, fromMs: number, endMs: number): Entries {
  const from = firstAtLeast(entries.starts, fromMs);
  const to = firstAtLeast(entries.starts, endMs);
  const part = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    starts: part(entries.starts),
    min: part(entries.min),
    max: part(entries.max),
    sum: part(entries.sum),
    count: part(entries.count),
  };
}

/** What is in either, in order; where both have a start, what `counts` says. */
export function mergeEntries(other: Entries, counts: Entries): Entries {
  if (other.starts.length === 0) return counts;
  if (counts.starts.length === 0) return other;
  const merged = emptyEntries(other.starts.length + counts.starts.length);
  let n = 0;
  for (let i = 0, j = 0; i < other.starts.length || j < counts.starts.length; n++) {
    const a = other.starts[i] ?? Infinity;
    const b = counts.starts[j] ?? Infinity;
    const [from, at] = b <= a ? [counts, j] : [other, i];
    if (b <= a) j++;
    if (a <= b) i++;
    for (const name of ['starts', 'min', 'max', 'sum', 'count'] as const) merged[name][n] = from[name][at] as number;
  }
  const part = (column: Float64Array): Float64Array => column.subarray(0, n);
  return { starts: part(merged.starts), min: part(merged.min), max: part(merged.max), sum: part(merged.sum), count: part(merged.count) };
}

/** One after the other. */
export function joinEntries(parts: readonly Entries[]): Entries {
  const joined = emptyEntries(parts.reduce((sum, { starts }) => sum + starts.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.starts.set(part.starts, at);
    joined.min.set(part.min, at);
    joined.max.set(part.max, at);
    joined.sum.set(part.sum, at);
    joined.count.set(part.count, at);
    at += part.starts.length;
  }
  return joined;
}
