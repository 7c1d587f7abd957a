import { z } from 'zod';
import { Provenance, Quantity } from './provenance';
import { DeviceId } from './series';
import { TimeRange } from './time-range';

export const energySteps = ['quarter', 'hour', 'day', 'month', 'year', 'total'] as const;
/**
 * How long the stretches of an answer are. From the day on they are those of the calendar where the room is: a day has 23 or 25
 * hours there twice a year.
 */
export const EnergyStep = z.enum(energySteps);
export type EnergyStep = z.infer<typeof EnergyStep>;

/** At most so many stretches in one answer, and so many numbers of one kind (rows × stretches). */
export const MAX_ENERGY_STRETCHES = 10_000;
export const MAX_ENERGY_CELLS = 200_000;

const timeZone = z.string().min(1).max(64);

/** The range is widened to whole quarters of an hour in UTC. */
export const EnergyQuery = TimeRange.safeExtend({
  /**
   * What a row is: an account's kind (`run`, `idle`, `other`, `infrastructure`), a device (`room` = infrastructure), a run, or the
   * metric that the IT's parts are booked from (`gpu.power`, `cpu.power` …), of all devices together. Of metrics, too, the rows
   * add up to what the facility drew: `host.base.power` is of a node what its other parts leave, also where a meter tells the
   * whole of it; `infrastructure` is what the facility, metered or modelled, drew beyond the IT, whose energy in that time is the
   * row's `itJ`; `unknown` is of devices whose metric is recorded nowhere.
   */
  by: z.enum(['accounts', 'devices', 'runs', 'metrics']),
  step: EnergyStep,
  /** IANA name. */
  timeZone: timeZone.default('UTC'),
  /** Only these rows; left out = all. */
  keys: z.array(z.string().min(1).max(200)).max(1_000).optional(),
  /** The rows of most energy. */
  limit: z.number().int().min(1).max(10_000).default(1_000),
});
export type EnergyQuery = z.infer<typeof EnergyQuery>;

const columns = z.array(z.number());

/** Columns as long as there are stretches. */
export const EnergyRow = z.object({
  key: z.string(),
  /** null = nothing is known of the stretch. */
  joules: z.array(z.number().nullable()),
  /** The part of it that a meter and no model told. */
  meteredJ: columns,
  /** Of infrastructure: what the IT drew in the time that the row covers; else 0. */
  itJ: columns,
  /** Time that is known and time that is not, added up over the row's devices, each by the share that was the row's. ms */
  knownMs: columns,
  unknownMs: columns,
  /** The worst of what it is made of. */
  provenance: Provenance,
  /** Some of it was parted between several by their use of a device. */
  allocated: z.boolean(),
});
export type EnergyRow = z.infer<typeof EnergyRow>;

export const EnergyAnswer = z.object({
  /** Where each stretch begins, and where the last ends: one more than there are stretches. Whole quarters of an hour. */
  edgesMs: columns,
  /** Most energy first. */
  rows: z.array(EnergyRow),
  /** Rows beyond the limit. */
  omitted: z.number().int().nonnegative(),
  /** Time of each stretch in which nothing was metered, added up over the devices asked for: beside the rows' own unknown time. */
  gapMs: columns,
  /**
   * Before this time what devices drew is kept by stretches of `stepMs` alone: edges there were moved onto theirs. null = every
   * edge is where it was asked for.
   */
  coarser: z.object({ untilMs: z.number(), stepMs: z.number() }).nullable(),
  /** Since when there is a ledger; null = nothing is booked. */
  sinceMs: z.number().nullable(),
  /** Up to when it is booked; null = nothing is metered now. */
  untilMs: z.number().nullable(),
});
export type EnergyAnswer = z.infer<typeof EnergyAnswer>;

/** The last hour, 24 hours, 30 days, 12 months. */
export const puePeriods = ['hour', 'day', 'month', 'year'] as const;
export const PuePeriod = z.enum(puePeriods);
export type PuePeriod = z.infer<typeof PuePeriod>;

/** Where the IT energy of a PUE is metered (ISO/IEC 30134-2): at the output of the UPS, of the distribution, at the equipment. */
export const PueCategory = z.enum(['pue1', 'pue2', 'pue3']);
export type PueCategory = z.infer<typeof PueCategory>;

export const Pue = z.object({
  period: PuePeriod,
  fromMs: z.number(),
  toMs: z.number(),
  /** E_facility / E_IT over the period, by the meters of the power tree where they cover it; withheld where less than 90 % is known. */
  ratio: Quantity,
  /** Its expanded uncertainty (k = 2), ±; null = not all of it is metered by meters of a known class. */
  uncertainty: z.number().nonnegative().nullable(),
  /** null = it is none of the standard's: a part of it is modelled or simulated. */
  category: PueCategory.nullable(),
  /** Share of the IT energy that a meter and no model told, 0–1; null = there is none. */
  meteredItShare: z.number().min(0).max(1).nullable(),
  /** The facility's energy is that of meters. */
  isMetered: z.boolean(),
  /** Meters that lack a part of the period. */
  missing: z.array(DeviceId),
  /** The ledger is younger than the period: it goes from its beginning. */
  isSoFar: z.boolean(),
});
export type Pue = z.infer<typeof Pue>;
