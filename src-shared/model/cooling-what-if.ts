import { z } from 'zod';
import { KeyedMessage } from '../text/message';
import { outdoorBases } from './cooling';
import { Quantity } from './provenance';
import { TimeRange } from './time-range';

/** What is tried of the cooling; each is reckoned by itself, and all together. */
export const CoolingChange = z.object({
  /** Supply air and water warmer by so much, K; below zero colder. */
  supplyK: z.number().min(-10).max(15),
  /** Of the air handlers' fans, share of the present speed. */
  fanSpeed: z.number().min(0.2).max(1.2),
  /** An economiser that cools the water to so much above the outdoor wet bulb, K; null = none is added. */
  economiserK: z.number().min(1).max(20).nullable(),
  /** Share of the IT's heat that liquid loops carry, 0–1, and what their water may have at most, °C. */
  liquidShare: z.number().min(0).max(1),
  liquidSupplyC: z.number().min(15).max(60),
});
export type CoolingChange = z.infer<typeof CoolingChange>;

/** What the page and the terminal begin with. */
export const usualChange: CoolingChange = { supplyK: 2, fanSpeed: 0.8, economiserK: 4, liquidShare: 0.5, liquidSupplyC: 32 };
export const noChange: CoolingChange = { supplyK: 0, fanSpeed: 1, economiserK: null, liquidShare: 0, liquidSupplyC: 32 };

export const whatIfIds = ['supply', 'fans', 'economiser', 'liquid', 'together'] as const;

/** What one change comes to in a year. Saved is above zero. */
export const CoolingWhatIf = z.object({
  id: z.enum(whatIfIds),
  savedKwh: Quantity,
  /** Expanded, about 95 %: ± kWh. */
  uncertaintyKwh: z.number().nonnegative().nullable(),
  /** Of the cooling's energy without the change, 0–1. */
  savedShare: z.number().nullable(),
  savedMoney: z.number().nullable(),
  savedKg: z.number().nullable(),
  /** What stands in its way, or has to be looked at. */
  limits: z.array(KeyedMessage),
});
export type CoolingWhatIf = z.infer<typeof CoolingWhatIf>;

export const CoolingWhatIfs = z.object({
  /** Whether the cooling's power is that of a curve fitted to its meters, or the settings' model. */
  basis: z.enum(['fitted', 'assumed']),
  /** Of what time the fitted curve is. */
  fittedOver: TimeRange.nullable(),
  /** Mean IT power that it is reckoned with, and of how long it is the mean. */
  itW: Quantity,
  /** What the outdoor air is taken from; `settings` = the one temperature of the facility model. */
  weather: z.enum([...outdoorBases, 'settings']),
  weatherName: z.string(),
  /** Of a year without any change. */
  coolingKwh: Quantity,
  /** Hours of a year in which an economiser would do all of the cooling, or a part; null = none is tried. */
  economiserHours: z.object({ full: z.number(), partial: z.number() }).nullable(),
  currency: z.string(),
  rows: z.array(CoolingWhatIf),
});
export type CoolingWhatIfs = z.infer<typeof CoolingWhatIfs>;
