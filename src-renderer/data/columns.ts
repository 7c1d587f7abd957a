import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';

export type Numbers = number[] | Float64Array;

/** One drawn line: columns of equal length, `x` ascending, NaN in `y` = a gap. */
export interface Columns {
  readonly x: Numbers;
  readonly y: Numbers;
  /** How far from a sample its value still holds, in axis units, where that is further than all lines' tolerance. */
  readonly validForMs?: number;
}

/** A line with the lowest and highest of each of its points. */
export interface BandColumns extends Columns {
  readonly low: Numbers;
  readonly high: Numbers;
}

export type LineColumns = Columns | BandColumns;

/** A line that is still put together. */
export interface GrowingColumns extends Columns {
  readonly x: number[];
  readonly y: number[];
}

interface Source {
  readonly length: number;
  readonly [index: number]: number;
}

/** Neighbours that the usual interval of a series is judged by. */
const INTERVAL_SAMPLES = 33;
/** A silence of so many usual intervals is a gap; one late reading is none. */
const GAP_INTERVALS = 2.5;
/** A reading stands for the time until the next one, which may come a little late. */
const VALID_INTERVALS = 1.5;

/** The median distance between the newest neighbours of `at` (ascending); 0 with fewer than two. */
function usualInterval(at: Source): number {
  const first = Math.max(1, at.length - INTERVAL_SAMPLES);
  const distances = new Float64Array(Math.max(0, at.length - first));
  for (let i = first; i < at.length; i += 1) distances[i - first] = (at[i] ?? 0) - (at[i - 1] ?? 0);
  distances.sort();
  return distances[Math.floor(distances.length / 2)] ?? 0;
}

/** How long a silence of a series sampled at `at` has to be to be a gap, ms: what is read every 10 s has none between its readings. */
export function gapOf(at: Source): number {
  return Math.max(RUN_MAX_GAP_MS, GAP_INTERVALS * usualInterval(at));
}

/** How far from a sample its value still holds, ms, by the interval at which the series is sampled. */
export function validForMsOf(at: Source): number {
  return Math.max(RUN_MAX_GAP_MS, VALID_INTERVALS * usualInterval(at));
}

/** The same for a line made of several: that of the one sampled least often. */
function longestValidForMs(parts: readonly Columns[]): Pick<Columns, 'validForMs'> {
  const validForMs = Math.max(...parts.map((part) => part.validForMs ?? 0));
  return validForMs > 0 ? { validForMs } : {};
}

/**
 * Adds the part of a series within [fromMs, toMs] and one sample beyond each edge, so that lines reach the edges.
 * Two samples further apart than `maxGapMs` get a gap between them.
 */
export function appendRange(into: GrowingColumns, at: Source, values: Source, fromMs: number, toMs: number, maxGapMs: number): void {
  let start = lowerBound(at, fromMs);
  if (start > 0) start -= 1;
  let previous = into.x.at(-1) ?? Number.NaN;
  for (let i = start; i < at.length; i += 1) {
    const time = at[i] ?? Number.NaN;
    if (time - previous > maxGapMs) {
      into.x.push((time + previous) / 2);
      into.y.push(Number.NaN);
    }
    into.x.push(time);
    into.y.push(values[i] ?? Number.NaN);
    previous = time;
    if (time > toMs) break;
  }
}

/** What appendRange would put into an empty line, without a copy where nothing is missing; null where it has a gap to tell of. */
export function unbroken(at: Float64Array, values: Float64Array, fromMs: number, toMs: number, maxGapMs: number): Columns | null {
  const start = Math.max(0, lowerBound(at, fromMs) - 1);
  let end = lowerBound(at, toMs);
  while (end < at.length && (at[end] ?? Infinity) <= toMs) end += 1;
  end = Math.min(at.length, end + 1);
  for (let i = start + 1; i < end; i += 1) if ((at[i] ?? 0) - (at[i - 1] ?? 0) > maxGapMs) return null;
  return { x: at.subarray(start, end), y: values.subarray(start, end) };
}

