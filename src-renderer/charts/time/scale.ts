import type { BandColumns, Columns } from '../../data/columns';
import { lowerBound } from '../../data/columns';
import type { PaneSpec } from './types';

/** The y axis of a pane. On a logarithmic one `min` and `max` are logarithms, as what is drawn on it. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Ticks stand whole steps from here: where the number written is zero. */
  readonly origin: number;
  readonly log: boolean;
}

/** Smallest of 1, 2, 2.5, 5 × 10ⁿ not below `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 2.5, 5]) if (factor * power >= rough * 0.9999) return factor * power;
  return 10 * power;
}

/**
 * A range that holds `low` to `high` in about `steps` steps. Its ends are quarters of a step: close to the data, yet they
 * stay where they are while it moves a little.
 */
export function niceScale(low: number, high: number, steps: number, bounds?: readonly [number, number]): Scale {
  const step = niceStep((high - low) / steps);
  const grid = step / 4;
  let min = Math.floor(low / grid + 1e-9) * grid;
  let max = Math.ceil(high / grid - 1e-9) * grid;
  if (bounds) {
    min = Math.max(min, bounds[0]);
    max = Math.min(max, bounds[1]);
  }
  return { min: clean(min), max: clean(max), step, origin: 0, log: false };
}

/** Takes away the rounding dust of repeated addition. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

const wholes = new WeakMap<Columns, readonly [low: number, high: number]>();

/** Of a whole line, worked out once; infinite where it has no value. A line that still grows is another object each time. */
function wholeExtent(track: Columns | BandColumns): readonly [low: number, high: number] {
  const cached = wholes.get(track);
  if (cached) return cached;
  let low = Infinity;
  let high = -Infinity;
  const lows = 'low' in track ? track.low : track.y;
  const highs = 'high' in track ? track.high : track.y;
  for (let i = 0; i < lows.length; i += 1) {
    const a = lows[i] ?? Number.NaN;
    const b = highs[i] ?? Number.NaN;
    if (a < low) low = a;
    if (b > high) high = b;
  }
  wholes.set(track, [low, high]);
  return [low, high];
}

/** Lowest and highest of what the lines show between `from` and `to`; null when they show nothing. */
export function extent(tracks: readonly (Columns | BandColumns)[], from: number, to: number): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const track of tracks) {
    const first = track.x[0];
    const last = track.x.at(-1);
    if (first === undefined || last === undefined) continue;
    if (first >= from && last <= to) {
      const [a, b] = wholeExtent(track);
      low = Math.min(low, a);
      high = Math.max(high, b);
      continue;
    }
    const lows = 'low' in track ? track.low : track.y;
    const highs = 'high' in track ? track.high : track.y;
    for (let i = Math.max(0, lowerBound(track.x, from) - 1); i < track.x.length; i += 1) {
      const at = track.x[i] ?? Number.NaN;
      // A sample beyond an edge counts where a line comes from it into the window.
      const towards = at < from ? i + 1 : at > to ? i - 1 : i;
      if (!Number.isNaN(highs[towards] ?? Number.NaN)) {
        const a = lows[i] ?? Number.NaN;
        const b = highs[i] ?? Number.NaN;
        if (a < low) low = a;
        if (b > high) high = b;
      }
      if (at > to) break;
    }
  }
  return low <= high ? [low, high] : null;
}

/** So many points of a pane are looked at to tell which values lie far off: it is done at every frame. */
const SAMPLED = 512;
/** Fewer values than this have none that lie far off: each of them counts. */
const MIN_SAMPLED = 100;
/** The share of the values, from either end, that may lie far off. */
const OUTLIERS = 0.05;
/** The others fill less than this share of the whole range where some lie far off. */
const FLATTENED = 0.4;

/** The part of `whole` that holds all but a few values far off: all of it where there are none. */
export function usualExtent(
  tracks: readonly (Columns | BandColumns)[],
  from: number,
  to: number,
  whole: readonly [number, number],
): readonly [number, number] {
  const parts = tracks.map((track) => ({ track, first: lowerBound(track.x, from), end: lowerBound(track.x, to) }));
  const count = parts.reduce((sum, { first, end }) => sum + end - first, 0);
  if (count < MIN_SAMPLED) return whole;
  const stride = Math.ceil(count / SAMPLED);
  const values = new Float64Array(2 * parts.reduce((sum, { first, end }) => sum + Math.ceil((end - first) / stride), 0));
  let found = 0;
  for (const { track, first, end } of parts) {
    const lows = 'low' in track ? track.low : track.y;
    const highs = 'high' in track ? track.high : track.y;
    for (let i = first; i < end; i += stride) {
      const a = lows[i] ?? Number.NaN;
      const b = highs[i] ?? Number.NaN;
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      values[found++] = a;
      values[found++] = b;
    }
  }
  if (found < MIN_SAMPLED || areWide(values.subarray(0, found), whole)) return whole;
  const sorted = values.subarray(0, found).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  const [low, high] = [at(OUTLIERS), at(1 - OUTLIERS)];
  const margin = (high - low) * 0.15;
  const [a, b] = [Math.max(whole[0], low - margin), Math.min(whole[1], high + margin)];
  return b > a && b - a < (whole[1] - whole[0]) * FLATTENED ? [a, b] : whole;
}

