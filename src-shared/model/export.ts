import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Message } from '../text/message';
import { TimeRange } from './time-range';

export const exportFormats = ['csv', 'openmetrics', 'parquet'] as const;
export const ExportFormat = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Every raw sample of these series, both ends inclusive, as one file. */
export const ExportRequest = TimeRange.safeExtend({
  format: ExportFormat,
  seriesIds: z.array(z.number().int().positive()).min(1).max(100_000),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

/** An export of this core, from its start until it is forgotten. */
export const ExportEntry = z.object({
  id: z.string(),
  /** Of the file, without its folder. */
  name: z.string(),
  /** `waiting`: for the browser to fetch it. */
  state: z.enum(['waiting', 'writing', 'done', 'cancelled', 'failed']),
  /** Samples and bytes in the file so far. */
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** How much of what was asked for is in it, 0 to 1; null before it begins. */
  share: z.number().min(0).max(1).nullable(),
  /** Whether the runtime can show the file in its folder. */
  canShow: z.boolean(),
  error: z.object({ code: ErrorCode, message: Message }).nullable(),
});
export type ExportEntry = z.infer<typeof ExportEntry>;
