import { cutAtQuarters, wallSpan, type Moment } from './quarters';

/** Two readings further apart than this leave the time between them to the counter. ms */
const MAX_GAP_MS = 15_000;
/** A step back by less than this is rounding. J, and of the value */
const NOISE_J = 3_600;
const NOISE_SHARE = 1e-7;
/** The coarsest step of a meter in use: 1 kWh. J */
const COARSEST_J = 3.6e6;
/** What a counter counts and the integral of power may differ by this factor between two of its steps. */
const FACTOR = 2;
/** A wrap has to fit the power better than that: a reset may look like one. */
const WRAP_FACTOR = 1.25;
/** Of a time in which power is known for less than this share, it says nothing of the whole. */
const KNOWN_SHARE = 0.5;
/** Without power a counter may run so much faster than it did before. */
const RATE_FACTOR = 20;
/** With neither: more than any room draws. W */
const MOST_W = 1e8;
/** How long a counter that fell is remembered: it may come back. ms */
const FORMER_MS = 86_400_000;
/** How much a counter that stands still owes before it is told. */
const STEPS_OWED = 3;
const STUCK_MS = 60_000;
const STUCK_W = 5;

/** Ends at which counters begin again, J: of so many digits in Wh (any decimal unit), and of 16, 24, 31 and 32 bits in usual units. */
const wraps: readonly number[] = [
  ...Array.from({ length: 12 }, (_, i) => 10 ** (i + 4) * 3_600),
  ...[2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32].flatMap((end) => [0.1, 1, 10, 100, 1_000].map((unitWh) => end * unitWh * 3_600)),
  ...[2 ** 31, 2 ** 32],
].sort((a, b) => a - b);

/** What is to be added to what is booked of a meter in a quarter. */
export interface MeterBooking {
  readonly quarter: number;
  joules: number;
  /** The part of it that a counter told. */
  countedJ: number;
  knownMs: number;
  unknownMs: number;
  /** Of time that was booked by power before: by how much the counter corrects it. */
  correctedJ: number;
}

export type CounterEvent = 'reset' | 'wrap' | 'dip' | 'jump' | 'stuck';
export interface MeterFinding {
  readonly kind: CounterEvent;
  readonly fromJ: number;
  readonly toJ: number;
}

/** One direction of a meter at a tick. */
export interface MeterTick extends Moment {
  /** In this direction, W, ≥ 0; null = not known. */
  readonly powerW: number | null;
  readonly counter: { readonly valueJ: number; readonly isNew: boolean } | null;
}

/** Where a counter stood when it was last kept. */
export interface CounterMark {
  readonly valueJ: number;
  readonly atMs: number;
  /** What it counted on average, W; null = not known. */
  readonly rateW: number | null;
}

/** Of the time since a track's beginning, in one quarter. */
interface Slice {
  bookedJ: number;
  countedJ: number;
  integratedJ: number;
  knownMs: number;
  unknownMs: number;
  /** In which nothing was booked at all: there was no core. */
  gapMs: number;
}

/** A reading of the counter from which differences are taken, and what was booked since. */
class Track {
  readonly slices = new Map<number, Slice>();

  constructor(
    readonly baseJ: number,
    readonly beganMs: number,
  ) {}

  slice(quarter: number): Slice {
    const known = this.slices.get(quarter);
    if (known) return known;
    const fresh: Slice = { bookedJ: 0, countedJ: 0, integratedJ: 0, knownMs: 0, unknownMs: 0, gapMs: 0 };
    this.slices.set(quarter, fresh);
    return fresh;
  }

  get total(): { readonly integratedJ: number; readonly knownMs: number; readonly openMs: number } {
    let [integratedJ, knownMs, openMs] = [0, 0, 0];
    for (const slice of this.slices.values()) {
      integratedJ += slice.integratedJ;
      knownMs += slice.knownMs;
      openMs += slice.unknownMs + slice.gapMs;
    }
    return { integratedJ, knownMs, openMs };
  }
}