const BINS = 20;

/** Whether all but a few values surely fill more of the range than {@link FLATTENED}: told without sorting them, as of most lines. */
function areWide(values: Float64Array, [low, high]: readonly [number, number]): boolean {
  const counts = new Uint32Array(BINS);
  const perValue = BINS / (high - low);
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((value - low) * perValue)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const binOf = (rank: number): number => {
    let bin = 0;
    for (let below = counts[0] ?? 0; below <= rank && bin < BINS - 1; below += counts[bin] ?? 0) bin += 1;
    return bin;
  };
  const [first, last] = [OUTLIERS, 1 - OUTLIERS].map((share) => binOf(Math.round(share * (values.length - 1))));
  return ((last ?? 0) - (first ?? 0) - 1) / BINS >= FLATTENED;
}

/** Height of the y range around a flat line, of its value. */
const FLAT_RANGE = 0.05;

/** The y axis of a pane: two to four steps by its height, holding what is shown. */
export function paneScale(spec: PaneSpec, shown: readonly [number, number] | null, heightPx: number): Scale {
  if (spec.log === true) return logScale(spec, shown, heightPx);
  let [low, high] = shown ?? [0, spec.minRange];
  if (spec.floor === 'zero') low = Math.min(0, low);
  // One value alone: a range that its digits cannot tell apart would write the same number at each tick.
  const least = high > low ? spec.minRange : Math.max(spec.minRange, Math.abs(high) * FLAT_RANGE);
  if (high - low < least) {
    const middle = (low + high) / 2;
    low = spec.floor === 'zero' && low >= 0 ? 0 : middle - least / 2;
    high = low + least;
  }
  // A little air above keeps a flat line off the frame.
  const air = (high - low) * 0.04;
  const bottom = spec.floor === 'zero' && low >= 0 ? low : low - air;
  const { factor, offset } = spec.tickUnit?.(Math.max(Math.abs(bottom), Math.abs(high))) ?? { factor: 1, offset: 0 };
  const written = (value: number): number => value / factor + offset;
  const valueOf = (number: number): number => (number - offset) * factor;
  const bounds = spec.bounds ? ([written(spec.bounds[0]), written(spec.bounds[1])] as const) : undefined;
  const { min, max, step } = niceScale(written(bottom), written(high + air), Math.max(1.8, Math.min(6, heightPx / 27)), bounds);
  return { min: valueOf(min), max: valueOf(max), step: step * factor, origin: valueOf(0), log: false };
}

/** Least height of a logarithmic axis, decades. */
const MIN_DECADES = 0.3;
/** Below so many decades, even steps are the rounder ticks. */
const EVEN_DECADES = 0.7;

/** @param shown logarithms */
function logScale({ bounds }: PaneSpec, shown: readonly [number, number] | null, heightPx: number): Scale {
  const [low, high] = shown ?? [-1, 0];
  const air = Math.max((high - low) * 0.04, (MIN_DECADES - (high - low)) / 2);
  const most = bounds && bounds[1] > 0 ? Math.log10(bounds[1]) : Infinity;
  const [min, max] = [clean(Math.floor((low - air) * 20) / 20), clean(Math.min(most, Math.ceil((high + air) * 20) / 20))];
  const step = max - min < EVEN_DECADES ? niceStep((10 ** max - 10 ** min) / Math.max(1.8, Math.min(5, heightPx / 27))) : 1;
  return { min, max, step, origin: 0, log: true };
}

/** Where a value lies on the scale. */
export function onScale(scale: Scale, value: number): number {
  return scale.log ? Math.log10(value) : value;
}

/** Round values within the scale: whole steps, or on a logarithmic one the decades and, where there are few, what lies between. */
export function ticks(scale: Scale): number[] {
  const { min, max, step, origin } = scale;
  if (scale.log) return max - min < EVEN_DECADES ? steps(10 ** min, 10 ** max, step, 0) : decades(scale);
  return steps(min, max, step, origin);
}

function steps(min: number, max: number, step: number, origin: number): number[] {
  const result: number[] = [];
  for (let i = Math.ceil((min - origin) / step - 1e-9); origin + i * step <= max + step * 1e-9; i += 1)
    result.push(clean(origin + i * step));
  return result;
}

function decades({ min, max }: Scale): number[] {
  const every = Math.ceil((max - min) / 6);
  const factors = max - min <= 2.2 ? [1, 2, 5] : [1];
  const result: number[] = [];
  for (let power = Math.ceil(min / every - 1) * every; power <= max; power += every)
    for (const factor of factors) {
      const at = power + Math.log10(factor);
      if (at >= min - 1e-9 && at <= max + 1e-9) result.push(clean(factor * 10 ** power));
    }
  return result;
}

/** What a tick is exact to: its neighbours' distance, or its own decade. */
export function tickStep({ min, max, step, log }: Scale, value: number): number {
  return log && max - min >= EVEN_DECADES ? 10 ** Math.floor(Math.log10(value) + 1e-9) : step;
}
