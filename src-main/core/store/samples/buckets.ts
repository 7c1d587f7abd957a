const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bucket widths that read well on a clock, ms; beyond the last one, whole days in steps of 1, 2, 5 × 10ⁿ. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** A silence shorter than this is never a gap, ms: a late tick is not a missing one. */
const SHORTEST_GAP_MS = 3_000;

/**
 * The narrowest bucket, ms, with which `fromMs`…`toMs` (both inclusive) has at most `maxPoints` (≥ 1) buckets. Buckets
 * begin at whole multiples of their width since the epoch, so that neighbouring queries share them.
 *
 * @throws {RangeError} when the range or the limit is no such number
 */
export function bucketWidth(fromMs: number, toMs: number, maxPoints: number): number {
  const fits = (width: number): boolean => Math.floor(toMs / width) - Math.floor(fromMs / width) + 1 <= maxPoints;
  for (const step of STEPS) if (fits(step)) return step;
  for (let scale = DAY; scale < Number.MAX_SAFE_INTEGER; scale *= 10) {
    for (const factor of [1, 2, 5]) if (fits(factor * scale)) return factor * scale;
  }
  throw new RangeError(`no bucket divides ${fromMs}…${toMs} into at most ${maxPoints}`);
}

/**
 * How long a silence of a series has to be to count as a gap, ms: more than 3 s, than two buckets, and than three times
 * the interval at which the series usually reports (a source asked every 10 s has no gap between its readings).
 */
export function gapThreshold(bucketMs: number, typicalMs: number): number {
  return Math.max(SHORTEST_GAP_MS, 2 * bucketMs, 3 * typicalMs);
}

/** The median distance between neighbours of `times` (ms, ascending); 0 with fewer than two. */
export function typicalInterval(times: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 1; i < times.length; i++) distances.push((times[i] ?? 0) - (times[i - 1] ?? 0));
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? 0;
}
