import { isMetered, provenances, type Provenance } from '../model/provenance';
import { addTo, bookingOf, type AccountName, type Booked, type Booking, type GapBooking, type Share } from './booking';
import { CounterCheck, type CounterFinding, type EnergyCounter } from './counter-check';
import { InfrastructureBook } from './infrastructure-book';
import { cutAtQuarters, wallSpan, type Moment, type QuarterSlice } from './quarters';
import { RUN_MAX_GAP_MS } from './run-bill';

/** What one part of the room draws at a tick. A part that is in no sum (left out, away) is not given at all. */
export interface LedgerPart {
  /** Device id. */
  readonly place: string;
  /** null = it is silent: the time is unknown. */
  readonly powerW: number | null;
  readonly provenance: Provenance;
  readonly counter: EnergyCounter | null;
}

export interface LedgerTick extends Moment {
  readonly parts: readonly LedgerPart[];
  /** Of the whole room; null = withheld. */
  readonly facilityW: number | null;
  readonly facilityProvenance: Provenance;
  /** Who held a part in the time since the tick before. */
  readonly sharesOf: (place: string) => readonly Share[];
}

export interface PartFinding extends CounterFinding {
  readonly place: string;
  /** Of the power that it is held against. */
  readonly provenance: Provenance;
}

/** The quarters in which the time between two moments lies. */
interface Span {
  readonly from: Moment;
  readonly to: Moment;
  readonly slices: readonly QuarterSlice[];
}

/** From one tick to the next, of one part. */
interface Stretch {
  readonly from: Moment;
  readonly to: Moment;
  /** At both ends, W; null = one of them is not known. */
  readonly powerW: readonly [number, number] | null;
  readonly shares: readonly Share[];
  readonly provenance: Provenance;
}

interface PartState {
  last: { readonly moment: Moment; readonly powerW: number | null };
  readonly counter: CounterCheck;
  /** Since the counter last moved; booked by its next step. */
  pending: Stretch[];
  /** Of one quarter; those before it are closed. */
  open: Map<AccountName, Booking>;
  seen: number;
}

/**
 * Parts that are first read so soon after the ledger began were there from its beginning: not all sources answer at once, and
 * some power is told by two readings alone. Until then what they draw is not known. ms
 */
const STARTING_MS = 10_000;
/** Of a silence no longer than this the unknown time stands with its quarters; a longer one is told as a gap of its own. ms */
const LONGEST_IN_QUARTERS_MS = 900_000;
const WHOLE = { from: 0, to: 1 };

/**
 * The ledger of energy: books what each part of the room draws from tick to tick to the accounts of those who held it, by
 * quarters of an hour. What a counter counted goes before the integral of power (trapezoid rule), as long as the two can be of the
 * same device ({@link CounterCheck}). Time between two known
 * moments further apart than {@link RUN_MAX_GAP_MS}, or beside an unknown one, is unknown time of that part and is never bridged.
 *
 * All that is booked for a part adds up, but for rounding, to what was metered of it. Feed it the ticks as they come; one that
 * is not later by `passedMs` than the one before is ignored: that time is booked.
 */
export class Ledger {
  private readonly parts = new Map<string, PartState>();
  private readonly infrastructure = new InfrastructureBook();
  private closed: Booking[] = [];
  private gaps: GapBooking[] = [];
  private left: string[] = [];
  private findings: PartFinding[] = [];
  private first: Moment | null = null;
  private last: Moment | null = null;
  private ticks = 0;
  /** Of the stretch that was booked last: nearly all parts of a tick have the same. */
  private span: Span | null = null;
  /** Places it has had a reading of, whether they are still part of the room or not. */
  private readonly met = new Set<string>();
  private readonly bookedUntil: Map<string, number>;

  /** @param bookedUntil up to when each place was booked before, by a ledger that ended; wall clock, ms: the time since then is a gap */
  constructor(bookedUntil: ReadonlyMap<string, number> = new Map()) {
    this.bookedUntil = new Map(bookedUntil);
  }

