import { isMetered, provenances, type Provenance } from '../model/provenance';
import { accountKind, addTo, bookingOf, type AccountName, type Booking } from './booking';
import { cutAtQuarters, wallSpan, type Moment } from './quarters';
import { RUN_MAX_GAP_MS } from './run-bill';

/** The place of what belongs to no part: the room. */
export const INFRASTRUCTURE_PLACE = 'room';

interface FacilityPoint extends Moment {
  readonly parts: readonly { readonly powerW: number | null }[];
  readonly facilityW: number | null;
  readonly facilityProvenance: Provenance;
}

interface Tally {
  facilityJ: number;
  itJ: number;
  spanMs: number;
  /** What of it runs drew, and for how much of their time. */
  readonly held: Map<AccountName, { joules: number; ms: number }>;
}

/** What of a quarter is booked: by it a later correction is parted. */
interface Settled {
  knownMs: number;
  unknownMs: number;
  itJ: number;
  readonly held: Map<AccountName, { joules: number; ms: number }>;
}

/** A meter of whole kWh at a small load steps once in hours; what is older is not corrected. Quarters. */
const CORRECTED_QUARTERS = 200;

/** Of all that is drawn in a time, a run that draws nearly so much draws all of it: the rest is rounding. */
const ALL_BUT_ROUNDING = 1 - 1e-9;

/**
 * Books what the room draws around its IT: facility less all that was booked for its parts in the same time, so that the
 * accounts together are what the facility drew. Where a part, or the facility, is not known, the time is unknown; so it is
 * where the meters contradict each other (a facility below the IT it feeds) and where the parts are others than before.
 */
export class InfrastructureBook {
  private last: { readonly moment: Moment; readonly facilityW: number | null } | null = null;
  /** Not booked yet: by quarter, until no part waits for its counter. */
  private tallies = new Map<number, Tally>();
  private readonly settled = new Map<number, Settled>();
  private isKnown = true;
  private provenance = 0;

  private booked = new Map<number, Booking>();
  private shares = new Map<AccountName, Map<number, Booking>>();

  /** What was booked since the last call, and the runs' shares of it. */
  take(): { readonly bookings: Booking[]; readonly shares: Booking[] } {
    const taken = { bookings: [...this.booked.values()], shares: [...this.shares.values()].flatMap((own) => [...own.values()]) };
    this.booked = new Map();
    this.shares = new Map();
    return taken;
  }

  eachUntaken(visit: (booking: Readonly<Booking>) => void): void {
    for (const booking of this.booked.values()) visit(booking);
  }

  eachUntakenShare(account: AccountName, visit: (share: Readonly<Booking>) => void): void {
    for (const share of this.shares.get(account)?.values() ?? []) visit(share);
  }

  /** A part was booked. */
  addPart(quarter: number, joules: number, provenance: number): void {
    this.tally(quarter).itJ += joules;
    this.provenance = Math.max(this.provenance, provenance);
  }

  /** What of it an account drew. */
  addHeld(quarter: number, account: AccountName, joules: number, ms: number): void {
    if (accountKind(account) !== 'run') return;
    const { held } = this.tally(quarter);
    const known = held.get(account);
    if (known === undefined) {
      held.set(account, { joules, ms });
      return;
    }
    known.joules += joules;
    known.ms += ms;
  }

  /**
   * The facility's meters counted so much more in a quarter than was booked of them by power. Of time that is not known nothing is
   * booked, and its part of the correction is left out.
   */
  correct(quarter: number, joules: number): void {
    const own = this.settled.get(quarter);
    if (own === undefined || own.knownMs <= 0) return;
    const knownJ = (joules * own.knownMs) / (own.knownMs + own.unknownMs);
    const booking = this.booked.get(quarter) ?? bookingOf(quarter, 'infrastructure', INFRASTRUCTURE_PLACE);
    this.booked.set(quarter, booking);
    addTo(booking, { joules: knownJ, meteredJ: knownJ });
    for (const [account, { joules: heldJ }] of own.held) {
      const shareJ = own.itJ > 0 ? knownJ * (heldJ / own.itJ) : 0;
      addTo(this.shareOf(account, quarter), { joules: shareJ, meteredJ: shareJ });
    }
  }

  partUnknown(): void {
    this.isKnown = false;
  }

  partsChanged(): void {
    this.isKnown = false;
  }

