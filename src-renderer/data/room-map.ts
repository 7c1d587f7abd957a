import type { DeviceTree, TreeNode, TreeDevice } from '@shared/model/device-tree';

/** One node as it stands on the map: its GPUs, or the node itself where it has none. */
export interface MapNode {
  readonly place: TreeNode;
  readonly tiles: readonly TreeDevice[];
}

export interface MapRack {
  /** Null for nodes that stand in no rack. */
  readonly place: TreeNode | null;
  /** As one sees the rack: the highest rack unit first, then those without one. */
  readonly nodes: readonly MapNode[];
}

export interface MapRow {
  /** Null for what stands in the hall itself. */
  readonly place: TreeNode | null;
  readonly racks: readonly MapRack[];
}

export interface MapHall {
  readonly place: TreeNode;
  readonly rows: readonly MapRow[];
}

/** A MIG instance hangs below its GPU and has no tile of its own. */
const isWholeGpu = ({ kind, device }: TreeDevice): boolean => kind === 'gpu' && !/\/mig\d+$/.test(device);

/**
 * The tree as a map: halls, their rows, racks, nodes and GPUs, in the order in which they stand. Empty racks and rows are kept.
 * @param compare the order of names in the shown language
 */
export function roomMap({ places, devices }: Pick<DeviceTree, 'places' | 'devices'>, compare: (a: string, b: string) => number): MapHall[] {
  const children = new Map<string | null, TreeNode[]>();
  for (const place of places) children.set(place.parent, [...(children.get(place.parent) ?? []), place]);
  const hardware = new Map<string, TreeDevice[]>();
  for (const device of devices) if (device.node !== null) hardware.set(device.node, [...(hardware.get(device.node) ?? []), device]);

  const under = (id: string, kind: TreeNode['kind']): TreeNode[] =>
    (children.get(id) ?? []).filter((place) => place.kind === kind).sort((a, b) => a.position - b.position);
  const node = (place: TreeNode): MapNode => {
    const own = hardware.get(place.id) ?? [];
    const gpus = own.filter(isWholeGpu).sort((a, b) => compare(a.device, b.device));
    return { place, tiles: gpus.length > 0 ? gpus : own.filter(({ kind }) => kind === 'host') };
  };
  const rack = (place: TreeNode): MapRack => ({
    place,
    nodes: under(place.id, 'node')
      .sort((a, b) => (b.unit ?? 0) - (a.unit ?? 0))
      .map(node),
  });
  return (children.get(null) ?? [])
    .filter(({ kind }) => kind === 'hall')
    .sort((a, b) => a.position - b.position)
    .map((place): MapHall => {
      const loose = under(place.id, 'node').map(node);
      const ownRacks = [...under(place.id, 'rack').map(rack), ...(loose.length > 0 ? [{ place: null, nodes: loose }] : [])];
      const rows = under(place.id, 'row').map((row): MapRow => ({ place: row, racks: under(row.id, 'rack').map(rack) }));
      return { place, rows: ownRacks.length > 0 ? [...rows, { place: null, racks: ownRacks }] : rows };
    });
}

/** Lines of nodes that stand below each other, and heads of racks among them: what the map's height is shared by. */
export function mapLines(halls: readonly MapHall[]): { readonly nodes: number; readonly heads: number } {
  const rows = halls.flatMap((hall) => hall.rows);
  const deepest = rows.map((row) => Math.max(1, ...row.racks.map((rack) => rack.nodes.length)));
  return { nodes: deepest.reduce((sum, lines) => sum + lines, 0), heads: rows.length + halls.length };
}

export function nodeCount(places: readonly TreeNode[]): number {
  return places.filter(({ kind }) => kind === 'node').length;
}
