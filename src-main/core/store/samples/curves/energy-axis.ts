import { firstAtLeast } from '../levels';
import { emptyPoints, joinPoints, unlessDamaged } from './block';
import type { StoredCurve } from './stored-curve';

/** IT energy that a run had drawn by a time, J, as its curve of energy tells. */
export interface EnergyByTime {
  /** Where it is known, in order, both inclusive, ms. */
  readonly intervals: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Of a time in an interval; NaN elsewhere. */
  at(ms: number): number;
  /** The first moment by which so much was drawn, and the last at which no more was; ms, infinite where there is none. */
  firstMs(joules: number): number;
  lastMs(joules: number): number;
}

/**
 * Between two points it grows evenly. A point without a number parts what is known: the time on either side of it up to the
 * next number was not metered.
 */
export function energyByTime(curve: StoredCurve | null): EnergyByTime {
  const parts = (curve?.stretches ?? []).map((stretch) =>
    unlessDamaged(() => ({ ...stretch.points(), atMs: stretch.times() }), emptyPoints(0)),
  );
  const { atMs: times, value } = joinPoints(...parts);
  const intervals: { fromMs: number; toMs: number }[] = [];
  for (let i = 1; i < times.length; i++) {
    if (Number.isNaN((value[i - 1] as number) + (value[i] as number))) continue;
    const [fromMs, toMs] = [times[i - 1] as number, times[i] as number];
    const last = intervals.at(-1);
    if (last !== undefined && last.toMs === fromMs) last.toMs = toMs;
    else intervals.push({ fromMs, toMs });
  }
  return {
    intervals,
    at(ms) {
      const next = firstAtLeast(times, ms);
      if (next === times.length) return NaN;
      if (times[next] === ms) return value[next] as number;
      if (next === 0) return NaN;
      const [a, b] = [times[next - 1] as number, times[next] as number];
      const [from, to] = [value[next - 1] as number, value[next] as number];
      return from + ((to - from) * (ms - a)) / (b - a);
    },
    firstMs: (joules) => {
      const index = value.findIndex((each) => each >= joules);
      return index < 0 ? Infinity : index === 0 ? -Infinity : crossing(times, value, index, joules);
    },
    lastMs: (joules) => {
      const index = value.findIndex((each) => each > joules);
      return index < 0 ? Infinity : index === 0 ? -Infinity : crossing(times, value, index, joules);
    },
  };
}

/** When the line from the point before to this one passes so much energy, ms. */
function crossing(times: Float64Array, value: Float64Array, index: number, joules: number): number {
  const [a, b] = [times[index - 1] as number, times[index] as number];
  const [from, to] = [value[index - 1] as number, value[index] as number];
  return to > from ? a + ((b - a) * (joules - from)) / (to - from) : b;
}
