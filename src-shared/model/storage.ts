import { z } from 'zod';

const atMs = z.number().nullable();

/** What the ledger of energy takes, and a year of it by the last week; null = no hour of it is packed yet. Bytes. */
export const LedgerSize = z.object({
  bytes: z.number(),
  /** By quarters of an hour. */
  yearBytes: z.number().nullable(),
  /** Once its quarters are added up to hours (Retention.ledgerQuarterDays). */
  olderYearBytes: z.number().nullable(),
});
export type LedgerSize = z.infer<typeof LedgerSize>;

/** What the history takes, and will take. Bytes are of compressed blocks; the file holds some percent more around them. */
export const StorageStatus = z.object({
  /** Size of the database, with what waits in its log; of this, free for what comes next. */
  bytes: z.number(),
  freeBytes: z.number(),
  /** Samples in blocks, and what they take with and without their rollups; null where there is none. */
  samples: z.number(),
  bytesPerSample: z.number().nullable(),
  bytesPerSampleRaw: z.number().nullable(),
  /** Finest first: raw, 10 s, 1 min, 15 min, 1 h. The 10 s level is stored for the time whose raw samples have expired. */
  levels: z.array(z.object({ level: z.number().int(), widthMs: z.number(), bytes: z.number(), oldestMs: atMs })),
  /** Samples still in rows. */
  waiting: z.number(),
  /** Taken from the last day recorded: what a day adds now, and how large the database ends with the retention set (null = nothing recorded). */
  estimate: z
    .object({
      bytesPerDay: z.number(),
      samplesPerDay: z.number(),
      settledBytes: z.number(),
      /** Of each level, finest first, before the limit of size. */ levelBytes: z.array(z.number()),
    })
    .nullable(),
  /** Parts that were set apart: damaged, or not to be packed; and of which series, the first of them by name. */
  quarantined: z.number().int(),
  ledger: LedgerSize,
  quarantinedSeries: z.object({ count: z.number().int(), first: z.array(z.object({ device: z.string(), metric: z.string() })) }),
});
export type StorageStatus = z.infer<typeof StorageStatus>;
