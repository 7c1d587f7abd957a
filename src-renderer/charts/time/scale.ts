import type { BandColumns, Columns } from '../../data/columns';
import { lowerBound } from '../../data/columns';
import type { PaneSpec } from './types';

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
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
  return { min: clean(min), max: clean(max), step };
}

/** Takes away the rounding dust of repeated addition. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

const wholes = new WeakMap<Columns, readonly [low: number, high: number]>();

/** Of a whole line, worked out once; infinite where it has no value. A line that still grows is another object each time. */
function wholeExtent(track: Columns | BandColumns): readonly [low: number, high: number] {
  const known = wholes.get(track);
  if (known) return known;
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

/** The y axis of a pane: two to four steps by its height, holding what is shown. */
export function paneScale(spec: PaneSpec, shown: readonly [number, number] | null, heightPx: number): Scale {
  let [low, high] = shown ?? [0, spec.minRange];
  if (spec.floor === 'zero') low = Math.min(0, low);
  if (high - low < spec.minRange) {
    const middle = (low + high) / 2;
    low = spec.floor === 'zero' && low >= 0 ? 0 : middle - spec.minRange / 2;
    high = low + spec.minRange;
  }
  // A little air above keeps a flat line off the frame.
  const air = (high - low) * 0.04;
  const bottom = spec.floor === 'zero' && low >= 0 ? low : low - air;
  const factor = spec.tickFactor?.(Math.max(Math.abs(bottom), Math.abs(high))) ?? 1;
  const bounds = spec.bounds ? ([spec.bounds[0] / factor, spec.bounds[1] / factor] as const) : undefined;
  const { min, max, step } = niceScale(bottom / factor, (high + air) / factor, Math.max(1.8, Math.min(6, heightPx / 27)), bounds);
  return { min: min * factor, max: max * factor, step: step * factor };
}

/** Whole steps within the scale. */
export function ticks({ min, max, step }: Scale): number[] {
  const result: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i += 1) result.push(clean(i * step));
  return result;
}
