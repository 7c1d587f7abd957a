import { z } from 'zod';
import { Quantity } from './provenance';

/** By what the heat that is removed is known: a heat meter, water (flow and rise), or the IT's power and the model's losses. */
export const HeatBasis = z.enum(['heat-meter', 'water', 'it']);
export type HeatBasis = z.infer<typeof HeatBasis>;

/** By what the cooling's electric power is known: its own meters, or the facility model. */
export const CoolingPowerBasis = z.enum(['meters', 'model']);
export type CoolingPowerBasis = z.infer<typeof CoolingPowerBasis>;

/** By what it is known whether the compressors rest: what they tell of themselves, their power, or weather and set-point. */
export const FreeBasis = z.enum(['state', 'power', 'weather']);
export type FreeBasis = z.infer<typeof FreeBasis>;

export const coolingUnitKinds = ['chiller', 'crah', 'other'] as const;
const unitStates = ['on', 'off', 'alarm'] as const;

/** A chiller, an air handler, a pump: what tells of itself. */
export const CoolingUnit = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(coolingUnitKinds),
  /** Null = it does not tell. */
  state: z.enum(unitStates).nullable(),
  /** % of what it can. */
  load: Quantity,
  powerW: Quantity,
});
export type CoolingUnit = z.infer<typeof CoolingUnit>;

/** What removes the room's heat, at one moment. */
export const CoolingPlant = z.object({
  heatW: Quantity,
  heatBasis: HeatBasis.nullable(),
  /** Electric, of all that cools. */
  powerW: Quantity,
  powerBasis: CoolingPowerBasis.nullable(),
  /** Heat over electric power: of all that cools, and of the chillers alone. */
  cop: Quantity,
  chillerCop: Quantity,
  /** Of the cooling water, K and m³/h: metered, else what the heat takes at this rise. */
  waterRiseK: Quantity,
  waterFlow: Quantity,
  /** The compressors rest; null = not known. */
  isFree: z.boolean().nullable(),
  freeBasis: FreeBasis.nullable(),
  units: z.array(CoolingUnit),
});
export type CoolingPlant = z.infer<typeof CoolingPlant>;

/** The same over a period. */
export const PlantReport = z.object({
  heatKwh: Quantity,
  heatBasis: HeatBasis.nullable(),
  powerKwh: Quantity,
  powerBasis: CoolingPowerBasis.nullable(),
  cop: Quantity,
  chillerCop: Quantity,
  /** Time for which the compressors rested, h, and its share of the time that is known, 0–1; the heat that was removed meanwhile. */
  freeHours: Quantity,
  freeShare: Quantity,
  freeKwh: Quantity,
  freeBasis: FreeBasis.nullable(),
});
export type PlantReport = z.infer<typeof PlantReport>;
