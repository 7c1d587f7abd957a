import type { Shares, Stretch } from './integrate';

/** When a run was on its node. `endMs` null = it still is. */
export interface RunSpan {
  readonly startMs: number;
  endMs: number | null;
}

/**
 * How a node's power is allocated to one of several runs on it: no meter tells them apart, so while `n` run each gets an
 * equal share, 1/n. Over all runs the shares of a moment add up to one at most.
 */
export class EqualShares {
  private others: RunSpan[] = [];

  /** Another run on the same node; its end may become known later. */
  beside(other: RunSpan): void {
    this.others.push(other);
  }

  /** Nothing before this will be asked for again. */
  forgetBefore(ms: number): void {
    if (this.others.some(({ endMs }) => endMs !== null && endMs < ms))
      this.others = this.others.filter(({ endMs }) => endMs === null || endMs >= ms);
  }

  readonly of: Shares = (fromMs, toMs) => {
    const beside = this.others.filter(({ startMs, endMs }) => startMs <= toMs && (endMs ?? Infinity) >= fromMs);
    if (beside.length === 0) return [{ fromMs, toMs, share: 1 }];
    const inside = (ms: number | null): ms is number => ms !== null && ms > fromMs && ms < toMs;
    const cuts = [fromMs, ...beside.flatMap(({ startMs, endMs }) => [startMs, endMs]).filter(inside), toMs].sort((a, b) => a - b);
    return cuts.slice(1).map((to, i): Stretch => {
      const from = cuts[i] ?? fromMs;
      const middle = (from + to) / 2;
      const others = beside.filter(({ startMs, endMs }) => startMs <= middle && (endMs ?? Infinity) > middle).length;
      return { fromMs: from, toMs: to, share: 1 / (1 + others) };
    });
  };
}
