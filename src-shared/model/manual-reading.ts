import { z } from 'zod';

/** What a person reads off: what the meter shows, or (a bill) what was used since the reading before. */
export const manualReadingKinds = ['shown', 'used'] as const;

/** One reading as it was entered, in the unit of its source. */
export const ManualReading = z.object({
  /** Wall clock, ms. One source has one reading of a moment. */
  atMs: z.number().int(),
  kind: z.enum(manualReadingKinds),
  value: z.number().nonnegative(),
  /** The meter was exchanged or set back before it: what it shows goes on from nothing. */
  begins: z.boolean(),
});
export type ManualReading = z.infer<typeof ManualReading>;

/** A reading with what follows from it and those before it. */
export const ManualReadingSeen = ManualReading.safeExtend({
  /** What the meter showed then. */
  shown: z.number(),
  /** What was used since the reading before; null = it begins a series, and nothing is known. */
  used: z.number().nullable(),
  /** Whether that is booked as energy: not where the two lie too far apart. */
  isBooked: z.boolean(),
});
export type ManualReadingSeen = z.infer<typeof ManualReadingSeen>;

/** The readings of one source, the newest first. */
export const ManualReadings = z.object({ unit: z.string(), readings: z.array(ManualReadingSeen) });
export type ManualReadings = z.infer<typeof ManualReadings>;