  tick(tick: LedgerTick): void {
    if (this.last !== null && tick.passedMs <= this.last.passedMs) return;
    const before = this.last;
    this.last = { atMs: tick.atMs, passedMs: tick.passedMs };
    this.first ??= this.last;
    this.ticks++;
    for (const part of tick.parts) this.addPart(part, tick, this.last, before);
    for (const [place, state] of this.parts) {
      if (state.seen === this.ticks) continue;
      // It left by an event or a person's word: from here on it is not part of anything.
      this.settle(place, state, null);
      this.close(state);
      this.parts.delete(place);
      this.left.push(place);
      this.infrastructure.partsChanged();
    }
    this.infrastructure.tick(tick, this.isWaiting());
  }

  /** What was booked since the last call, each to be added to what is there. */
  take(): Booked {
    for (const state of this.parts.values()) this.close(state);
    const { bookings: ofRoom, shares } = this.infrastructure.take();
    const bookings = [...this.closed, ...ofRoom];
    const { gaps, left } = this;
    this.closed = [];
    this.gaps = [];
    this.left = [];
    return { bookings, shares, gaps, left, places: [...this.parts.keys()], untilMs: this.last?.atMs ?? null };
  }

  /** What the facility's meters counted in a quarter that is booked by their power differs from that by so much. */
  correctFacility(quarter: number, joules: number): void {
    this.infrastructure.correct(quarter, joules);
  }

  /** What came to light of counters since the last call, in order. */
  takeFindings(): readonly PartFinding[] {
    const { findings } = this;
    this.findings = [];
    return findings;
  }

  /** What was booked and not taken yet. The sums go on growing: whoever wants to keep them copies. */
  eachUntaken(visit: (booking: Readonly<Booking>) => void): void {
    for (const booking of this.closed) visit(booking);
    for (const { open } of this.parts.values()) for (const booking of open.values()) visit(booking);
    this.infrastructure.eachUntaken(visit);
  }

  /** The same of a run's share of the infrastructure. */
  eachUntakenShare(account: AccountName, visit: (share: Readonly<Booking>) => void): void {
    this.infrastructure.eachUntakenShare(account, visit);
  }

  /** Whether the energy of a part is booked by its counter's next step. */
  private isWaiting(): boolean {
    for (const { pending } of this.parts.values()) if (pending.length > 0) return true;
    return false;
  }

  private addPart({ place, powerW, provenance, counter }: LedgerPart, tick: LedgerTick, now: Moment, before: Moment | null): void {
    let state = this.parts.get(place);
    if (state === undefined || before === null) {
      const unread = before !== null && this.wasUnread(place, now);
      state = {
        last: unread ? { moment: before, powerW: null } : { moment: now, powerW },
        counter: new CounterCheck(),
        pending: [],
        open: new Map(),
        seen: this.ticks,
      };
      this.parts.set(place, state);
      this.met.add(place);
      this.infrastructure.partsChanged();
      // Who held it until the tick before is not known, so that time is told of the place alone.
      this.bookGapBefore(place, (unread ? this.first : null)?.atMs ?? null, (unread ? before : now).atMs);
      if (!unread) {
        state.counter.begin(counter, now.passedMs);
        return;
      }
    }
    state.seen = this.ticks;
    const { last } = state;
    const ms = now.passedMs - last.moment.passedMs;
    const ends = ms <= RUN_MAX_GAP_MS && last.powerW !== null && powerW !== null ? ([last.powerW, powerW] as const) : null;
    state.last = { moment: now, powerW };
    const stretch: Stretch = { from: last.moment, to: now, powerW: ends, shares: tick.sharesOf(place), provenance };
    const bookBy = state.counter.next(counter, now.passedMs, { ms, integratedJ: integralJ(ends, ms, WHOLE) });
    for (const finding of state.counter.takeFindings()) this.findings.push({ ...finding, place, provenance });
    if (bookBy === 'power' && state.pending.length === 0) {
      this.book(place, state, stretch, null);
      return;
    }
    state.pending.push(stretch);
    if (bookBy !== 'wait') this.settle(place, state, bookBy === 'power' ? null : bookBy);
  }

  /** Whether a part that is read for the first time was there before. */
  private wasUnread(place: string, now: Moment): boolean {
    return this.first !== null && !this.met.has(place) && now.passedMs - this.first.passedMs <= STARTING_MS;
  }

