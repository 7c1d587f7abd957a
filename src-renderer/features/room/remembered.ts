import type { PuePeriod } from '@shared/model/energy';
import type { MapMetric } from '../../data/map-metric';
import type { SiblingScope } from '../../data/siblings';

export const roomViews = ['map', 'axis', 'flow', 'arrange'] as const;
export type RoomView = (typeof roomViews)[number];

/** What a tile's colour tells: its value, or how far that lies from its siblings'. */
export const colourings = ['value', 'deviation'] as const;
export type Colouring = (typeof colourings)[number];
export const tileOrders = ['place', 'deviation'] as const;
export type TileOrder = (typeof tileOrders)[number];

/** By what the power flow is drawn: the power tree, or the parts and who holds them. */
export const flowWays = ['tree', 'runs'] as const;
export type FlowWay = (typeof flowWays)[number];
export const flowPeriods = ['now', 'hour', 'day', 'week', 'month'] as const;
export type FlowPeriod = (typeof flowPeriods)[number];

interface RoomChoice {
  /** Null until someone chooses: then it follows the number of nodes. */
  view: RoomView | null;
  metric: MapMetric;
  colouring: Colouring;
  scope: SiblingScope;
  order: TileOrder;
  /** Devices put side by side: two, or none. */
  compared: readonly string[];
  /** What was last focused on the map, so that coming back begins there. */
  focus: string | null;
  puePeriod: PuePeriod;
  flowWay: FlowWay;
  flowPeriod: FlowPeriod;
}

/** How this window last looked at the room. */
export const remembered: RoomChoice = {
  view: null,
  metric: 'load',
  colouring: 'value',
  scope: 'auto',
  order: 'place',
  compared: [],
  focus: null,
  puePeriod: 'year',
  flowWay: 'tree',
  flowPeriod: 'now',
};
