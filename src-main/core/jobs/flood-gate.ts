/**
 * A leaky bucket: `capacity` may come at once, `perSecond` for ever. Durations by the monotonic clock.
 */
export class FloodGate {
  private level = 0;
  private lastMs: number;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastMs = now();
  }

  /** @returns false once more has come than may */
  admit(amount: number): boolean {
    const nowMs = this.now();
    this.level = Math.max(0, this.level - ((nowMs - this.lastMs) / 1000) * this.perSecond) + amount;
    this.lastMs = nowMs;
    return this.level <= this.capacity;
  }
}
