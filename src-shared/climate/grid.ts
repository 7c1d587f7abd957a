/** Finer than a minute is noise; every sensor of a grid's cell is of one moment. ms */
export const GRID_MS = 60_000;

/** What a series told; NaN = nothing. */
export interface GridCourse {
  /** Since the Unix epoch, oldest first. */
  readonly timesMs: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
}

/** The mean of what was told in each slot of equal length that has any. */
export function onGrid({ timesMs, mean }: GridCourse, gridMs: number): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (let i = 0; i < timesMs.length; i++) {
    const value = mean[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    const slot = Math.floor((timesMs[i] ?? 0) / gridMs);
    const before = sums.get(slot);
    if (before === undefined) sums.set(slot, { sum: value, count: 1 });
    else {
      before.sum += value;
      before.count += 1;
    }
  }
  return new Map([...sums].map(([slot, { sum, count }]) => [slot, sum / count]));
}