/**
 * Books one direction of a meter by quarters of an hour: by the integral of its power at once, and, where it counts its energy, by
 * what it counted as soon as its next step tells that; what was booked before is corrected then, and time in which the meter was not
 * heard is filled. A counter's first reading is a baseline. One that falls is a wrap only where the power fits that; else what it
 * shows is set aside until it is back (a dip) or goes on from there with the power (a reset), and a dip that was taken for a reset is
 * corrected when it is back. What jumps as no power does is not booked. Energy beyond its steps is never invented.
 */
export class MeterBook {
  private last: { readonly moment: Moment; readonly powerW: number | null } | null = null;
  private current: Track | null = null;
  /** The one before a reset: it may turn out to have been a dip. */
  private former: Track | null = null;
  /** What the counter shows and cannot be believed yet. */
  private suspect: Track | null = null;
  private stepJ = COARSEST_J;
  private counted = { joules: 0, ms: 0 };
  private rateW: number | null;
  private fault: 'jump' | 'stuck' | null = null;
  private bookings = new Map<number, MeterBooking>();
  private findings: MeterFinding[] = [];

  /** @param mark where a book before this one left off; what was counted since then is booked to the time between */
  constructor(private mark: CounterMark | null = null) {
    this.rateW = mark?.rateW ?? null;
  }

  tick(tick: MeterTick): void {
    const { last } = this;
    if (last !== null && tick.passedMs <= last.moment.passedMs) return;
    this.last = { moment: { atMs: tick.atMs, passedMs: tick.passedMs }, powerW: tick.powerW };
    if (last !== null) this.extend(last.moment, tick, last.powerW, tick.powerW);
    if (this.former !== null && tick.passedMs - this.former.beganMs > FORMER_MS) this.former = null;
    const { counter } = tick;
    if (counter !== null && counter.isNew && Number.isFinite(counter.valueJ) && counter.valueJ >= 0) this.read(counter.valueJ, tick);
  }

  /** What was booked since the last call, each to be added to what is there. */
  take(): MeterBooking[] {
    const taken = [...this.bookings.values()];
    this.bookings = new Map();
    return taken;
  }

  takeFindings(): readonly MeterFinding[] {
    if (this.findings.length === 0) return [];
    const { findings } = this;
    this.findings = [];
    return findings;
  }

  /** Where the counter stands by now; null = it was not read. */
  get at(): CounterMark | null {
    if (this.current === null || this.last === null) return null;
    const { baseJ, slices } = this.current;
    const sinceMs = [...slices.values()].reduce((sum, { knownMs, unknownMs, gapMs }) => sum + knownMs + unknownMs + gapMs, 0);
    return { valueJ: baseJ, atMs: this.last.moment.atMs - sinceMs, rateW: this.rateW };
  }

  private booking(quarter: number): MeterBooking {
    const known = this.bookings.get(quarter);
    if (known) return known;
    const fresh: MeterBooking = { quarter, joules: 0, countedJ: 0, knownMs: 0, unknownMs: 0, correctedJ: 0 };
    this.bookings.set(quarter, fresh);
    return fresh;
  }

  private get tracks(): Track[] {
    return [this.current, this.former, this.suspect].filter((track) => track !== null);
  }

  private extend(from: Moment, to: Moment, fromW: number | null, toW: number | null): void {
    const spanMs = to.passedMs - from.passedMs;
    const isKnown = spanMs <= MAX_GAP_MS && fromW !== null && toW !== null;
    const upToJ = (at: number): number => (isKnown ? ((fromW + ((toW - fromW) * at) / 2) * at * spanMs) / 1000 : 0);
    const { fromMs, toMs } = wallSpan(from, to);
    for (const slice of cutAtQuarters(fromMs, toMs)) {
      const ms = (slice.to - slice.from) * spanMs;
      const joules = upToJ(slice.to) - upToJ(slice.from);
      const booking = this.booking(slice.quarter);
      booking.joules += joules;
      if (isKnown) booking.knownMs += ms;
      else booking.unknownMs += ms;
      for (const track of this.tracks) {
        const own = track.slice(slice.quarter);
        own.bookedJ += joules;
        own.integratedJ += joules;
        if (isKnown) own.knownMs += ms;
        else own.unknownMs += ms;
      }
    }
  }

