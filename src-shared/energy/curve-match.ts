/** By the number of its stretch of time, a mean power, W. */
export type PowerCourse = ReadonlyMap<number, number>;

/** How a meter's course goes with another. */
export interface CurveMatch {
  /** Pearson's, at the lag. */
  readonly r: number;
  /** Moments in which both are known. */
  readonly n: number;
  /** W of the meter by W of the other, and how many times the other's mean the meter's is. */
  readonly slope: number;
  readonly ratio: number;
  /** By how many stretches the meter is behind; below zero: ahead. */
  readonly lag: number;
  /** Pearson's of the changes from stretch to stretch: two loads that both rise by day have it near 0. */
  readonly ofChanges: number;
}

/** Fewer say nothing. */
const MIN_POINTS = 30;
/** A meter may be read late, or tell a mean of the time before. In stretches. */
const LAGS = [0, 1, -1, 2, -2, 3, -3];
/** Standard deviation below which a course has no shape to go by: of its mean, and W. */
const MIN_VARIATION = 0.02;
const MIN_VARIATION_W = 3;

/** @returns null where too little is known of both, or one of them hardly varied */
export function matchCurves(meter: PowerCourse, other: PowerCourse): CurveMatch | null {
  let best: CurveMatch | null = null;
  // Of equal ones the smaller lag.
  for (const lag of LAGS) {
    const found = atLag(meter, other, lag);
    if (found !== null && (best === null || found.r > best.r + 1e-9)) best = found;
  }
  return best;
}

function atLag(meter: PowerCourse, other: PowerCourse, lag: number): CurveMatch | null {
  const at = [...other.keys()].filter((moment) => meter.has(moment + lag)).sort((a, b) => a - b);
  if (at.length < MIN_POINTS) return null;
  const [x, y] = [at.map((moment) => other.get(moment) ?? 0), at.map((moment) => meter.get(moment + lag) ?? 0)];
  const levels = momentsOf(x, y);
  if (!hasShape(levels.meanX, levels.sdX) || !hasShape(levels.meanY, levels.sdY)) return null;
  const steps = at.flatMap((moment, i) => (i > 0 && moment - (at[i - 1] ?? 0) === 1 ? [i] : []));
  const change = (values: readonly number[]): number[] => steps.map((i) => (values[i] ?? 0) - (values[i - 1] ?? 0));
  const changes = steps.length < MIN_POINTS / 2 ? null : momentsOf(change(x), change(y));
  return {
    r: levels.r,
    n: at.length,
    slope: levels.slope,
    ratio: levels.meanX === 0 ? Infinity : levels.meanY / levels.meanX,
    lag,
    ofChanges: changes?.r ?? 0,
  };
}

const hasShape = (mean: number, sd: number): boolean => sd >= Math.max(MIN_VARIATION_W, MIN_VARIATION * Math.abs(mean));

interface Moments {
  readonly meanX: number;
  readonly meanY: number;
  readonly sdX: number;
  readonly sdY: number;
  readonly r: number;
  readonly slope: number;
}

function momentsOf(x: readonly number[], y: readonly number[]): Moments {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  x.forEach((value, i) => {
    const [dx, dy] = [value - meanX, (y[i] ?? 0) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  });
  const r = xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
  return { meanX, meanY, sdX: Math.sqrt(xx / x.length), sdY: Math.sqrt(yy / y.length), r, slope: xx === 0 ? 0 : xy / xx };
}

/** The least correlation that is taken for the same power. */
const SAME = 0.95;
const SAME_CHANGES = 0.4;
/** Below it, with a shape on both sides, they are not the same. */
const OTHER = 0.3;

/** How many times the other's power the meter's may be, from and to. */
export interface RatioRange {
  readonly from: number;
  readonly to: number;
}
/** A constant part is in the mean and not in the slope. */
const SLOPE_SLACK = 0.1;

export const isSame = ({ r, slope, ratio, ofChanges }: CurveMatch, { from, to }: RatioRange): boolean =>
  r >= SAME && ofChanges >= SAME_CHANGES && ratio >= from && ratio <= to && slope >= from - SLOPE_SLACK && slope <= to + SLOPE_SLACK;

export const isOther = ({ r, n }: CurveMatch): boolean => n >= 2 * MIN_POINTS && r < OTHER;

/** Whether the best is clearly so: the next explains at least twice as little of what varies. */
export const isClear = (best: CurveMatch, next: CurveMatch): boolean => 1 - best.r ** 2 <= 0.5 * (1 - next.r ** 2);
