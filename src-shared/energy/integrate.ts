/** What a meter has added up over its span. Time no sample vouches for is a gap: reported, never bridged. */
export interface Integral {
  /** Integral of the value over the covered time, value-unit × s (W → J). */
  readonly total: number;
  readonly coveredMs: number;
  readonly gapMs: number;
  /** Largest sample within the span; null before the first. */
  readonly peak: number | null;
}

/**
 * Integrates samples by the trapezoid rule over [fromMs, toMs], one sample at a time, in time order.
 * The segments that cross an end of the span are cut there by linear interpolation, so feed the last sample before
 * `fromMs` and the first one at or after `toMs` too. Two samples further apart than `maxGapMs`, or with a missing
 * value (null) between them, bound a gap.
 */
export class TrapezoidMeter {
  private last: { atMs: number; value: number } | null = null;
  private total = 0;
  private coveredMs = 0;
  private peak: number | null = null;
  private toMs: number | null = null;
  private seenMs: number;

  /**
   * @param fromMs start of the span, wall clock ms
   * @param maxGapMs widest distance of two samples that still counts as covered, ms
   */
  constructor(
    readonly fromMs: number,
    readonly maxGapMs: number,
  ) {
    this.seenMs = fromMs;
  }

  /** Sets the end of the span. Samples after it only close the last segment. */
  endAt(toMs: number): void {
    this.toMs = Math.max(toMs, this.fromMs);
  }

  /** A sample not later than the one before (a clock set back, a duplicate) is ignored. */
  add(atMs: number, value: number | null): void {
    if (this.last && atMs <= this.last.atMs) return;
    const end = this.toMs ?? Infinity;
    if (value === null) {
      this.last = null;
      this.seenMs = Math.max(this.seenMs, Math.min(atMs, end));
      return;
    }
    if (this.last && atMs - this.last.atMs <= this.maxGapMs) this.addSegment(this.last, { atMs, value }, end);
    if (atMs >= this.fromMs && atMs <= end) this.peak = this.peak === null ? value : Math.max(this.peak, value);
    this.seenMs = Math.max(this.seenMs, Math.min(atMs, end));
    this.last = { atMs, value };
  }

  /** The integral up to now, or over the whole span once `endAt` was called. */
  read(): Integral {
    const spanMs = (this.toMs ?? this.seenMs) - this.fromMs;
    return { total: this.total, coveredMs: this.coveredMs, gapMs: Math.max(0, spanMs - this.coveredMs), peak: this.peak };
  }

  private addSegment(a: { atMs: number; value: number }, b: { atMs: number; value: number }, end: number): void {
    const from = Math.max(a.atMs, this.fromMs);
    const to = Math.min(b.atMs, end);
    if (to <= from) return;
    const at = (ms: number): number => a.value + ((b.value - a.value) * (ms - a.atMs)) / (b.atMs - a.atMs);
    this.total += ((at(from) + at(to)) / 2) * ((to - from) / 1000);
    this.coveredMs += to - from;
  }
}
