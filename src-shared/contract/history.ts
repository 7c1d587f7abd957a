import { z } from 'zod';
import { HistoryColumns, SeriesSelection } from '../model/series';
import { StorageStatus } from '../model/storage';
import { command, nothing } from './define';

export const historyCommands = {
  'history.query': command(
    SeriesSelection.safeExtend({ maxPoints: z.number().int().min(2).max(10_000) }),
    z.object({ bucketMs: z.number(), columns: z.array(HistoryColumns) }),
  ),
  'history.extent': command(nothing, z.object({ fromMs: z.number().nullable(), toMs: z.number().nullable() })),
  'storage.status': command(nothing, StorageStatus),
} as const;
