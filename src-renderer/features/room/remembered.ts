import type { PuePeriod } from '@shared/model/energy';
import type { MapMetric } from '../../data/map-metric';

export const roomViews = ['map', 'axis', 'flow', 'arrange'] as const;
export type RoomView = (typeof roomViews)[number];

interface RoomChoice {
  /** Null until someone chooses: then it follows the number of nodes. */
  view: RoomView | null;
  metric: MapMetric;
  /** What was last focused on the map, so that coming back begins there. */
  focus: string | null;
  puePeriod: PuePeriod;
}

/** How this window last looked at the room. */
export const remembered: RoomChoice = { view: null, metric: 'load', focus: null, puePeriod: 'year' };
