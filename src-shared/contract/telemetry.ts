import { z } from 'zod';
import { Doubles, Uints } from '../model/binary';
import { ProcessRow } from '../model/processes';
import { RoomSummary } from '../model/room';
import { Series } from '../model/series';
import { command, nothing, stream } from './define';

/**
 * Live samples, columnar: `values[i * atMs.length + j]` is the value of `seriesIds[i]` at `atMs[j]`; NaN = it was asked then and
 * had none: a gap. Only series asked at exactly the same times share a frame, so several frames may follow each other.
 * The first frames of a subscription are the backlog since `sinceMs` that the core still holds in memory (about 15 min).
 */
export const TelemetryFrame = z
  .object({ atMs: Doubles, seriesIds: Uints, values: Doubles })
  .refine(({ atMs, seriesIds, values }) => values.length === atMs.length * seriesIds.length, 'not a value for each series and time');
export type TelemetryFrame = z.infer<typeof TelemetryFrame>;

export const telemetryCommands = {
  'series.list': command(nothing, z.object({ series: z.array(Series) })),
  /** Series by id, and all of these devices: also those of runs that are over, which no list has. */
  'series.find': command(
    z.object({ ids: z.array(z.number().int()).max(4096).optional(), devices: z.array(z.string()).max(4096).optional() }),
    z.object({ series: z.array(Series) }),
  ),
} as const;

export const telemetryStreams = {
  'telemetry.live': stream(z.object({ sinceMs: z.number(), seriesIds: z.array(z.number().int()).max(4096).nullable() }), TelemetryFrame),
  /** The living series: all at first, then those that were made or renamed, and the ids of those that left. */
  'series.live': stream(nothing, z.object({ full: z.boolean(), series: z.array(Series), removed: z.array(z.number().int()) })),
  'room.live': stream(nothing, RoomSummary),
  /**
   * The processes that use a GPU, are of a run, or use most of the processors or of the memory: what is known at once, then
   * whenever they were asked for anew. The host's are read only while someone listens.
   */
  'processes.live': stream(nothing, z.object({ atMs: z.number(), processes: z.array(ProcessRow) })),
} as const;
