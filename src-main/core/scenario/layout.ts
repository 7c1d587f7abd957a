import type { DiscoveredNode } from '../rooms/device-tree';
import type { Scenario } from './schema';

/** A node of the room, in the order of the scenario's node numbers. */
export interface SimulatedNode extends DiscoveredNode {
  /** How high it stands, 0 (floor) – 1 (top of the rack): the higher, the more of the warm air comes around. */
  readonly height: number;
}

/** Where every node stands: row after row, rack after rack, from the bottom up. */
export function nodesOf(scenario: Scenario): SimulatedNode[] {
  const { layout, node } = scenario;
  if (layout.kind === 'desk')
    return [
      {
        id: `node/${layout.node}`,
        name: layout.node,
        hall: layout.hall,
        row: null,
        rack: null,
        unit: null,
        heightU: node.heightU,
        height: 0,
      },
    ];
  const nodes: SimulatedNode[] = [];
  const count = layout.rows * layout.racksPerRow * layout.nodesPerRack;
  const digits = Math.max(2, String(count).length);
  for (let row = 0; row < layout.rows; row++) {
    const letter = String.fromCharCode('A'.charCodeAt(0) + row);
    for (let rack = 0; rack < layout.racksPerRow; rack++) {
      for (let slot = 0; slot < layout.nodesPerRack; slot++) {
        const name = `node-${String(nodes.length + 1).padStart(digits, '0')}`;
        nodes.push({
          id: `node/${name}`,
          name,
          hall: layout.hall,
          row: letter,
          rack: { name: `${letter}${rack + 1}`, heightU: layout.rackUnits },
          unit: 1 + slot * node.heightU,
          heightU: node.heightU,
          height: layout.nodesPerRack === 1 ? 0.5 : slot / (layout.nodesPerRack - 1),
        });
      }
    }
  }
  return nodes;
}
