import { z } from 'zod';

/** What energy costs and emits from a moment on. It never changes: other prices are another version. */
export const PriceList = z.object({
  /** Its version. */
  id: z.number().int().positive(),
  /** In force from the first quarter of an hour that begins at or after this; wall clock, ms. */
  fromMs: z.number(),
  currency: z.string(),
  pricePerKwh: z.number(),
  /** kg CO2e per kWh, location-based. */
  gridKgPerKwh: z.number(),
});
export type PriceList = z.infer<typeof PriceList>;

/** A part of a bill that one price list was in force for, with what it says: the bill stays as it was made. */
export const BillLine = z.object({
  priceListId: z.number().int().positive(),
  /** The whole quarters of an hour it is about, wall clock, ms. */
  fromMs: z.number(),
  toMs: z.number(),
  /** IT and infrastructure. */
  energyJ: z.number(),
  currency: z.string(),
  pricePerKwh: z.number(),
  gridKgPerKwh: z.number(),
  /** Rounded once, in `currency`. */
  cost: z.number(),
  co2eKg: z.number(),
});
export type BillLine = z.infer<typeof BillLine>;
