import { deviceKind, nodeOf, type DeviceTree, type TreeNode } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { Provenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';

export const place = (
  id: string,
  parent: string | null,
  kind: TreeNode['kind'],
  position = 0,
  unit: number | null = null,
  heightU: number | null = null,
): TreeNode => ({ id, parent, kind, name: id.replace('node/', ''), position, unit, heightU });

/** Two rows, a rack with two nodes, an empty rack, a node in the hall itself. */
export const places: TreeNode[] = [
  place('hall', null, 'hall'),
  place('A', 'hall', 'row', 0),
  place('A1', 'A', 'rack', 0, null, 42),
  place('node/low', 'A1', 'node', 0, 1, 8),
  place('node/high', 'A1', 'node', 1, 9, 8),
  place('A2', 'A', 'rack', 1, null, 42),
  place('B', 'hall', 'row', 1),
  place('node/loose', 'hall', 'node', 2),
];

export const tree = (devices: readonly string[]): DeviceTree => ({
  revision: 1,
  places,
  devices: devices.map((device) => ({ device, node: nodeOf(device), kind: deviceKind(device), label: `label of ${device}` })),
});

let next = 1;
export const series = (device: string, metric: MetricId, provenance: Provenance = 'measured'): Series => ({
  id: next++,
  device,
  metric,
  provenance,
  label: device,
});
