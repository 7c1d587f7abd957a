/** Two neighbouring bounds differ by this factor: no percentile is further off than 1 %. */
const GROWTH = 1.02;
const LEAST_MS = 0.001;
const BUCKETS = 1_200;
const LOG_GROWTH = Math.log(GROWTH);

/** Counts of latencies in buckets whose bounds grow by 2 %, from 1 µs to more than a day: percentiles of any number of them in little memory. */
export class Latencies {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;

  get count(): number {
    return this.total;
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / LOG_GROWTH);
    const at = Math.min(BUCKETS - 1, bucket);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.total += 1;
  }

  /**
   * The latency that this share of all did not exceed, ms (nearest rank); null when there is none.
   * @param share above 0, to 1
   */
  percentile(share: number): number | null {
    if (this.total === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] ?? 0;
      // The middle of its bucket, by ratio.
      if (seen >= rank) return LEAST_MS * GROWTH ** (bucket - 0.5);
    }
    return null;
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }
}
