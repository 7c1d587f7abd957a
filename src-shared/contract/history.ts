import { z } from 'zod';
import { HistoryColumns } from '../model/series';
import { StorageStatus } from '../model/storage';
import { command, nothing } from './define';

const historySelection = z.object({
  seriesIds: z.array(z.number().int().positive()).min(1).max(256),
  fromMs: z.number().int().nonnegative(),
  toMs: z.number().int().nonnegative(),
});

export const historyCommands = {
  'history.query': command(
    historySelection
      .extend({ maxPoints: z.number().int().min(2).max(10_000) })
      .refine((r) => r.toMs > r.fromMs, { message: 'toMs must be after fromMs' }),
    z.object({ bucketMs: z.number(), columns: z.array(HistoryColumns) }),
  ),
  'history.extent': command(nothing, z.object({ fromMs: z.number().nullable(), toMs: z.number().nullable() })),
  'storage.status': command(nothing, StorageStatus),
} as const;
