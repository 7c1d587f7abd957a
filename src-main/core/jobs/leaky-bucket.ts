/**
 * A leaky bucket: `capacity` may come at once, `perSecond` for ever. Durations by the monotonic clock.
 */
export class LeakyBucket {
  private level = 0;
  private lastMs: number;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastMs = now();
  }

  /** Takes it in where it has room. @returns false, and takes nothing, once more has come than may */
  admit(amount: number): boolean {
    this.leak();
    if (this.level + amount > this.capacity) return false;
    this.level += amount;
    return true;
  }

  /** Takes it in whatever the level. @returns how long to wait until there is room again, ms; 0 = there is */
  pour(amount: number): number {
    this.leak();
    this.level += amount;
    return Math.max(0, ((this.level - this.capacity) / this.perSecond) * 1000);
  }

  private leak(): void {
    const nowMs = this.now();
    this.level = Math.max(0, this.level - ((nowMs - this.lastMs) / 1000) * this.perSecond);
    this.lastMs = nowMs;
  }
}
