/** A linear model with coefficients that are not below zero, fitted so that few wild points do not bend it. */
export interface RobustFit {
  readonly coefficients: readonly number[];
  /** Of the residuals, robust: 1.4826 × their median distance from zero. */
  readonly scale: number;
  /** Share of the points' variation that it explains, of those that are no outliers; below zero = the mean says more. */
  readonly r2: number;
  /** Points so far off that they count nothing. */
  readonly outliers: number;
}

/** Huber's and Tukey's tuning constants: 95 % efficiency where the residuals are normal. */
const HUBER_K = 1.345;
const TUKEY_C = 4.685;
const MAD_TO_SIGMA = 1.4826;
const STEPS = 25;
const SETTLED = 1e-6;

/**
 * Huber's estimate by iteratively reweighted least squares, then Tukey's from there, whose weight of a wild point is zero (an MM
 * estimate: Maronna, Martin, Yohai, Robust Statistics, ch. 5). No coefficient is below zero: losses have no such part.
 * @param columns of equal length; at most four, since every subset of them is tried
 */
export function fitNonNegative(columns: readonly (readonly number[])[], y: readonly number[]): RobustFit {
  const scales = columns.map((column) => Math.max(...column.map(Math.abs), Number.MIN_VALUE));
  const x = columns.map((column, k) => column.map((value) => value / (scales[k] ?? 1)));
  let weights: number[] = y.map(() => 1);
  let now = solve(x, y, weights);
  let residuals = residualsOf(x, y, now);
  const settle = (weightOf: (u: number) => number, scaleOf: () => number): void => {
    for (let step = 0; step < STEPS; step++) {
      const scale = scaleOf();
      weights = residuals.map((residual) => weightOf(Math.abs(residual) / scale));
      const next = solve(x, y, weights);
      const moved = Math.max(...next.map((value, k) => Math.abs(value - (now[k] ?? 0))));
      now = next;
      residuals = residualsOf(x, y, now);
      if (moved <= SETTLED * Math.max(1, ...now)) break;
    }
  };
  settle(
    (u) => (u <= HUBER_K ? 1 : HUBER_K / u),
    () => spread(residuals, y),
  );
  const scale = spread(residuals, y);
  settle(
    (u) => (u >= TUKEY_C ? 0 : (1 - (u / TUKEY_C) ** 2) ** 2),
    () => scale,
  );
  return {
    coefficients: now.map((value, k) => value / (scales[k] ?? 1)),
    scale: spread(residuals, y),
    r2: explained(y, residuals, weights),
    outliers: weights.filter((weight) => weight === 0).length,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Never zero: of an exact fit the weights would be none. */
function spread(residuals: readonly number[], y: readonly number[]): number {
  return Math.max(MAD_TO_SIGMA * median(residuals.map(Math.abs)), 1e-9 * Math.max(1e-9, median(y.map(Math.abs))));
}

function residualsOf(x: readonly (readonly number[])[], y: readonly number[], coefficients: readonly number[]): number[] {
  return y.map((value, i) => value - coefficients.reduce((sum, coefficient, k) => sum + coefficient * (x[k]?.[i] ?? 0), 0));
}

function explained(y: readonly number[], residuals: readonly number[], weights: readonly number[]): number {
  let [total, sum, left] = [0, 0, 0];
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    total += 1;
    sum += y[i] ?? 0;
    left += (residuals[i] ?? 0) ** 2;
  });
  const mean = sum / Math.max(1, total);
  const around = weights.reduce((all, weight, i) => (weight === 0 ? all : all + ((y[i] ?? 0) - mean) ** 2), 0);
  return around === 0 ? 0 : 1 - left / around;
}

/** Weighted least squares with no coefficient below zero: the best of all subsets of columns whose own solution is not. */
function solve(x: readonly (readonly number[])[], y: readonly number[], weights: readonly number[]): number[] {
  const p = x.length;
  const moments = x.map((a) => x.map((b) => weighted(a, b, weights)));
  const targets = x.map((a) => weighted(a, y, weights));
  let best: number[] = new Array<number>(p).fill(0);
  let bestGain = 0;
  for (let subset = 1; subset < 1 << p; subset++) {
    const chosen = [...Array(p).keys()].filter((k) => (subset >> k) & 1);
    const own = gauss(
      chosen.map((a) => chosen.map((b) => moments[a]?.[b] ?? 0)),
      chosen.map((a) => targets[a] ?? 0),
    );
    if (own === null || own.some((value) => value < 0)) continue;
    // By how much the sum of squares falls below that of the target itself.
    const gain = own.reduce((sum, value, i) => sum + value * (targets[chosen[i] ?? 0] ?? 0), 0);
    if (gain <= bestGain) continue;
    bestGain = gain;
    best = new Array<number>(p).fill(0);
    chosen.forEach((k, i) => (best[k] = own[i] ?? 0));
  }
  return best;
}

function weighted(a: readonly number[], b: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Gauss with pivots; null = the columns depend on each other. */
function gauss(matrix: readonly number[][], right: readonly number[]): number[] | null {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const n = rows.length;
  const largest = Math.max(...matrix.flat().map(Math.abs));
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce((at, row, i) => (Math.abs(row[k] ?? 0) > Math.abs(rows[at]?.[k] ?? 0) ? k + i : at), k);
    const [upper, lower] = [rows[k], rows[pivot]];
    if (upper === undefined || lower === undefined || Math.abs(lower[k] ?? 0) <= 1e-12 * largest) return null;
    rows[k] = lower;
    rows[pivot] = upper;
    for (const row of rows.slice(k + 1)) {
      const factor = (row[k] ?? 0) / (lower[k] ?? 1);
      for (let j = k; j <= n; j++) row[j] = (row[j] ?? 0) - factor * (lower[j] ?? 0);
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k] ?? [];
    let value = row[n] ?? 0;
    for (let j = k + 1; j < n; j++) value -= (row[j] ?? 0) * (solution[j] ?? 0);
    solution[k] = value / (row[k] ?? 1);
  }
  return solution;
}
