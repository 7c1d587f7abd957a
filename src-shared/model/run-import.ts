import { z } from 'zod';

/** Scalars of a folder that are told one by one; all of them are kept. */
export const FOUND_SHOWN_MAX = 200;

const count = z.number().int().nonnegative();

/** One scalar that the files of a folder hold. */
export const FoundScalar = z.object({
  name: z.string(),
  points: count,
  /** The largest; where files tell none, points are numbered. */
  lastStep: z.number(),
  /** Null = no finite number. */
  last: z.number().nullable(),
});
export type FoundScalar = z.infer<typeof FoundScalar>;

/** What came of reading a folder to keep its scalars as a run, or only to see what there is. */
export const RunImportResult = z.object({
  /** Null = there are no scalars and nothing is kept, or nothing was to be kept. */
  runId: z.string().nullable(),
  /** Another import made a run from the same folder. */
  isKnown: z.boolean(),
  scalars: count,
  points: count,
  /** Points that were not in the database before. */
  fresh: count,
  withoutTime: count,
  /** False: it was interrupted; the same import goes on. */
  done: z.boolean(),
  /** The first of the scalars, by name. */
  found: z.array(FoundScalar),
});
export type RunImportResult = z.infer<typeof RunImportResult>;

export const RunImportProgress = z.object({ doneBytes: count, totalBytes: count, points: count });
export type RunImportProgress = z.infer<typeof RunImportProgress>;
