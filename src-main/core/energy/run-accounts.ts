import { addTo, emptySum, type Booked, type Booking, type EnergySum, type GapBooking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import type { RunQuarter } from '@shared/energy/run-bill';
import type { LedgerTable } from '../store/records/ledger/ledger';

/** What is booked to a run so far. */
export interface RunAccount {
  readonly quarters: readonly RunQuarter[];
  /** The most it drew at a tick, W; null = not seen. */
  readonly peakItW: number | null;
  /** Long times in which one of its places was not metered. */
  readonly gaps: readonly GapBooking[];
}

interface Account {
  readonly name: Booking['account'];
  readonly startedAtMs: number;
  readonly own: Map<number, EnergySum>;
  readonly shares: Map<number, EnergySum>;
  readonly places: Set<string>;
  gaps: GapBooking[];
  /** Before anything was metered here. */
  unmetered: GapBooking | null;
  peakItW: number | null;
}

/** What is booked and not taken yet, for whoever adds it up. */
export interface Untaken {
  eachUntaken(visit: (booking: Readonly<Booking>) => void): void;
  eachUntakenShare(account: Booking['account'], visit: (share: Readonly<Booking>) => void): void;
}

/**
 * The accounts of the runs that go on, by quarter, with their shares of the infrastructure: all that their bills are made of,
 * without a query to the database per tick. What was stored before a run began here (by a core before this one) is read once.
 */
export class RunAccounts {
  private readonly accounts = new Map<string, Account>();

  constructor(private readonly table: Pick<LedgerTable, 'runQuarters' | 'gapsBetween'>) {}

  begin(runId: string, startedAtMs: number): void {
    if (this.accounts.has(runId)) return;
    const from = Math.floor(startedAtMs / QUARTER_MS);
    const stored = this.table.runQuarters(runId, from, Number.MAX_SAFE_INTEGER);
    this.accounts.set(runId, {
      name: `run:${runId}`,
      startedAtMs,
      own: new Map(stored.map(({ quarter, own }) => [quarter, own])),
      shares: new Map(stored.flatMap(({ quarter, share }) => (share === null ? [] : [[quarter, share] as const]))),
      places: new Set(),
      gaps: stored.length === 0 ? [] : this.table.gapsBetween(startedAtMs, Number.MAX_SAFE_INTEGER),
      unmetered: null,
      peakItW: null,
    });
  }

  /** Metering begins now: of a run that began before, and that no core before this one booked to, the time until then is not known. */
  meteringBegins(atMs: number): void {
    for (const account of this.accounts.values()) {
      const { startedAtMs, own } = account;
      if (own.size === 0 && startedAtMs < atMs) account.unmetered = { place: '', fromMs: startedAtMs, toMs: atMs };
    }
  }

  end(runId: string): void {
    this.accounts.delete(runId);
  }

  /** Before it is stored. */
  book({ bookings, shares, gaps }: Booked): void {
    if (this.accounts.size === 0) return;
    const byName = new Map([...this.accounts.values()].map((account) => [account.name, account]));
    for (const booking of bookings) {
      const account = byName.get(booking.account);
      if (account === undefined) continue;
      account.places.add(booking.place);
      addTo(sumAt(account.own, booking.quarter), booking);
    }
    for (const share of shares) {
      const account = byName.get(share.account);
      if (account !== undefined) addTo(sumAt(account.shares, share.quarter), share);
    }
    for (const account of byName.values()) account.gaps.push(...gaps);
  }

  notePower(runId: string, powerW: number): void {
    const account = this.accounts.get(runId);
    if (account) account.peakItW = Math.max(account.peakItW ?? 0, powerW);
  }

  of(runId: string, untaken: Untaken): RunAccount | null {
    const account = this.accounts.get(runId);
    if (account === undefined) return null;
    const fresh = { own: new Map<number, EnergySum>(), shares: new Map<number, EnergySum>() };
    const places = new Set(account.places);
    untaken.eachUntaken((booking) => {
      if (booking.account !== account.name) return;
      places.add(booking.place);
      addTo(sumAt(fresh.own, booking.quarter), booking);
    });
    untaken.eachUntakenShare(account.name, (share) => addTo(sumAt(fresh.shares, share.quarter), share));
    const quarters = [...new Set([...account.own.keys(), ...fresh.own.keys()])].sort((a, b) => a - b);
    // What was stored before tells no places: then every one counts.
    const gaps = account.gaps.filter(({ place }) => places.size === 0 || places.has(place));
    return {
      quarters: quarters.map((quarter) => ({
        quarter,
        own: together(account.own.get(quarter), fresh.own.get(quarter)) ?? emptySum(),
        share: together(account.shares.get(quarter), fresh.shares.get(quarter)),
      })),
      peakItW: account.peakItW,
      gaps: account.unmetered === null ? gaps : [...gaps, account.unmetered],
    };
  }
}

function sumAt(sums: Map<number, EnergySum>, quarter: number): EnergySum {
  const known = sums.get(quarter);
  if (known) return known;
  const fresh = emptySum();
  sums.set(quarter, fresh);
  return fresh;
}

function together(a: EnergySum | undefined, b: EnergySum | undefined): EnergySum | null {
  if (a === undefined && b === undefined) return null;
  const sum = emptySum();
  if (a) addTo(sum, a);
  if (b) addTo(sum, b);
  return sum;
}

/** Time of [from, to) that the longest silent place was not metered. */
export function longestGapMs(gaps: readonly GapBooking[], fromMs: number, toMs: number): number {
  const byPlace = new Map<string, number>();
  for (const gap of gaps) {
    const ms = Math.max(0, Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs));
    byPlace.set(gap.place, (byPlace.get(gap.place) ?? 0) + ms);
  }
  return Math.max(0, ...byPlace.values());
}
