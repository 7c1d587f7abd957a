import { deviceKind, nodeOf, ownId, pathOf, type TreeNode } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import type { GroupId, SeriesOrder } from './groups';

/** One heading of the picker: a place, a device, or a group of what belongs to no place. */
export interface SeriesBranch {
  readonly id: string;
  /** As it is called; null where `group` names it. */
  readonly name: string | null;
  readonly group: GroupId | null;
  readonly branches: readonly SeriesBranch[];
  readonly series: readonly Series[];
  /** Series in it and below. */
  readonly count: number;
}

const branch = (
  id: string,
  name: string | null,
  group: GroupId | null,
  branches: readonly SeriesBranch[],
  series: readonly Series[] = [],
): SeriesBranch => ({
  id,
  name,
  group,
  branches,
  series,
  count: series.length + branches.reduce((sum, below) => sum + below.count, 0),
});

/**
 * The series of a room of several nodes under its halls, rows, racks, nodes and devices; what is the room's own first, runs last.
 * Places without series are left out; a node that nobody placed stands beside the halls.
 */
export function seriesTree(places: readonly TreeNode[], series: readonly Series[], { compare, nameOf }: SeriesOrder): SeriesBranch[] {
  const byMetric = (a: Series, b: Series): number => compare(nameOf(a), nameOf(b));
  const own = (test: (device: string) => boolean): Series[] => series.filter(({ device }) => test(device));
  const room = own((device) => nodeOf(device) === null && !device.startsWith('run/'));
  const runs = own((device) => device.startsWith('run/'));
  const byNode = new Map<string, Map<string, Series[]>>();
  for (const entry of series) {
    const node = nodeOf(entry.device);
    if (node === null) continue;
    const devices = byNode.get(node) ?? new Map<string, Series[]>();
    byNode.set(node, devices);
    devices.set(entry.device, [...(devices.get(entry.device) ?? []), entry]);
  }
  const nodeBranch = (id: string, name: string): SeriesBranch => {
    const devices = [...(byNode.get(id) ?? [])].sort(([a], [b]) => compare(a, b));
    const host = devices.filter(([device]) => deviceKind(device) === 'host').flatMap(([, entries]) => entries);
    return branch(
      id,
      name,
      null,
      devices
        .filter(([device]) => deviceKind(device) !== 'host')
        .map(([device, entries]) => branch(device, ownId(device), null, [], entries.sort(byMetric))),
      host.sort(byMetric),
    );
  };
  const listed = new Set(places.map(({ id }) => id));
  const below = (parent: string | null): SeriesBranch[] =>
    places
      .filter((place) => place.parent === parent)
      .map((place) => (place.kind === 'node' ? nodeBranch(place.id, place.name) : branch(place.id, place.name, null, below(place.id))))
      .filter(({ count }) => count > 0);
  const loose = [...byNode.keys()].filter((node) => !listed.has(node)).map((node) => nodeBranch(node, node));
  return [branch('room', null, 'room', [], room.sort(byMetric)), ...below(null), ...loose, branch('run', null, 'run', [], runs)].filter(
    ({ count }) => count > 0,
  );
}

/** Series in whose text every word of a search occurs. */
export function searchSeries(series: readonly Series[], search: string, textOf: (series: Series) => string): Series[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return series.filter((entry) => {
    const text = textOf(entry).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** "Hall 1 A A1 node-03" of every node, for searching. */
export function pathTexts(places: readonly TreeNode[]): Map<string, string> {
  return new Map(
    places
      .filter(({ kind }) => kind === 'node')
      .map(({ id }) => [
        id,
        pathOf(places, id)
          .map(({ name }) => name)
          .join(' '),
      ]),
  );
}

/** The branches that must be open for these series to be seen. */
export function openFor(tree: readonly SeriesBranch[], ids: ReadonlySet<number>): string[] {
  return tree.flatMap((entry) => {
    const below = openFor(entry.branches, ids);
    return below.length > 0 || entry.series.some(({ id }) => ids.has(id)) ? [entry.id, ...below] : [];
  });
}
