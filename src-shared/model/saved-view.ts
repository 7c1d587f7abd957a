import { z } from 'zod';
import { MetricName } from './metric';
import { DeviceId, MAX_SERIES_PER_QUERY } from './series';
import { TimeRange } from './time-range';

/** Which earlier time is drawn behind the shown one: the span right before it, or the same clock time a day, a week or a month before. */
export const comparePeriods = ['before', 'day', 'week', 'month'] as const;
export type ComparePeriod = (typeof comparePeriods)[number];

/** One of the named periods, or any distance, ms. */
export const Compare = z.union([z.enum(comparePeriods), z.number().int().positive()]);
export type Compare = z.infer<typeof Compare>;

/** Names the panes of a view: the unit, or the metric where its unit is its own. */
const PaneId = z.string().min(1).max(120);
const MAX_PANES = 64;
export const MAX_SMOOTHING = 0.99;

/** All that a view of History shows, and how: by device and metric, so that it means the same on every machine. */
export const ViewState = z.object({
  /** The newest `spanMs`, moving along, or a fixed span. */
  window: z.union([
    z.object({ mode: z.literal('live'), spanMs: z.number().int().positive() }),
    TimeRange.safeExtend({ mode: z.literal('fixed') }),
  ]),
  series: z.array(z.object({ device: DeviceId, metric: MetricName })).max(MAX_SERIES_PER_QUERY),
  compare: Compare.nullable(),
  /** By pane, the value that its lines are read against, in the pane's unit. */
  thresholds: z.record(PaneId, z.number()).refine((panes) => Object.keys(panes).length <= MAX_PANES),
  /** How much of a smoothed line's next point is what came before it; 0 = not smoothed. */
  smoothing: z.number().min(0).max(MAX_SMOOTHING),
  /** Panes with a logarithmic axis. */
  log: z.array(PaneId).max(MAX_PANES),
});
export type ViewState = Readonly<z.infer<typeof ViewState>>;

export const ViewName = z.string().trim().min(1).max(80);

/** A view that a person keeps by name. */
export const SavedView = z.object({
  id: z.number().int().positive(),
  /** No two are called alike, whatever their case. */
  name: ViewName,
  savedAtMs: z.number().int().nonnegative(),
  view: ViewState,
});
export type SavedView = Readonly<z.infer<typeof SavedView>>;
