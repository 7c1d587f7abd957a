import { RUN_MAX_GAP_MS } from './run-bill';

/** A counter of energy as read: what it grew by is what was drawn. */
export interface EnergyCounter {
  readonly valueJ: number;
  /** Read for this tick; false = the last answer of a source that was not asked again. */
  readonly isNew: boolean;
  /** It starts again at 0 after this, J; null = it never does, and a fall is a restart. */
  readonly wrapJ: number | null;
  /** More than the part ever draws, W: a larger step is another counter, not energy. */
  readonly maxW: number;
  /** It counts in steps no larger than this, J; null = not known: a meter may tell whole kWh. */
  readonly stepJ: number | null;
}

/**
 * Why a counter is not believed: it stands still while power is drawn, or what it counts has nothing to do with the power that the
 * same device tells.
 */
export type CounterFault = 'standing' | 'absurd';

/** What a counter and the power of the same device say of the same time. */
export interface CounterFinding {
  /** null = they agree again. */
  readonly fault: CounterFault | null;
  readonly countedJ: number;
  /** The integral of power. */
  readonly integratedJ: number;
  readonly spanMs: number;
}

/** How a stretch is booked: by what was counted (J), by its power, or later, with the counter's next step. */
export type BookBy = number | 'power' | 'wait';

/** A counter refreshes at its own pace: within one stretch it may show a little more than was drawn in it. */
const REFRESH_SLACK = 1.5;
/** The coarsest step of a meter in use: 1 kWh. J */
const COARSEST_J = 3.6e6;
/** The beginning of a counter that counts in such steps is told by any reading. J */
const FINE_J = 1;
/** How much a counter that stands still owes before that is told: more than it can owe between two of its steps. */
const STEPS_OWED = 3;
/** Power is sampled: over this time the two may differ by this factor, and by this much, with nothing wrong. */
const WINDOW_MS = 60_000;
const WINDOW_FACTOR = 2;
const WINDOW_SLACK_W = 5;
/** Within one stretch power may have risen and fallen unseen; beyond this the two do not tell of the same thing. */
const STRETCH_FACTOR = 50;
const STRETCH_SLACK_W = 100;

/** The reading that the next difference begins at. */
interface Base {
  readonly passedMs: number;
  readonly valueJ: number;
  /** What it counted until here is known to within a small step: it had just moved, or it is fine. */
  readonly isExact: boolean;
  /** The time since then is booked up to a later moment, by power. */
  isSpent: boolean;
}

/** Time from one step of a counter to another, added up. */
interface Window {
  spanMs: number;
  countedJ: number;
  integratedJ: number;
  /** In which it stepped as no part can. */
  misfitMs: number;
}

/**
 * Holds an energy counter against the integral of the same device's power, and says what each stretch is booked by. Differences are
 * taken from step to step: a counter that shows what it showed before says nothing yet, and is waited for; one that steps more
 * rarely than that is booked by power, and its step, which then belongs to time that is booked, is no energy of its last moment.
 */
export class CounterCheck {
  private base: Base | null = null;
  private readMs = -Infinity;
  /** Since the last step: how long, and the integral of power, null where some of it is not known. */
  private since: { ms: number; integratedJ: number | null } = { ms: 0, integratedJ: 0 };
  private largestStepJ = 0;
  private window: Window = emptyWindow();
  private fault: CounterFault | null = null;
  private findings: CounterFinding[] = [];

  /**
   * @param counter null = it tells nothing at this tick
   * @param passedMs the moment, on a clock that nobody sets
   * @param stretch from the tick before; `integratedJ` null = its power is not known
   */
  next(counter: EnergyCounter | null, passedMs: number, stretch: { readonly ms: number; readonly integratedJ: number | null }): BookBy {
    this.since.ms += stretch.ms;
    if (stretch.integratedJ === null || this.since.integratedJ === null) this.since.integratedJ = null;
    else this.since.integratedJ += stretch.integratedJ;
    const { base } = this;
    if (counter === null || base === null) {
      this.begin(counter, passedMs);
      return 'power';
    }
    const isNear = passedMs - base.passedMs <= RUN_MAX_GAP_MS;
    if (counter.isNew) this.readMs = passedMs;
    else if (passedMs - this.readMs > RUN_MAX_GAP_MS) {
      this.begin(null, passedMs);
      return 'power';
    }
    if (!counter.isNew || counter.valueJ === base.valueJ) {
      if (counter.isNew) this.noteStanding(counter.stepJ);
      if (isNear && !base.isSpent) return 'wait';
      base.isSpent = true;
      return 'power';
    }
    if (counter.valueJ < base.valueJ && counter.wrapJ === null) {
      this.begin(counter, passedMs);
      return 'power';
    }
    const grownJ = growthJ(base.valueJ, counter, this.since.ms);
    const fits = this.judge(grownJ, base.isExact);
    this.base = { passedMs, valueJ: counter.valueJ, isExact: true, isSpent: false };
    this.since = { ms: 0, integratedJ: 0 };
    return fits && isNear && base.isExact && !base.isSpent && this.fault === null && grownJ !== null ? grownJ : 'power';
  }

