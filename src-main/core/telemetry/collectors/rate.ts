/** The clocks of a rate. */
export interface RateClock {
  /** Monotonic, ms. */
  readonly monoMs: () => number;
  /** Which stretch of unbroken time it is (PassingTime): no rate spans two of them. */
  readonly stretch: () => number;
}

/** The mean over a longer time says nothing of the moment it would be stamped with, ms. */
const LONGEST_MS = 10_000;

/**
 * Turns counters that only grow into rates a second. The first answer of a counter, one after a reset (the counter went
 * back), one without time between and one across a sleep, a pause or a clock that was set have no rate: null.
 */
export class Rates {
  private readonly last = new Map<string, { count: number; mono: number; stretch: number }>();

  /** @param longestMs two counts further apart have no rate */
  constructor(
    private readonly clock: RateClock,
    private readonly longestMs = LONGEST_MS,
  ) {}

  /** @returns units per second since the last call for `key`. */
  next(key: string, count: number | null): number | null {
    const mono = this.clock.monoMs();
    const stretch = this.clock.stretch();
    const before = this.last.get(key);
    if (count === null) {
      this.last.delete(key);
      return null;
    }
    this.last.set(key, { count, mono, stretch });
    if (before === undefined || before.stretch !== stretch || count < before.count) return null;
    const spanMs = mono - before.mono;
    return spanMs <= 0 || spanMs > this.longestMs ? null : ((count - before.count) * 1000) / spanMs;
  }

  /** Forgets the counters not named: what comes back later starts afresh. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.last.keys()) if (!keys.has(key)) this.last.delete(key);
  }
}
