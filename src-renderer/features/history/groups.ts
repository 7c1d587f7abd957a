import type { Series } from '@shared/model/series';

export const groupIds = ['room', 'cpu', 'gpu', 'sensor', 'disk', 'network', 'run', 'other'] as const;
export type GroupId = (typeof groupIds)[number];

/** The heading under which a device's series are looked for. */
export function groupOf(device: string): GroupId {
  if (device === 'room' || device === 'host') return 'room';
  if (/^cpu\d*(\/|$)/.test(device)) return 'cpu';
  if (/^gpu\d*(\/|$)/.test(device)) return 'gpu';
  if (device.startsWith('sensor/')) return 'sensor';
  if (device.startsWith('disk/')) return 'disk';
  if (device.startsWith('net/')) return 'network';
  return device.startsWith('run/') ? 'run' : 'other';
}

/** The order of names in the shown language, and what a series' metric is called in it. */
export interface SeriesOrder {
  readonly compare: (a: string, b: string) => number;
  readonly nameOf: (series: Series) => string;
}

export interface SeriesGroup {
  readonly id: GroupId;
  readonly series: readonly Series[];
}

/**
 * Series by heading, those of one device together, by name; only those in which every word of `search` occurs.
 * @param textOf all that a person may look for: the metric's translated name, the device, its label
 */
export function groupSeries(
  series: readonly Series[],
  search: string,
  textOf: (series: Series) => string,
  { compare, nameOf }: SeriesOrder,
): SeriesGroup[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = series.filter((entry) => {
    const text = textOf(entry).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const byDevice = (a: Series, b: Series): number => compare(a.device, b.device) || compare(nameOf(a), nameOf(b));
  return groupIds.flatMap((id) => {
    const own = found.filter((entry) => groupOf(entry.device) === id).sort(byDevice);
    return own.length === 0 ? [] : [{ id, series: own }];
  });
}
