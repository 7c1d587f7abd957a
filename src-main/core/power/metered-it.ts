import { sumOf, knownPower, type KnownPower } from '@shared/energy/meter-sum';
import type { MeteredIt } from '@shared/energy/power-tree';
import { LOCAL_NODE } from '@shared/model/device-tree';
import { isMetered, quantity, withheld, worstProvenance, type Quantity } from '@shared/model/provenance';
import type { PowerPlace } from '@shared/model/power-tree';

/** What is metered of the IT and told by none of its nodes: the place of its account begins so. */
export const METERED_IT = 'room/it';

interface NodeShare {
  readonly node: string;
  readonly powerW: Quantity;
}

interface ItPart {
  readonly device: string;
  readonly label: string;
  readonly powerW: Quantity;
}

/** The IT's power where meters above the equipment tell it. */
export interface ItSum {
  readonly powerW: Quantity;
  /** The part of it that such meters tell, W. */
  readonly meteredW: number;
  /** Nodes that those meters carry. */
  readonly covered: ReadonlySet<string>;
  /** What the meters carry beyond the nodes. */
  readonly rest: readonly ItPart[];
  readonly silent: readonly string[];
  /** Where it is metered, the farthest from the equipment (ISO/IEC 30134-2); null = at the equipment, by itself. */
  readonly category: 1 | 2 | 3;
}

const nodeId = (device: string): string => (device === 'host' ? LOCAL_NODE : device);

/**
 * The sum of the IT with its meters: what they carry, and the nodes that hang on none of them. A tree in which no node has a place
 * says nothing of where the nodes hang: they are taken to be within what is metered.
 * @returns null where nothing above the equipment is metered
 */
export function meteredIt(
  found: readonly MeteredIt[],
  places: readonly PowerPlace[],
  nodes: readonly NodeShare[],
  nowMs: number,
): ItSum | null {
  if (found.length === 0) return null;
  const isLinked = places.some(({ kind, device }) => kind === 'node' && device !== null);
  const covered = new Set(isLinked ? found.flatMap(({ devices }) => devices.map(nodeId)) : nodes.map(({ node }) => node));
  const known = (powerW: Quantity, of: string): KnownPower => knownPower(powerW, of, nowMs, null);
  const beside = nodes.filter(({ node }) => !covered.has(node)).map(({ node, powerW }) => known(powerW, node));
  const totals = found.map(({ totalW }) => totalW);
  const total = sumOf([...totals, ...beside]);
  const rest = isLinked
    ? found.map(({ place, restW }): ItPart => ({ device: `${METERED_IT}/${place.id}`, label: place.name, powerW: restW }))
    : [restOfAll(found, sumOf(totals), nodes)];
  return {
    powerW: total.powerW,
    meteredW: sumOf(totals).powerW.value ?? 0,
    covered,
    rest,
    silent: total.silent,
    category: found.reduce<1 | 2 | 3>((lowest, { category }) => (category < lowest ? category : lowest), 3),
  };
}

function restOfAll(found: readonly MeteredIt[], total: KnownPower, nodes: readonly NodeShare[]): ItPart {
  const provenance = worstProvenance(['derived', total.powerW.provenance, ...nodes.map(({ powerW }) => powerW.provenance)]);
  const label = found.map(({ place }) => place.name).join(', ');
  const silent = [total.powerW, ...nodes.map(({ powerW }) => powerW)].find(({ value }) => value === null);
  const restW = (total.powerW.value ?? 0) - nodes.reduce((sum, { powerW }) => sum + (powerW.value ?? 0), 0);
  const isAllMetered = nodes.every(({ powerW }) => isMetered(powerW.provenance));
  const powerW = silent
    ? withheld('W', silent.withheld ?? 'no-sensor', provenance)
    : restW < 0 && isAllMetered && restW < -0.1 * Math.abs(total.powerW.value ?? 0)
      ? withheld('W', 'inconsistent-meters', provenance)
      : quantity(Math.max(0, restW), 'W', provenance);
  return { device: METERED_IT, label, powerW };
}
