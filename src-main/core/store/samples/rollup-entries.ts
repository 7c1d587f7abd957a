import type { ScaledColumn } from './codec/column';
import { placesOf, POWERS_OF_TEN } from './codec/decimal';
import { firstAtLeast, type Column } from './columns';

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
