/** Rows of a forecast: what was seen until each, and what came after. */
export interface WindowRows {
  /** The steps that are the last of a window. */
  readonly rows: readonly number[];
  /** Of each row `window` steps of all series, oldest first, series beside each other. */
  readonly inputs: Float64Array;
  /** Of each row the target; empty without one. */
  readonly targets: Float64Array;
  /** Steps whose window or target lacks a value. */
  readonly leftOut: number;
}

/**
 * Cuts series into windows. Only a step whose whole window and target are known makes a row: a gap is not filled here.
 *
 * @param series of equal length, NaN = missing
 * @param window steps of a row, its own the last of them, ≥ 1
 * @param horizon steps from the row to its target, ≥ 0
 */
export function windowRows(
  series: readonly Float64Array[],
  target: Float64Array | null,
  { window, horizon }: { readonly window: number; readonly horizon: number },
): WindowRows {
  const steps = series[0]?.length ?? 0;
  const ahead = target === null ? 0 : horizon;
  const rows: number[] = [];
  let leftOut = 0;
  /** Steps without a gap until here. */
  let whole = 0;
  for (let step = 0; step < steps; step++) {
    whole = series.every((values) => !Number.isNaN(values[step])) ? whole + 1 : 0;
    if (step < window - 1 || step + ahead >= steps) continue;
    if (whole >= window && (target === null || !Number.isNaN(target[step + ahead]))) rows.push(step);
    else leftOut += 1;
  }
  const width = series.length;
  const inputs = new Float64Array(rows.length * window * width);
  rows.forEach((row, i) => {
    for (let back = 0; back < window; back++)
      for (let s = 0; s < width; s++) inputs[(i * window + back) * width + s] = series[s]?.[row - window + 1 + back] ?? NaN;
  });
  return {
    rows,
    inputs,
    targets: target === null ? new Float64Array(0) : Float64Array.from(rows, (row) => target[row + ahead] ?? NaN),
    leftOut,
  };
}
