import type { MetricId } from '../model/metrics';

/** The powers that make the IT's: those of a node's parts, and that of the whole (`host.power`), booked as its parts and the rest. */
export const itPowerMetrics = [
  'host.power',
  'cpu.power',
  'dram.power',
  'gpu.power',
  'host.base.power',
] as const satisfies readonly MetricId[];

/** Who energy is booked to: a run, nobody (`idle`), what else runs on the node (`other`), or the room around it (`infrastructure`). */
export type AccountName = 'idle' | 'other' | 'infrastructure' | `run:${string}`;

export const accountKinds = ['run', 'idle', 'other', 'infrastructure'] as const;
export type AccountKind = (typeof accountKinds)[number];

export function accountKind(account: AccountName): AccountKind {
  return account === 'idle' || account === 'other' || account === 'infrastructure' ? account : 'run';
}

/** The part of what a place draws that goes to one account. All of a place add up to 1. */
export interface Share {
  readonly account: AccountName;
  readonly share: number;
  /** Parted between several by their use of it, not metered apart. */
  readonly allocated: boolean;
}

/** What is booked, and can be added up. */
export interface EnergySum {
  joules: number;
  /** The part of it that a meter and no model told. */
  meteredJ: number;
  /** Of infrastructure, and of a run's share of it: what the IT, or the run, drew in the same time; else 0. */
  itJ: number;
  /** Time that passed, weighed by the account's share of the place. */
  knownMs: number;
  unknownMs: number;
  /** Index in `provenances`, the worst of what it is made of. */
  provenance: number;
  allocated: boolean;
}

/** What was booked to one account at one place in one quarter. */
export interface Booking extends EnergySum {
  readonly quarter: number;
  readonly account: AccountName;
  readonly place: string;
}

/** A long silence of a place. Wall clock, ms. */
export interface GapBooking {
  readonly place: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a ledger has booked since it was last asked. */
export interface Booked {
  readonly bookings: readonly Booking[];
  /**
   * Of what is booked to the infrastructure, each run's share by IT energy, in the time in which both are known: `knownMs` is that
   * part of the run's own, `allocated` says that others had a share too.
   */
  readonly shares: readonly Booking[];
  readonly gaps: readonly GapBooking[];
  /** Places it books now, up to `untilMs` (wall clock; null = it had no tick yet). */
  readonly places: readonly string[];
  readonly untilMs: number | null;
  /** Places that left the room's power: the time from then on is no gap of theirs. */
  readonly left: readonly string[];
}

export function emptySum(): EnergySum {
  return { joules: 0, meteredJ: 0, itJ: 0, knownMs: 0, unknownMs: 0, provenance: 0, allocated: false };
}

export function bookingOf(quarter: number, account: AccountName, place: string): Booking {
  return { quarter, account, place, ...emptySum() };
}

export function addTo(sum: EnergySum, more: Partial<EnergySum>): void {
  sum.joules += more.joules ?? 0;
  sum.meteredJ += more.meteredJ ?? 0;
  sum.itJ += more.itJ ?? 0;
  sum.knownMs += more.knownMs ?? 0;
  sum.unknownMs += more.unknownMs ?? 0;
  sum.provenance = Math.max(sum.provenance, more.provenance ?? 0);
  sum.allocated ||= more.allocated ?? false;
}
