import { z } from 'zod';
import { Doubles } from './binary';
import { MetricDefinition, MetricName } from './metric';
import { metricIds, type MetricId } from './metrics';
import { Provenance } from './provenance';
import { TimeRange } from './time-range';

/**
 * Where a series hangs: `room`, `host`, `cpu0`, `cpu0/core3`, `gpu0`, `gpu0/mig1`, `gpu/card1`, `dram0`, `disk/sda`, `net/eth0`,
 * `sensor/<name>`, `fan/<name>`, `run/<id>`.
 * Those of another node than this machine begin with `node/<name>` (the node itself, or `node/<name>/gpu0`); `room/ups` and
 * the like are the facility's. At most 120 characters. src-shared/model/device-tree.ts tells where each hangs.
 */
export const DeviceId = z.string().min(1).max(120);
export type DeviceId = z.infer<typeof DeviceId>;

/** One of the catalogue. */
export const MetricIdSchema = z.enum(metricIds as [MetricId, ...MetricId[]]);

/** One recorded quantity. Device, metric and provenance together identify it: a RAPL series and a modelled one never mix. */
export const Series = z.object({
  id: z.number().int().positive(),
  device: DeviceId,
  metric: MetricName,
  provenance: Provenance,
  /** What people call the device ("NVIDIA H100 80GB HBM3", "nvme0n1"). */
  label: z.string(),
  /** Of a metric that is not in the catalogue, as far as known; `metricOf` of model/metrics.ts tells for every series. */
  definition: MetricDefinition.optional(),
});
export type Series = z.infer<typeof Series>;
export type SeriesKey = Omit<Series, 'id'>;

/** One value of one series. `value` null = the source was asked and had none (drawn as a gap). */
export interface Sample {
  readonly seriesId: number;
  /** Wall clock, ms since the Unix epoch, whole. */
  readonly atMs: number;
  readonly value: number | null;
}

/** What a collector hands over for one tick: not yet a series, the ingest resolves it. */
export interface Reading {
  readonly device: DeviceId;
  readonly label: string;
  readonly metric: MetricName;
  readonly provenance: Provenance;
  /** What the metric is, where the catalogue does not know it. */
  readonly definition?: MetricDefinition | undefined;
  readonly value: number | null;
  /** When its source took it, wall clock, ms, where that is known and is not when it was read. A gap has none. */
  readonly atMs?: number | undefined;
}

/** What one query to the history takes, and so what one chart shows. */
export const MAX_SERIES_PER_QUERY = 256;

/** These series over a range, both ends inclusive. */
export const SeriesSelection = TimeRange.safeExtend({
  seriesIds: z.array(z.number().int().positive()).min(1).max(MAX_SERIES_PER_QUERY),
});

/**
 * One series' answer over a range: columns of equal length, oldest first. Each column entry is one bucket:
 * its start, the minimum, maximum and mean of the samples in it; NaN where the source had none.
 * A missing bucket (a gap wider than one bucket) is one entry of NaN.
 */
export const HistoryColumns = z
  .object({ seriesId: z.number().int(), atMs: Doubles, min: Doubles, max: Doubles, mean: Doubles })
  .refine(({ atMs, min, max, mean }) => [min, max, mean].every(({ length }) => length === atMs.length), 'columns of different lengths');
export type HistoryColumns = z.infer<typeof HistoryColumns>;
