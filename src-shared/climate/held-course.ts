import { onGrid, type GridCourse } from './grid';

/** Weather that is told less often is not known in between. */
const MOST_HELD_MS = 3 * 3_600_000;

/**
 * A slowly changing quantity by slots of equal length: each value stands until its source tells anew, for the interval at which it
 * usually does at most. An hour's temperature so fills its hour, and a gap stays one.
 * @param course entries without a value (NaN) end the one before
 */
export function heldOnGrid(course: GridCourse, slotMs: number): Map<number, number> {
  const { timesMs, mean } = course;
  const stepMs = Math.min(MOST_HELD_MS, medianDistance(timesMs));
  if (stepMs <= slotMs) return onGrid(course, slotMs);
  const sums = new Map<number, { sum: number; count: number }>();
  for (let i = 0; i < timesMs.length; i++) {
    const [value, atMs] = [mean[i] ?? NaN, timesMs[i] ?? 0];
    if (Number.isNaN(value)) continue;
    const untilMs = Math.min(timesMs[i + 1] ?? Infinity, atMs + stepMs);
    for (let slot = Math.floor(atMs / slotMs); slot * slotMs < untilMs; slot++) {
      const before = sums.get(slot) ?? { sum: 0, count: 0 };
      sums.set(slot, { sum: before.sum + value, count: before.count + 1 });
    }
  }
  return new Map([...sums].map(([slot, { sum, count }]) => [slot, sum / count]));
}

/** 0 for fewer than two. */
function medianDistance(times: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 1; i < times.length; i++) distances.push((times[i] ?? 0) - (times[i - 1] ?? 0));
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? 0;
}