/** As appendRange, but each bucket of `bucketMs` becomes one mean, as history has them; a missing value makes no gap within a bucket. */
export function appendMeans(
  into: GrowingColumns,
  at: Source,
  values: Source,
  fromMs: number,
  toMs: number,
  bucketMs: number,
  maxGapMs: number,
): void {
  const buckets: GrowingColumns = { x: [], y: [] };
  let [sum, count, start] = [0, 0, Number.NaN];
  const close = (): void => {
    if (Number.isNaN(start)) return;
    buckets.x.push(start);
    buckets.y.push(count > 0 ? sum / count : Number.NaN);
  };
  for (let i = Math.max(0, lowerBound(at, fromMs) - 1); i < at.length && (at[i] ?? Infinity) <= toMs + bucketMs; i += 1) {
    const bucket = Math.floor((at[i] ?? 0) / bucketMs) * bucketMs;
    if (bucket !== start) {
      close();
      [sum, count, start] = [0, 0, bucket];
    }
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  close();
  appendRange(into, buckets.x, buckets.y, fromMs, toMs, maxGapMs);
}

/** Index of the first entry not below `value`; the length when all are. */
export function lowerBound(sorted: Source, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the entry nearest to `value`; -1 when empty. */
export function nearest(sorted: Source, value: number): number {
  if (sorted.length === 0) return -1;
  const after = Math.min(sorted.length - 1, lowerBound(sorted, value));
  const before = Math.max(0, after - 1);
  return Math.abs((sorted[before] ?? -Infinity) - value) <= Math.abs((sorted[after] ?? Infinity) - value) ? before : after;
}

/** Samples of several series this close together are of the same tick. */
const SAME_TICK_MS = 400;
/** Beside a part that is sampled several times a second, the sample of a slower one stands for less than this. */
const STANDS_MS = 1_000;

/**
 * Several series as one line. `sum`: a part that is missing at a moment makes the sum missing, never smaller.
 * `max`: the highest of those known. One series passes through unchanged.
 */
export function combine(parts: readonly Columns[], how: 'sum' | 'max'): Columns {
  const own = parts.filter((part) => part.x.length > 0);
  const first = own[0];
  if (!first) return { x: [], y: [] };
  if (own.length === 1) return first;
  const cursors = own.map(() => 0);
  const result: GrowingColumns = { x: [], y: [], ...longestValidForMs(own) };
  for (;;) {
    let tick = Infinity;
    own.forEach((part, i) => (tick = Math.min(tick, part.x[cursors[i] ?? 0] ?? Infinity)));
    if (tick === Infinity) return result;
    let total = how === 'sum' ? 0 : Number.NaN;
    own.forEach((part, i) => {
      const at = cursors[i] ?? 0;
      const inTick = (part.x[at] ?? Infinity) - tick <= SAME_TICK_MS;
      const stands = !inTick && at > 0 && tick - (part.x[at - 1] ?? -Infinity) < STANDS_MS;
      const value = inTick ? (part.y[at] ?? Number.NaN) : stands ? (part.y[at - 1] ?? Number.NaN) : Number.NaN;
      if (inTick) cursors[i] = at + 1;
      if (how === 'sum') total += value;
      else if (!Number.isNaN(value)) total = Number.isNaN(total) ? value : Math.max(total, value);
    });
    result.x.push(tick);
    result.y.push(total);
  }
}

/** Lines of the same quantity from different times (one run after another) as one, ordered by their starts, with gaps between them. */
export function concatenate(parts: readonly Columns[]): Columns {
  const ordered = parts.filter((part) => part.x.length > 0).sort((a, b) => (a.x[0] ?? 0) - (b.x[0] ?? 0));
  const result: GrowingColumns = { x: [], y: [], ...longestValidForMs(ordered) };
  for (const part of ordered) {
    if (result.x.length > 0) {
      result.x.push(part.x[0] ?? 0);
      result.y.push(Number.NaN);
    }
    for (let i = 0; i < part.x.length; i += 1) {
      result.x.push(part.x[i] ?? 0);
      result.y.push(part.y[i] ?? Number.NaN);
    }
  }
  return result;
}
