import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Said } from '../phrases/phrase';
import { MetricIdSchema } from './series';

export const importFormats = ['openmetrics', 'csv'] as const;
export const ImportFormat = z.enum(importFormats);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What a metric or column that the catalogue does not know is taken for. */
export const ImportRule = z.object({
  /** Its own name in the file. */
  name: z.string().min(1).max(400),
  metric: MetricIdSchema,
  /** May hold `{label}`, or for CSV `{column}`. */
  device: z.string().min(1).max(200),
  /** What a value is multiplied with to be in the catalogue's unit. */
  scale: z.number(),
});
export type ImportRule = z.infer<typeof ImportRule>;

/** How a file is to be read. */
export const ImportPlan = z.object({
  /** The column of the time, of a CSV file that was not exported here; null = the one with a usual name. */
  timeColumn: z.string().max(400).nullable(),
  rules: z.array(ImportRule).max(256),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

/** What the first lines of a file show. */
export const ImportPreview = z.object({
  format: ImportFormat,
  /** Packed with gzip. */
  packed: z.boolean(),
  /** Of a CSV file that was not exported here, in order; else none. */
  columns: z.array(z.string()),
  /** The column that is taken for the time unless another is named; null = none has a usual name. */
  timeColumn: z.string().nullable(),
  /** Metrics, or columns of values, that need a rule to be taken in, with the labels seen on them. */
  foreign: z.array(z.object({ name: z.string(), labels: z.array(z.string()) })),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

const count = z.number().int().nonnegative();

/** How far a file was read. */
export const ImportFigures = z.object({
  /** Of the file itself, also of a packed one. */
  doneBytes: count,
  totalBytes: count,
  line: count,
  samples: count,
  badLines: count,
});
export type ImportFigures = z.infer<typeof ImportFigures>;

/** What came of a file that was read to its end. */
export const ImportOutcome = z.object({
  newSeries: count,
  /** Of the samples: not in the database before; there with another value, which was replaced; given more than once by the file. */
  fresh: count.default(0),
  changed: count.default(0),
  repeated: count.default(0),
  /** Samples older than what is kept, left out. */
  expired: count,
  /** Names that nothing is known of, most values first, and how many more there are. */
  unmapped: z.array(z.object({ name: z.string(), values: count })),
  unmappedMore: count,
  /** An OpenMetrics file without the line that ends it may be cut off. */
  endMissing: z.boolean(),
  /** The time that samples without one were given: when the file was written. Null = they have one. */
  assumedAtMs: z.number().nullable().default(null),
  hasReport: z.boolean(),
  /** The series that samples came in for, by id, as many as one view of the history takes; and the span of these samples. */
  seriesIds: z.array(z.number().int().positive()),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
});
export type ImportOutcome = z.infer<typeof ImportOutcome>;

/**
 * `receiving`: it comes from the page, piece by piece. `ready`: not begun. `stopped`: begun; the next start goes on.
 * `failed`: `error` says why; the next start goes on from there too.
 */
export const importStages = ['receiving', 'ready', 'running', 'stopped', 'failed', 'done'] as const;
export const ImportStage = z.enum(importStages);
export type ImportStage = z.infer<typeof ImportStage>;

/** One file that was chosen for import. */
export const ImportEntry = z.object({
  id: z.string(),
  /** Of the file, without its folder. */
  name: z.string(),
  bytes: count,
  stage: ImportStage,
  /** Of what the page sends, so far. */
  receivedBytes: count,
  /** Null until the file is there. */
  preview: ImportPreview.nullable(),
  /** As it was last begun. */
  plan: ImportPlan.nullable(),
  figures: ImportFigures.nullable(),
  /** While it runs, of the last seconds. */
  samplesPerS: z.number().nullable(),
  outcome: ImportOutcome.nullable(),
  error: z.object({ code: ErrorCode, message: Said }).nullable(),
});
export type ImportEntry = z.infer<typeof ImportEntry>;

export const ImportState = z.object({
  /** Whether the host can ask a person for a file (a window of the desktop); else the page sends it. */
  canChoose: z.boolean(),
  /** What will not be kept as it is, for its age; to be read before a file is. */
  notKept: z.array(Said),
  /** Newest first. */
  entries: z.array(ImportEntry),
});
export type ImportState = z.infer<typeof ImportState>;

/** The largest piece of a file that a page sends at once, bytes; in base64 it fits into one message of the console. */
export const IMPORT_PIECE_BYTES = 384 * 1024;
