import { z } from 'zod';
import { BackupState } from '../model/backup';
import { DeviceRecord } from '../model/device-record';
import { DeviceTree } from '../model/device-tree';
import { ImportRemark, ImportState } from '../model/import';
import { RoomSummary } from '../model/room';
import { BatchColumns, EpochPoint, LogLine, Run, RunId } from '../model/run';
import { Series } from '../model/series';
import { Settings, UnreadableSection } from '../model/settings';

const stream = <P extends z.ZodType, F extends z.ZodType>(params: P, frame: F): { params: P; frame: F } => ({ params, frame });
const nothing = z.object({});

/**
 * Live samples, columnar: `values[i][j]` is the value of `seriesIds[i]` at `atMs[j]`; null = it was asked then and had none: a gap.
 * Only series asked at exactly the same times share a frame, so several frames may follow each other.
 * The first frames of a subscription are the backlog since `sinceMs` that the core still holds in memory (about 15 min).
 */
export const TelemetryFrame = z.object({
  atMs: z.array(z.number()),
  seriesIds: z.array(z.number()),
  values: z.array(z.array(z.number().nullable())),
});
export type TelemetryFrame = z.infer<typeof TelemetryFrame>;

/** A run's page: the first frame holds everything so far, later ones what is new. */
export const RunFrame = z.object({ run: Run, batches: BatchColumns, epochs: z.array(EpochPoint), log: z.array(LogLine) });
export type RunFrame = z.infer<typeof RunFrame>;

/** Everything a page can listen to: name → parameters and frame. */
export const streams = {
  'telemetry.live': stream(z.object({ sinceMs: z.number(), seriesIds: z.array(z.number().int()).max(4096).nullable() }), TelemetryFrame),
  'series.live': stream(nothing, z.object({ series: z.array(Series) })),
  'room.live': stream(nothing, RoomSummary),
  /** First frame: all runs, newest first; later ones: the changed runs and the ids of deleted ones. */
  'runs.live': stream(nothing, z.object({ full: z.boolean(), runs: z.array(Run), deleted: z.array(z.string()) })),
  'run.live': stream(z.object({ runId: RunId }), RunFrame),
  'settings.live': stream(nothing, Settings),
  /** Stored sections that cannot be read: their defaults are in force. Setting one takes it off the list and keeps aside what was stored. */
  'settings.unreadable': stream(nothing, z.object({ sections: z.array(UnreadableSection) })),
  /** The whole tree at once, then whenever a place is edited or a device comes into being. */
  'tree.live': stream(nothing, DeviceTree),
  /** The hardware that has a label for good, all at once, then whenever one comes, goes or is found again. Empty for a simulated room. */
  'devices.live': stream(nothing, z.object({ devices: z.array(DeviceRecord) })),
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
  'backup.live': stream(nothing, BackupState),
  'import.live': stream(nothing, ImportState),
  /** What an import could not take, as text in pieces: a line for each line of the file, by its number. Ends when done. */
  'import.report': stream(z.object({ id: z.string().min(1).max(40) }), z.object({ lines: z.array(ImportRemark) })),
} as const;

export type Streams = typeof streams;
export type StreamName = keyof Streams;
export type StreamParams<N extends StreamName> = z.input<Streams[N]['params']>;
export type StreamFrame<N extends StreamName> = z.output<Streams[N]['frame']>;

export function isStreamName(name: string): name is StreamName {
  return Object.hasOwn(streams, name);
}
