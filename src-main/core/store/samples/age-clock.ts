const HOUR_MS = 3_600_000;
/** A longer step than the time that passed is a clock that was set, ms. */
const JUMP_MS = 5 * 60_000;
/** For so long after a start or a jump what the clock says counts for nothing beyond the time that passes, ms. */
const HOLD_MS = 2 * HOUR_MS;
/** After that it is believed so much faster than it goes. */
const CATCH_UP = 4;

/**
 * The time by which recorded samples age: the wall clock, as far as it is borne out by time that really passed. A clock that
 * is a year ahead for an hour lets nothing expire that the hour would not; one that stays ahead (the machine was off, the
 * clock was wrong before) is caught up with at four times the pace of the time that passes. One that is behind counts as it is:
 * it can only let less expire.
 */
export class AgeClock {
  private lastPassedMs: number;
  private lastWallMs = -Infinity;
  private holdUntilMs: number;

  /**
   * @param believedMs from the session before; null = none knows
   * @param passedMs Clock.passedMs
   */
  constructor(
    private believedMs: number | null,
    private readonly passedMs: () => number,
  ) {
    this.lastPassedMs = passedMs();
    this.holdUntilMs = this.lastPassedMs + HOLD_MS;
  }

  /** What is to be remembered for the next session. */
  get believed(): number | null {
    return this.believedMs;
  }

  /** How far the wall clock was ahead of what is believed when last told, ms. */
  get aheadMs(): number {
    return this.believedMs === null ? 0 : Math.max(0, this.lastWallMs - this.believedMs);
  }

  /** What to begin with where no session before remembered a time. */
  believe(wallMs: number): void {
    this.believedMs = wallMs;
  }

  /** @returns the time that samples age by, while the wall clock says `wallMs` */
  at(wallMs: number): number {
    const passedMs = this.passedMs();
    const spanMs = Math.max(0, passedMs - this.lastPassedMs);
    if (Math.abs(wallMs - this.lastWallMs - spanMs) > JUMP_MS && this.lastWallMs !== -Infinity) this.holdUntilMs = passedMs + HOLD_MS;
    this.lastPassedMs = passedMs;
    this.lastWallMs = wallMs;
    const before = this.believedMs ?? wallMs;
    const held = passedMs < this.holdUntilMs;
    if (wallMs >= before) this.believedMs = Math.min(wallMs, before + spanMs * (held ? 1 : CATCH_UP));
    // A clock that stays behind was ahead when it was believed; one that is dead after a start is not taken for that.
    else this.believedMs = held ? before : Math.max(wallMs, before - spanMs * (CATCH_UP - 1));
    return Math.min(wallMs, this.believedMs);
  }
}
