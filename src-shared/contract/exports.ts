import { z } from 'zod';
import { stream } from './define';

export const exportsStreams = {
  /** Every raw sample of the range as CSV text in pieces, header first; ends when done. */
  'history.csv': stream(
    z
      .object({
        seriesIds: z.array(z.number().int().positive()).min(1).max(256),
        fromMs: z.number().int().nonnegative(),
        toMs: z.number().int().nonnegative(),
      })
      .refine((r) => r.toMs > r.fromMs, { message: 'toMs must be after fromMs' }),
    z.object({ text: z.string() }),
  ),
  /** Every raw sample of the range as a file in pieces, bytes in base64; `rows` are the samples in it so far. Ends when done. */
  'history.export': stream(
    z
      .object({
        format: z.enum(['openmetrics', 'parquet']),
        seriesIds: z.array(z.number().int().positive()).min(1).max(256),
        fromMs: z.number().int().nonnegative(),
        toMs: z.number().int().nonnegative(),
      })
      .refine((r) => r.toMs > r.fromMs, { message: 'toMs must be after fromMs' }),
    z.object({ base64: z.string(), rows: z.number() }),
  ),
} as const;
