/**
 * Turns counters that only grow into rates a second. The first answer of a counter, one after a reset (the counter went
 * back) and one without time between have no rate: null.
 */
export class Rates {
  private readonly last = new Map<string, { count: number; mono: number }>();

  constructor(private readonly monoMs: () => number) {}

  /** @returns units per second since the last call for `key`. */
  next(key: string, count: number | null): number | null {
    const mono = this.monoMs();
    const before = this.last.get(key);
    if (count === null) {
      this.last.delete(key);
      return null;
    }
    this.last.set(key, { count, mono });
    if (before === undefined || count < before.count || mono <= before.mono) return null;
    return ((count - before.count) * 1000) / (mono - before.mono);
  }

  /** Forgets the counters not named: what comes back later starts afresh. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.last.keys()) if (!keys.has(key)) this.last.delete(key);
  }
}
