import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Message } from '../text/message';
import { ColumnName, Dataset, DatasetFormatId, DatasetId, DatasetName, DatasetTerms } from './dataset';
import { MetricName } from './metric';
import { DeviceId } from './series';
import { TimeRange } from './time-range';

/** What one row of a text is. */
export const textRows = ['line', 'paragraph', 'file'] as const;
export const TextRows = z.enum(textRows);
export type TextRows = z.infer<typeof TextRows>;

/** Longest side of an image, pixels. */
export const MAX_SIDE = 1_024;
const side = z.number().int().min(1).max(MAX_SIDE);

/** How a file is read where it does not say so itself; null = as it shows. */
export const DataReadOptions = z.object({
  format: DatasetFormatId.exclude(['telemetry', 'derived']).nullable().default(null),
  /** The column that is to be predicted. */
  target: ColumnName.nullable().default(null),
  /** Of a table. */
  separator: z.string().length(1).nullable().default(null),
  /** Of a text; null = a file each where there is a folder of them, else a line each. */
  textRows: TextRows.nullable().default(null),
  /** Images are scaled to this height and width; null = all must have one size. */
  imageSize: z.tuple([side, side]).nullable().default(null),
  /** Lines and files that cannot be read are left out and counted; else the first few of them are told and nothing is kept. */
  skipBad: z.boolean().default(false),
});
export type DataReadOptions = z.infer<typeof DataReadOptions>;
export const readAsShown: DataReadOptions = DataReadOptions.parse({});

/** What a data set is called, and where it is from. */
export const DatasetLabel = DatasetTerms.extend({ name: DatasetName });
export type DatasetLabel = z.infer<typeof DatasetLabel>;

const SeriesName = z.object({ device: DeviceId, metric: MetricName });
export const MAX_TELEMETRY_SERIES = 64;
/** Rows that a window may look back, and a target ahead. */
export const MAX_WINDOW = 1_000;

/**
 * Recorded series as a data set: a row every `stepMs`, each value the mean of the samples in that step. With a window, a row holds
 * the steps before it; with a target, the value of that series `horizon` steps later.
 */
export const TelemetryQuery = z
  .object({
    range: TimeRange,
    stepMs: z.number().int().min(1_000).max(86_400_000),
    series: z.array(SeriesName).min(1).max(MAX_TELEMETRY_SERIES),
    /** Steps a row looks back, its own among them; 1 = its own alone. */
    window: z.number().int().min(1).max(MAX_WINDOW).default(1),
    target: SeriesName.nullable().default(null),
    /** Steps from the row to its target. */
    horizon: z.number().int().min(0).max(MAX_WINDOW).default(1),
  })
  .refine(({ range, stepMs }) => (range.toMs - range.fromMs) / stepMs <= 5_000_000, 'more than 5 million steps');
export type TelemetryQuery = z.infer<typeof TelemetryQuery>;

/** How far an import has come. */
export const DataProgress = z.object({
  /** `check` = the hash; `look` = types are found; `write` = rows are stored. */
  stage: z.enum(['check', 'look', 'write']),
  rows: z.number().int().nonnegative(),
  doneBytes: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative(),
});
export type DataProgress = z.infer<typeof DataProgress>;

/** Work on a data set that goes on in the background: one at a time, the others wait. */
export const DataJob = z.object({
  id: z.string(),
  kind: z.enum(['import', 'derive']),
  /** Of the file, or of the data set that it is made of. */
  name: z.string(),
  stage: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
  progress: DataProgress.nullable(),
  /** What it made. */
  result: z.object({ dataset: DatasetId, version: z.number().int().positive() }).nullable(),
  error: z.object({ code: ErrorCode, message: Message }).nullable(),
});
export type DataJob = Readonly<z.infer<typeof DataJob>>;

/** All data sets, and the work on them. */
export const DataState = z.object({
  /** A person can choose a file of this machine in a dialog. */
  canChoose: z.boolean(),
  datasets: z.array(Dataset),
  jobs: z.array(DataJob),
});
export type DataState = Readonly<z.infer<typeof DataState>>;

/** A file or folder that may be read: pages name it by its id, for whoever could name any could read it. */
export const DataSourceRef = z.object({
  id: z.string(),
  name: z.string(),
  bytes: z.number(),
  files: z.number().int(),
  isFolder: z.boolean(),
});
export type DataSourceRef = z.infer<typeof DataSourceRef>;
