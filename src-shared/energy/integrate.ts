/** What a meter has added up over its span. Time no sample vouches for is a gap: reported, never bridged. */
export interface Integral {
  /** Integral of the value over the covered time, value-unit × s (W → J); where the span is shared, of the share. */
  readonly total: number;
  readonly coveredMs: number;
  /** Covered time, each moment weighed by its share. */
  readonly sharedMs: number;
  readonly gapMs: number;
  /** Largest sample within the span, by its share; null before the first. */
  readonly peak: number | null;
}

/** A stretch of time with one share, 0–1, of what was drawn in it. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
}

/** Cuts a stretch of time into those with one share each, in order and without a gap. */
export type Shares = (fromMs: number, toMs: number) => readonly Stretch[];

const whole: Shares = (fromMs, toMs) => [{ fromMs, toMs, share: 1 }];

/**
 * Integrates samples by the trapezoid rule over [fromMs, toMs], one sample at a time, in time order.
 * The segments that cross an end of the span are cut there by linear interpolation, so feed the last sample before
 * `fromMs` and the first one at or after `toMs` too. Two samples further apart than `maxGapMs`, or with a missing
 * value (null) between them, bound a gap.
 */
export class TrapezoidMeter {
  private last: { atMs: number; value: number } | null = null;
  private lastMs = -Infinity;
  private total = 0;
  private coveredMs = 0;
  private sharedMs = 0;
  private peak: number | null = null;
  private toMs: number | null = null;
  private seenMs: number;

  /**
   * @param fromMs start of the span, ms
   * @param maxGapMs widest distance of two samples that still counts as covered, ms
   * @param shares how much of each moment is this meter's; default: all of it
   */
  constructor(
    readonly fromMs: number,
    readonly maxGapMs: number,
    private readonly shares: Shares = whole,
  ) {
    this.seenMs = fromMs;
  }

  /** Sets the end of the span. Samples after it only close the last segment. */
  endAt(toMs: number): void {
    this.toMs = Math.max(toMs, this.fromMs);
  }

  /** A sample not later than the one before (a clock set back, a duplicate) is ignored. */
  add(atMs: number, value: number | null): void {
    if (atMs <= this.lastMs) return;
    this.lastMs = atMs;
    const end = this.toMs ?? Infinity;
    this.seenMs = Math.max(this.seenMs, Math.min(atMs, end));
    if (value === null) {
      this.last = null;
      return;
    }
    if (this.last && atMs - this.last.atMs <= this.maxGapMs) this.addSegment(this.last, { atMs, value }, end);
    if (atMs >= this.fromMs && atMs <= end) this.notePeak(atMs, value);
    this.last = { atMs, value };
  }

  /** The integral up to now, or over the whole span once `endAt` was called. */
  read(): Integral {
    const spanMs = (this.toMs ?? this.seenMs) - this.fromMs;
    const { total, coveredMs, sharedMs, peak } = this;
    return { total, coveredMs, sharedMs, gapMs: Math.max(0, spanMs - coveredMs), peak };
  }

  private notePeak(atMs: number, value: number): void {
    const own = value * (this.shares(atMs, atMs)[0]?.share ?? 1);
    this.peak = this.peak === null ? own : Math.max(this.peak, own);
  }

  private addSegment(a: { atMs: number; value: number }, b: { atMs: number; value: number }, end: number): void {
    const from = Math.max(a.atMs, this.fromMs);
    const to = Math.min(b.atMs, end);
    if (to <= from) return;
    const at = (ms: number): number => a.value + ((b.value - a.value) * (ms - a.atMs)) / (b.atMs - a.atMs);
    for (const { fromMs, toMs, share } of this.shares(from, to)) {
      this.total += share * ((at(fromMs) + at(toMs)) / 2) * ((toMs - fromMs) / 1000);
      this.sharedMs += share * (toMs - fromMs);
    }
    this.coveredMs += to - from;
  }
}