  /** The first reading, or one after which nothing of before counts. */
  begin(counter: EnergyCounter | null, passedMs: number): void {
    const isRead = counter?.isNew === true;
    if (isRead) this.readMs = passedMs;
    this.base = isRead
      ? { passedMs, valueJ: counter.valueJ, isExact: counter.stepJ !== null && counter.stepJ <= FINE_J, isSpent: false }
      : null;
    this.since = { ms: 0, integratedJ: 0 };
    this.window = emptyWindow();
  }

  /** What has changed since the last call, in order. */
  takeFindings(): readonly CounterFinding[] {
    if (this.findings.length === 0) return [];
    const { findings } = this;
    this.findings = [];
    return findings;
  }

  private noteStanding(stepJ: number | null): void {
    const { ms, integratedJ } = this.since;
    if (this.fault !== null || integratedJ === null || ms < WINDOW_MS) return;
    const step = Math.max(this.largestStepJ, stepJ ?? COARSEST_J);
    if (integratedJ > STEPS_OWED * step + (WINDOW_SLACK_W * ms) / 1000)
      this.found({ fault: 'standing', countedJ: 0, integratedJ, spanMs: ms });
  }

  /** @returns whether what it grew by since its last step may be what was drawn */
  private judge(grownJ: number | null, isExact: boolean): boolean {
    const { ms, integratedJ } = this.since;
    if (this.fault === 'standing') {
      // It caught up, or left out the time in which it stood: either way it moves from here on.
      this.window = emptyWindow();
      this.found({ fault: null, countedJ: grownJ ?? 0, integratedJ: integratedJ ?? 0, spanMs: ms });
      return false;
    }
    if (!isExact || integratedJ === null) {
      this.window = emptyWindow();
      return grownJ !== null;
    }
    const fits = grownJ !== null && areAlike(grownJ, integratedJ, STRETCH_FACTOR, (STRETCH_SLACK_W * ms) / 1000);
    const { window } = this;
    window.spanMs += ms;
    if (fits) {
      this.largestStepJ = Math.max(this.largestStepJ, grownJ);
      window.countedJ += grownJ;
      window.integratedJ += integratedJ;
    } else window.misfitMs += ms;
    if (window.spanMs >= WINDOW_MS) this.close(window);
    return fits;
  }

  private close({ spanMs, countedJ, integratedJ, misfitMs }: Window): void {
    this.window = emptyWindow();
    const isAbsurd =
      misfitMs > spanMs / 2 || !areAlike(countedJ, integratedJ, WINDOW_FACTOR, (WINDOW_SLACK_W * (spanMs - misfitMs)) / 1000);
    const fault = isAbsurd ? 'absurd' : null;
    if (fault !== this.fault) this.found({ fault, countedJ, integratedJ, spanMs });
  }

  private found(finding: CounterFinding): void {
    this.fault = finding.fault;
    this.findings.push(finding);
  }
}

const emptyWindow = (): Window => ({ spanMs: 0, countedJ: 0, integratedJ: 0, misfitMs: 0 });

const areAlike = (aJ: number, bJ: number, factor: number, slackJ: number): boolean =>
  aJ <= factor * bJ + slackJ && bJ <= factor * aJ + slackJ;

/** What a counter grew by, J; null where another one stands in its place. */
function growthJ(beforeJ: number, { valueJ, wrapJ, maxW }: EnergyCounter, spanMs: number): number | null {
  const grownJ = valueJ - beforeJ;
  const own = grownJ < 0 && wrapJ !== null ? grownJ + wrapJ : grownJ;
  return own >= 0 && own <= (maxW * spanMs * REFRESH_SLACK) / 1000 ? own : null;
}