  private bookGapBefore(place: string, firstMs: number | null, nowMs: number): void {
    const fromMs = this.bookedUntil.get(place) ?? firstMs;
    this.bookedUntil.delete(place);
    if (fromMs !== null && fromMs < nowMs) this.gaps.push({ place, fromMs, toMs: nowMs });
  }

  /** Books the stretches that waited. @param countedJ what a counter says of all of them; null = each by its power */
  private settle(place: string, state: PartState, countedJ: number | null): void {
    const stretches = state.pending;
    state.pending = [];
    const totalMs = stretches.reduce((sum, { from, to }) => sum + to.passedMs - from.passedMs, 0);
    for (const stretch of stretches) {
      const own = countedJ === null ? null : (countedJ * (stretch.to.passedMs - stretch.from.passedMs)) / totalMs;
      this.book(place, state, stretch, own);
    }
  }

  /** @param countedJ what a counter says of the stretch; null = it is booked by its power */
  private book(place: string, state: PartState, stretch: Stretch, countedJ: number | null): void {
    const { from, to, powerW } = stretch;
    const spanMs = to.passedMs - from.passedMs;
    if (countedJ === null && powerW === null) {
      this.infrastructure.partUnknown();
      if (spanMs > LONGEST_IN_QUARTERS_MS) {
        this.gaps.push({ place, fromMs: to.atMs - spanMs, toMs: to.atMs });
        return;
      }
    }
    const provenance = provenances.indexOf(stretch.provenance);
    for (const slice of this.slicesOf(from, to)) {
      const sliceJ = countedJ === null ? integralJ(powerW, spanMs, slice) : countedJ * slice.to - countedJ * slice.from;
      if (sliceJ !== null) this.infrastructure.addPart(slice.quarter, sliceJ, provenance);
      this.bookSlice(place, state, slice.quarter, sliceJ, (slice.to - slice.from) * spanMs, stretch);
    }
  }

  private slicesOf(from: Moment, to: Moment): readonly QuarterSlice[] {
    if (this.span === null || this.span.from !== from || this.span.to !== to) {
      const { fromMs, toMs } = wallSpan(from, to);
      this.span = { from, to, slices: cutAtQuarters(fromMs, toMs) };
    }
    return this.span.slices;
  }

  /** To each holder its share; the last takes what the others leave, so that nothing is lost to rounding. */
  private bookSlice(
    place: string,
    state: PartState,
    quarter: number,
    sliceJ: number | null,
    spanMs: number,
    { shares, provenance }: Stretch,
  ): void {
    let leftJ = sliceJ ?? 0;
    let leftMs = spanMs;
    shares.forEach(({ account, share, allocated }, i) => {
      const isLast = i === shares.length - 1;
      const ownJ = isLast ? leftJ : (sliceJ ?? 0) * share;
      const ownMs = isLast ? leftMs : spanMs * share;
      leftJ -= ownJ;
      leftMs -= ownMs;
      const own = this.openAt(state, place, quarter, account);
      if (sliceJ === null) addTo(own, { unknownMs: ownMs });
      else {
        this.infrastructure.addHeld(quarter, account, ownJ, ownMs);
        addTo(own, {
          joules: ownJ,
          meteredJ: isMetered(provenance) ? ownJ : 0,
          knownMs: ownMs,
          provenance: provenances.indexOf(provenance),
          allocated,
        });
      }
    });
  }

  private openAt(state: PartState, place: string, quarter: number, account: AccountName): Booking {
    const known = state.open.get(account);
    if (known?.quarter === quarter) return known;
    if (known) this.closed.push(known);
    const fresh = bookingOf(quarter, account, place);
    state.open.set(account, fresh);
    return fresh;
  }

  private close(state: PartState): void {
    this.closed.push(...state.open.values());
    state.open.clear();
  }
}

/**
 * The integral of power over a part of a stretch, J; null = its power is not known. Power goes in a straight line from end to end.
 * @param powerW at the stretch's ends
 */
function integralJ(powerW: Stretch['powerW'], spanMs: number, { from, to }: { readonly from: number; readonly to: number }): number | null {
  if (powerW === null) return null;
  const [fromW, toW] = powerW;
  const upTo = (at: number): number => ((fromW + ((toW - fromW) * at) / 2) * at * spanMs) / 1000;
  return upTo(to) - upTo(from);
}