  private read(valueJ: number, moment: Moment): void {
    const current = this.current ?? this.begin(valueJ, moment);
    if (current === null) return;
    const { baseJ } = current;
    const isNoise = valueJ < baseJ && baseJ - valueJ <= Math.max(NOISE_J, baseJ * NOISE_SHARE);
    if (valueJ === baseJ || isNoise) {
      this.suspect = null;
      this.noteStuck(current);
      return;
    }
    if (valueJ > baseJ && this.fits(current, valueJ - baseJ, FACTOR)) {
      if (this.suspect !== null && this.suspect.baseJ < baseJ) this.found('dip', this.suspect.baseJ, valueJ);
      this.settle(current, valueJ - baseJ, valueJ, moment);
      return;
    }
    if (valueJ > baseJ && this.fault === 'stuck') {
      // It moves again; what it left out is not in it.
      this.rebase(valueJ, moment);
      return;
    }
    if (this.former !== null && valueJ >= this.former.baseJ && this.fits(this.former, valueJ - this.former.baseJ, FACTOR)) {
      this.found('dip', baseJ, valueJ);
      this.settle(this.former, valueJ - this.former.baseJ, valueJ, moment);
      this.former = null;
      return;
    }
    if (valueJ < baseJ) {
      const wrapJ = wraps.find((end) => end >= baseJ && this.fits(current, end - baseJ + valueJ, WRAP_FACTOR, true));
      if (wrapJ !== undefined) {
        this.found('wrap', baseJ, valueJ);
        this.settle(current, wrapJ - baseJ + valueJ, valueJ, moment);
        return;
      }
    }
    this.doubt(current, valueJ, moment);
  }

  /** The first reading is a baseline, or goes on from where the book before this one left off. */
  private begin(valueJ: number, moment: Moment): Track | null {
    const { mark } = this;
    this.mark = null;
    if (mark === null || mark.atMs >= moment.atMs || moment.atMs - mark.atMs > FORMER_MS * 31) {
      this.rebase(valueJ, moment);
      return null;
    }
    const track = new Track(mark.valueJ, moment.passedMs);
    for (const { quarter, from, to } of cutAtQuarters(mark.atMs, moment.atMs))
      track.slice(quarter).gapMs += (to - from) * (moment.atMs - mark.atMs);
    if (valueJ < mark.valueJ || !this.fits(track, valueJ - mark.valueJ, FACTOR)) {
      this.rebase(valueJ, moment);
      return null;
    }
    this.current = track;
    return track;
  }

  /** A reading that does not go with the one before. */
  private doubt(current: Track, valueJ: number, moment: Moment): void {
    const { suspect } = this;
    if (suspect !== null && valueJ === suspect.baseJ) return;
    if (suspect !== null && valueJ > suspect.baseJ && this.fits(suspect, valueJ - suspect.baseJ, FACTOR)) {
      this.found('reset', current.baseJ, suspect.baseJ);
      this.former = current;
      this.current = suspect;
      this.suspect = null;
      this.settle(suspect, valueJ - suspect.baseJ, valueJ, moment);
      return;
    }
    if (valueJ > current.baseJ && this.fault === null) {
      this.fault = 'jump';
      this.found('jump', current.baseJ, valueJ);
    }
    this.suspect = new Track(valueJ, moment.passedMs);
  }

  private noteStuck(current: Track): void {
    const { integratedJ, knownMs } = current.total;
    if (this.fault !== null || knownMs < STUCK_MS) return;
    if (integratedJ <= STEPS_OWED * Math.max(this.stepJ, COARSEST_J) + (STUCK_W * knownMs) / 1000) return;
    this.fault = 'stuck';
    this.found('stuck', current.baseJ, current.baseJ);
  }

  private found(kind: CounterEvent, fromJ: number, toJ: number): void {
    this.findings.push({ kind, fromJ, toJ });
  }