  /** After all parts of the tick. @param waits some part's energy is not booked yet */
  tick(point: FacilityPoint, waits: boolean): void {
    const { facilityProvenance } = point;
    const facilityW = consistent(point);
    const { last } = this;
    this.last = { moment: { atMs: point.atMs, passedMs: point.passedMs }, facilityW };
    if (last !== null) {
      const spanMs = point.passedMs - last.moment.passedMs;
      const isCovered = spanMs <= RUN_MAX_GAP_MS && last.facilityW !== null && facilityW !== null;
      if (!isCovered) this.isKnown = false;
      const [fromW, toW] = isCovered ? [last.facilityW ?? 0, facilityW ?? 0] : [0, 0];
      const upToJ = (at: number): number => ((fromW + ((toW - fromW) * at) / 2) * at * spanMs) / 1000;
      const { fromMs, toMs } = wallSpan(last.moment, point);
      // Of a long silence the parts tell; what is of no room then needs no row for each of its quarters.
      const slices = spanMs > RUN_MAX_GAP_MS ? [] : cutAtQuarters(fromMs, toMs);
      for (const { quarter, from, to } of slices) {
        const tally = this.tally(quarter);
        tally.facilityJ += upToJ(to) - upToJ(from);
        tally.spanMs += (to - from) * spanMs;
      }
    }
    this.provenance = Math.max(this.provenance, provenances.indexOf(facilityProvenance));
    if (!waits) this.settle(facilityProvenance);
  }

  private settle(facilityProvenance: Provenance): void {
    for (const [quarter, { facilityJ, itJ, spanMs, held }] of this.tallies) {
      if (spanMs <= 0) continue;
      const booking = this.booked.get(quarter) ?? bookingOf(quarter, 'infrastructure', INFRASTRUCTURE_PLACE);
      this.booked.set(quarter, booking);
      const joules = facilityJ - itJ;
      const settled = this.settledAt(quarter);
      if (!this.isKnown) {
        settled.unknownMs += spanMs;
        addTo(booking, { unknownMs: spanMs });
        continue;
      }
      const { provenance } = this;
      const metered = isMetered(facilityProvenance) ? 1 : 0;
      addTo(booking, { joules, meteredJ: joules * metered, itJ, knownMs: spanMs, provenance });
      settled.knownMs += spanMs;
      settled.itJ += itJ;
      for (const [account, own] of held) {
        const before = settled.held.get(account);
        settled.held.set(account, { joules: (before?.joules ?? 0) + own.joules, ms: (before?.ms ?? 0) + own.ms });
        const shareJ = itJ > 0 ? joules * (own.joules / itJ) : 0;
        addTo(this.shareOf(account, quarter), {
          joules: shareJ,
          meteredJ: shareJ * metered,
          itJ: own.joules,
          knownMs: own.ms,
          provenance,
          allocated: own.joules < itJ * ALL_BUT_ROUNDING,
        });
      }
    }
    this.tallies.clear();
    this.isKnown = true;
    this.provenance = 0;
  }

  private settledAt(quarter: number): Settled {
    const known = this.settled.get(quarter);
    if (known) return known;
    const fresh: Settled = { knownMs: 0, unknownMs: 0, itJ: 0, held: new Map() };
    this.settled.set(quarter, fresh);
    for (const old of this.settled.keys()) if (old < quarter - CORRECTED_QUARTERS) this.settled.delete(old);
    return fresh;
  }

  private shareOf(account: AccountName, quarter: number): Booking {
    const own = this.shares.get(account) ?? new Map<number, Booking>();
    this.shares.set(account, own);
    const share = own.get(quarter) ?? bookingOf(quarter, account, INFRASTRUCTURE_PLACE);
    own.set(quarter, share);
    return share;
  }

  private tally(quarter: number): Tally {
    const known = this.tallies.get(quarter);
    if (known) return known;
    const fresh: Tally = { facilityJ: 0, itJ: 0, spanMs: 0, held: new Map() };
    this.tallies.set(quarter, fresh);
    return fresh;
  }
}

/** The facility's power, null where it is below that of the IT. A part that is silent is for {@link InfrastructureBook.partUnknown}. */
function consistent({ facilityW, parts }: FacilityPoint): number | null {
  if (facilityW === null) return null;
  let itW = 0;
  for (const { powerW } of parts) itW += powerW ?? 0;
  // A facility that is the IT and nothing else differs from it by rounding.
  return facilityW < itW * (1 - 1e-9) ? null : facilityW;
}
