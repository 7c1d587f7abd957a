import { ENERGY_SCALAR } from '@shared/model/scalars';
import type { ReadHandle } from '../../file/open';
import { firstAtLeast } from '../columns';
import { emptyPoints, joinPoints, unlessDamaged } from './block';
import type { CurveKey, StoredCurve } from './stored-curve';

/** IT energy that a run had drawn by a time, J, as its curve of energy tells. */
export interface EnergyByTime {
  /** What it is made of. */
  readonly points: number;
  /** Where it is known, in order, both inclusive, ms. */
  readonly intervals: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Of a time in an interval; NaN elsewhere. */
  at(ms: number): number;
  /** The first moment by which so much was drawn, and the last at which no more was; ms, infinite where there is none. */
  firstMs(joules: number): number;
  lastMs(joules: number): number;
}

/** Points of the energy curves that are kept: 16 B each. */
const KEPT_POINTS = 500_000;

/**
 * Gives what a run had drawn by a time. A curve over energy is asked for several times a second, and the energy grows by a
 * point a bill: what was read is kept until then. A run's id is never given again, and its points never change.
 */
export function openEnergy(
  db: ReadHandle,
  stored: (key: CurveKey, after: number) => StoredCurve,
): (run: { readonly id: string; readonly key: number }) => EnergyByTime {
  const keyOf = db.query<CurveKey>('SELECT id, name, settled FROM curve WHERE run_key = ? AND name = ?');
  const lastRow = db.query<{ n: number }>('SELECT n FROM curve_recent WHERE curve_id = ? ORDER BY n DESC LIMIT 1');
  const kept = new Map<string, { readonly total: number; readonly energy: EnergyByTime }>();
  let points = 0;

  return (run) => {
    const key = keyOf.get(run.key, ENERGY_SCALAR);
    if (key === undefined) return energyByTime(null);
    const total = (lastRow.get(key.id)?.n ?? key.settled - 1) + 1;
    const before = kept.get(run.id);
    kept.delete(run.id);
    const energy = before?.total === total ? before.energy : energyByTime(stored(key, 0));
    kept.set(run.id, { total, energy });
    points += energy.points - (before?.energy.points ?? 0);
    for (const [oldest, { energy: dropped }] of kept) {
      if (points <= KEPT_POINTS) break;
      kept.delete(oldest);
      points -= dropped.points;
    }
    return energy;
  };
}

/**
 * Between two points it grows evenly. A point without a number parts what is known: the time on either side of it up to the
 * next number was not metered.
 */
function energyByTime(curve: StoredCurve | null): EnergyByTime {
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
    points: times.length,
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
