import { pathOf, type DeviceTree, type TreeDevice } from '@shared/model/device-tree';
import type { PowerFlow } from '@shared/model/power-flow';
import type { MapMetric } from './map-metric';

/** With which devices one is compared. `auto`: those of the same run, else the nearest place with enough of them. */
export const siblingScopes = ['auto', 'node', 'rack', 'room'] as const;
export type SiblingScope = (typeof siblingScopes)[number];

/** What the devices of a group have in common beside their model. */
export type SiblingBasis = 'run' | 'node' | 'rack' | 'row' | 'hall' | 'room';

export interface SiblingGroup {
  readonly basis: SiblingBasis;
  /** Of the place, or the run's id; empty for the whole room. */
  readonly name: string;
  /** Indices of the devices. */
  readonly members: readonly number[];
}

/** A value beside those of its siblings. */
export interface Deviation {
  readonly value: number;
  readonly median: number;
  /** How many spreads of its siblings it lies above (below: negative) their median. */
  readonly score: number;
  readonly group: SiblingGroup;
  /** Siblings with a value, itself among them. */
  readonly count: number;
}

/** Of fewer devices there is no telling which one is unlike the others. */
export const MIN_SIBLINGS = 4;
/** Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): a modified z-score beyond this is an outlier. */
export const OUTLIER_SCORE = 3.5;
/** The standard deviation of normally distributed values is so many times their median absolute deviation. */
const MAD_TO_SIGMA = 1.4826;
/** What devices in order differ by anyway, in the metric's unit: a spread smaller than this tells nothing. */
const USUAL_SPREAD: Readonly<Record<Exclude<MapMetric, 'throttle'>, number>> = { load: 3, power: 5, temperature: 1.5, memory: 2 };
/** Of a power, a share of it as well. */
const USUAL_POWER_SHARE = 0.03;

/** The run that has a device, or the node it hangs on, to itself: by device, or node. Of what several hold, or none, nothing is said. */
export function runsByDevice(flow: PowerFlow): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const { device, holders } of flow.parts) {
    const runs = holders.filter(({ account }) => account.startsWith('run:'));
    if (runs.length === 1 && runs[0]) result.set(device, runs[0].account.slice('run:'.length));
  }
  return result;
}

const nearestFirst = ['rack', 'row', 'hall', 'room', 'node'] as const;

/**
 * Groups devices of one model that do the same work, as far as that is known: devices of the same run; else of the same
 * rack, as a rack is mostly of one job; where that has too few, of the next larger place.
 * @returns each device's group; null where too few are like it
 */
export function siblingGroups(
  devices: readonly TreeDevice[],
  tree: Pick<DeviceTree, 'places'>,
  runs: ReadonlyMap<string, string>,
  scope: SiblingScope,
): readonly (SiblingGroup | null)[] {
  const bases: readonly SiblingBasis[] = scope === 'auto' ? ['run', ...nearestFirst] : [scope];
  const made = bases.map((basis) => {
    const groups = new Map<string, { readonly basis: SiblingBasis; readonly name: string; readonly members: number[] }>();
    devices.forEach((device, i) => {
      const common = commonOf(device, basis, tree, runs);
      if (common === null) return;
      const key = `${device.kind}\n${device.label}\n${common.id}`;
      const group = groups.get(key) ?? { basis, name: common.name, members: [] };
      group.members.push(i);
      groups.set(key, group);
    });
    const own = new Map<number, SiblingGroup>();
    for (const group of groups.values())
      if (group.members.length >= MIN_SIBLINGS) for (const member of group.members) own.set(member, group);
    return own;
  });
  return devices.map((_, i) => made.find((groups) => groups.has(i))?.get(i) ?? null);
}

function commonOf(
  { device, node }: TreeDevice,
  basis: SiblingBasis,
  { places }: Pick<DeviceTree, 'places'>,
  runs: ReadonlyMap<string, string>,
): { readonly id: string; readonly name: string } | null {
  if (basis === 'room') return { id: '', name: '' };
  if (basis === 'run') {
    const run = runs.get(device) ?? (node === null ? undefined : runs.get(node));
    return run === undefined ? null : { id: run, name: run };
  }
  return pathOf(places, device).find(({ kind }) => kind === basis) ?? null;
}

/** How far each value lies from its siblings, by their median and median absolute deviation; null without a value, or too few siblings with one. */
export function deviations(
  metric: Exclude<MapMetric, 'throttle'>,
  values: readonly (number | null)[],
  groups: readonly (SiblingGroup | null)[],
): readonly (Deviation | null)[] {
  const spreads = new Map<SiblingGroup, { readonly median: number; readonly spread: number; readonly count: number } | null>();
  return values.map((value, i) => {
    const group = groups[i] ?? null;
    if (value === null || group === null) return null;
    const cached = spreads.get(group);
    const of = cached === undefined ? spreadOf(metric, group, values) : cached;
    spreads.set(group, of);
    return of && { value, median: of.median, score: (value - of.median) / of.spread, group, count: of.count };
  });
}

function spreadOf(
  metric: Exclude<MapMetric, 'throttle'>,
  { members }: SiblingGroup,
  all: readonly (number | null)[],
): { readonly median: number; readonly spread: number; readonly count: number } | null {
  const values = members.flatMap((i) => all[i] ?? []);
  if (values.length < MIN_SIBLINGS) return null;
  const median = medianOf(values);
  const least = Math.max(USUAL_SPREAD[metric], metric === 'power' ? USUAL_POWER_SHARE * median : 0);
  const spread = Math.max(least, MAD_TO_SIGMA * medianOf(values.map((value) => Math.abs(value - median))));
  return { median, spread, count: values.length };
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export const isOutlier = ({ score }: Deviation): boolean => Math.abs(score) >= OUTLIER_SCORE;
