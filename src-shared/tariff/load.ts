/** Energy between two moments. */
export interface LoadInterval {
  readonly fromMs: number;
  readonly toMs: number;
  /** kWh; below 0 = delivered to the grid. */
  readonly kwh: number;
}

/** A price that holds from one moment to another. */
export interface PriceInterval {
  readonly fromMs: number;
  readonly toMs: number;
  /** Money per kWh. */
  readonly price: number;
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Adds numbers without losing what rounding takes (Neumaier 1974): a year of small amounts comes to their decimal sum. */
export class ExactSum {
  private sum = 0;
  private lost = 0;

  add(value: number): void {
    const next = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + value : value - next + this.sum;
    this.sum = next;
  }

  /** To 15 digits, as many as a number holds of a decimal one. */
  get value(): number {
    return Number((this.sum + this.lost).toPrecision(15));
  }
}

/** The stretches of a span that no interval covers; the intervals are in order and do not overlap. */
export function gapsIn(intervals: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  const gaps: Stretch[] = [];
  let at = fromMs;
  for (const interval of intervals) {
    if (interval.toMs <= fromMs || interval.fromMs >= toMs) continue;
    if (interval.fromMs > at) gaps.push({ fromMs: at, toMs: interval.fromMs });
    at = Math.max(at, interval.toMs);
  }
  if (at < toMs) gaps.push({ fromMs: at, toMs });
  return gaps;
}