  /** Whether so much may have been drawn since the track's beginning. @param strictly only where power is known */
  private fits(track: Track, countedJ: number, factor: number, strictly = false): boolean {
    const { integratedJ, knownMs, openMs } = track.total;
    const allMs = knownMs + openMs;
    const slackJ = 2 * this.stepJ;
    const byRateJ = this.rateW === null ? null : (this.rateW * allMs) / 1000;
    if (knownMs >= KNOWN_SHARE * allMs && knownMs > 0) {
      const expectedJ = (integratedJ * allMs) / knownMs;
      const slack = strictly ? Math.min(slackJ, 0.25 * expectedJ) : slackJ;
      if (countedJ <= factor * expectedJ + slack && countedJ >= expectedJ / factor - slack) return true;
      // A single reading of power a thousand times too large: the counter goes on as it did.
      const isSpike = byRateJ !== null && expectedJ > 10 * byRateJ;
      return isSpike && countedJ <= factor * byRateJ + slackJ && countedJ >= byRateJ / factor - slackJ;
    }
    if (strictly) return false;
    const mostW = this.rateW === null ? MOST_W : RATE_FACTOR * Math.max(this.rateW, this.last?.powerW ?? 0);
    return countedJ <= (mostW * allMs) / 1000 + slackJ;
  }

  private rebase(valueJ: number, { passedMs }: Moment): void {
    this.current = new Track(valueJ, passedMs);
    this.suspect = null;
    this.fault = null;
  }

  /** Books what was counted since the track's beginning, in place of what was booked by power, and begins anew. */
  private settle(track: Track, countedJ: number, valueJ: number, moment: Moment): void {
    const { integratedJ, knownMs, openMs } = track.total;
    const allMs = knownMs + openMs;
    const leftJ = countedJ - integratedJ;
    const openJ = openMs > 0 ? Math.max(0, leftJ) : 0;
    const knownJ = countedJ - openJ;
    for (const [quarter, slice] of track.slices) {
      const ownOpenMs = slice.unknownMs + slice.gapMs;
      const ownKnownJ =
        integratedJ > 0 ? (knownJ * slice.integratedJ) / integratedJ : allMs > 0 ? (knownJ * (slice.knownMs + ownOpenMs)) / allMs : 0;
      const ownOpenJ = openMs > 0 ? (openJ * ownOpenMs) / openMs : 0;
      const targetJ = ownKnownJ + ownOpenJ;
      const deltaJ = targetJ - slice.bookedJ;
      const booking = this.booking(quarter);
      booking.joules += deltaJ;
      booking.countedJ += targetJ - slice.countedJ;
      booking.knownMs += ownOpenMs;
      booking.unknownMs -= slice.unknownMs;
      booking.correctedJ += ownKnownJ - slice.bookedJ;
      for (const other of this.tracks)
        if (other !== track && other.beganMs <= track.beganMs)
          carry(other.slice(quarter), slice, deltaJ, targetJ - slice.countedJ, ownOpenJ);
    }
    if (countedJ > 0) this.stepJ = Math.min(this.stepJ, Math.max(countedJ, 1));
    this.counted = { joules: this.counted.joules + countedJ, ms: this.counted.ms + allMs };
    if (this.counted.ms >= STUCK_MS) {
      this.rateW = (this.counted.joules * 1000) / this.counted.ms;
      // Of the last hours, not of all time.
      if (this.counted.ms > FORMER_MS / 4) this.counted = { joules: this.counted.joules / 2, ms: this.counted.ms / 2 };
    }
    this.rebase(valueJ, moment);
  }
}

/** What a later track made known is known in an earlier one, too. */
function carry(into: Slice, from: Slice, deltaJ: number, countedJ: number, openJ: number): void {
  into.bookedJ += deltaJ;
  into.countedJ += countedJ;
  into.integratedJ += openJ;
  into.knownMs += from.unknownMs + from.gapMs;
  into.unknownMs -= Math.min(into.unknownMs, from.unknownMs);
  into.gapMs -= Math.min(into.gapMs, from.gapMs);
}
