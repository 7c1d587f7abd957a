import { accountKind, addTo, emptySum, type Booked, type Booking, type EnergySum, type GapBooking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import type { RoomQuarter, RunQuarter } from '@shared/energy/run-bill';
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
  readonly own: Map<number, EnergySum>;
  readonly places: Set<string>;
  gaps: GapBooking[];
  peakItW: number | null;
}

interface RoomSums {
  itJ: number;
  infrastructure: EnergySum | null;
}

/**
 * The accounts of the runs that go on, by quarter, with what the room drew in each: all that their bills are made of, without a
 * question to the database per tick. What was stored before a run began here (by a core before this one) is read once.
 */
export class RunAccounts {
  private readonly accounts = new Map<string, Account>();
  /** Of the quarters in which something was booked while a run goes on: stored before, and taken since. */
  private readonly room = new Map<number, RoomSums>();

  constructor(private readonly table: Pick<LedgerTable, 'runQuarters' | 'roomQuarter' | 'gapsBetween'>) {}

  begin(runId: string, startedAtMs: number): void {
    if (this.accounts.has(runId)) return;
    const from = Math.floor(startedAtMs / QUARTER_MS);
    const stored = this.table.runQuarters(runId, from, Number.MAX_SAFE_INTEGER);
    for (const { quarter } of stored) this.roomAt(quarter);
    this.accounts.set(runId, {
      name: `run:${runId}`,
      own: new Map(stored.map(({ quarter, own }) => [quarter, own])),
      places: new Set(),
      gaps: stored.length === 0 ? [] : this.table.gapsBetween(startedAtMs, Number.MAX_SAFE_INTEGER),
      peakItW: null,
    });
  }

  end(runId: string): void {
    this.accounts.delete(runId);
    if (this.accounts.size === 0) this.room.clear();
  }

  /** Before it is stored. */
  book({ bookings, gaps }: Booked): void {
    if (this.accounts.size === 0) return;
    const byName = new Map([...this.accounts.values()].map((account) => [account.name, account]));
    for (const booking of bookings) {
      addToRoom(this.roomAt(booking.quarter), booking);
      const account = byName.get(booking.account);
      if (account === undefined) continue;
      account.places.add(booking.place);
      addTo(sumAt(account.own, booking.quarter), booking);
    }
    for (const account of byName.values()) account.gaps.push(...gaps);
  }

  notePower(runId: string, powerW: number): void {
    const account = this.accounts.get(runId);
    if (account) account.peakItW = Math.max(account.peakItW ?? 0, powerW);
  }

  /** @param eachUntaken what is booked and not taken yet */
  of(runId: string, eachUntaken: (visit: (booking: Readonly<Booking>) => void) => void): RunAccount | null {
    const account = this.accounts.get(runId);
    if (account === undefined) return null;
    const fresh = { own: new Map<number, EnergySum>(), room: new Map<number, RoomSums>() };
    const places = new Set(account.places);
    eachUntaken((booking) => {
      const room = fresh.room.get(booking.quarter) ?? { itJ: 0, infrastructure: null };
      fresh.room.set(booking.quarter, room);
      addToRoom(room, booking);
      if (booking.account !== account.name) return;
      places.add(booking.place);
      addTo(sumAt(fresh.own, booking.quarter), booking);
    });
    const quarters = [...new Set([...account.own.keys(), ...fresh.own.keys()])].sort((a, b) => a - b);
    return {
      quarters: quarters.map((quarter) => ({
        quarter,
        own: together(account.own.get(quarter), fresh.own.get(quarter)),
        room: joined(this.roomAt(quarter), fresh.room.get(quarter)),
      })),
      peakItW: account.peakItW,
      // What was stored before tells no places: then every one counts.
      gaps: account.gaps.filter(({ place }) => places.size === 0 || places.has(place)),
    };
  }

  private roomAt(quarter: number): RoomSums {
    const known = this.room.get(quarter);
    if (known) return known;
    const { itJ, infrastructure } = this.table.roomQuarter(quarter);
    const stored: RoomSums = { itJ, infrastructure: infrastructure === null ? null : { ...infrastructure } };
    this.room.set(quarter, stored);
    return stored;
  }
}

function addToRoom(room: RoomSums, booking: Readonly<Booking>): void {
  if (accountKind(booking.account) === 'infrastructure') addTo((room.infrastructure ??= emptySum()), booking);
  else room.itJ += booking.joules;
}

function sumAt(sums: Map<number, EnergySum>, quarter: number): EnergySum {
  const known = sums.get(quarter);
  if (known) return known;
  const fresh = emptySum();
  sums.set(quarter, fresh);
  return fresh;
}

function together(a: EnergySum | undefined, b: EnergySum | undefined): EnergySum {
  const sum = emptySum();
  if (a) addTo(sum, a);
  if (b) addTo(sum, b);
  return sum;
}

function joined(a: RoomSums, b: RoomSums | undefined): RoomQuarter {
  if (b === undefined) return a;
  const infrastructure = a.infrastructure === null ? b.infrastructure : together(a.infrastructure, b.infrastructure ?? undefined);
  return { itJ: a.itJ + b.itJ, infrastructure };
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
