import { z } from 'zod';
import { PueCategory } from './energy';
import { Provenance, Quantity } from './provenance';
import { DeviceId } from './series';
import { TimeRange } from './time-range';

export const pueSteps = ['hour', 'day', 'month', 'year', 'total'] as const;

export const PueFamilyQuery = TimeRange.safeExtend({
  /** How long each stretch is; from the day on they are those of the calendar in `timeZone`. */
  step: z.enum(pueSteps),
  /** IANA name. */
  timeZone: z.string().min(1).max(64).default('UTC'),
});
export type PueFamilyQuery = z.infer<typeof PueFamilyQuery>;

/** The figures of one stretch of time; each is withheld with its reason where what it is made of is not known. */
export const PueFigures = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** E_facility / E_IT (ISO/IEC 30134-2). Of less than twelve months it is an interim PUE. */
  pue: Quantity,
  /** Its expanded uncertainty (k = 2) by the meters' classes, ±; null = not all of it is metered by meters of a known class. */
  uncertainty: z.number().nonnegative().nullable(),
  /** null = it is none of the standard's: a part of it is modelled or simulated. */
  category: PueCategory.nullable(),
  /** Share of the IT energy that meters told, 0–1. */
  meteredItShare: z.number().min(0).max(1).nullable(),
  /** The facility's energy is that of meters; else it is the ledger's, which a model may be in. */
  isMetered: z.boolean(),
  facilityKwh: Quantity,
  itKwh: Quantity,
  /** What the facility model, as it is set now, makes of the mean IT power, beside meters of the facility. */
  modelKwh: Quantity,
  /** The model less the meters, as a share of the meters'; null = one of both is not known. */
  modelError: z.number().nullable(),
  /** E_IT / E_facility. */
  dcie: Quantity,
  /** (E_IT + E_cooling) / E_IT: the part of the PUE that is the cooling's. */
  coolingPue: Quantity,
  /** kgCO2e of the grid's energy / E_IT (ISO/IEC 30134-8). */
  cue: Quantity,
  /** Litres of water / E_IT (ISO/IEC 30134-9). */
  wue: Quantity,
  /** Renewable energy / E_facility (ISO/IEC 30134-3). */
  ref: Quantity,
  /** Heat that is reused / E_facility (ISO/IEC 30134-6). */
  erf: Quantity,
  /** Meters that lack a part of the stretch. */
  missing: z.array(DeviceId),
});
export type PueFigures = z.infer<typeof PueFigures>;

/** How a PUE is known: of a facility that is modelled, metered while the IT is not all, or by a category of the standard. */
export const PueBasis = z.enum(['modelled', 'part', 'pue1', 'pue2', 'pue3']);
export type PueBasis = z.infer<typeof PueBasis>;

export const PueFamily = z.object({
  /** In order of time. */
  stretches: z.array(PueFigures),
  /** Where the first stretch begins whose facility is metered, after one that is modelled; null = there is no such change. */
  meteredFromMs: z.number().nullable(),
  /** Where how the PUE is known changes, between two stretches that have one. */
  switches: z.array(z.object({ atMs: z.number(), to: PueBasis })),
  /** Where the IT is metered by the tree as it is now; null = it is told by the equipment and its models. */
  itMeters: z.array(DeviceId),
  facilityMeters: z.array(DeviceId),
  provenance: Provenance,
});
export type PueFamily = z.infer<typeof PueFamily>;
