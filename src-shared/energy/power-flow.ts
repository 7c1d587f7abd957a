import { HOST_DEVICE, LOCAL_NODE, nodeOf } from '../model/device-tree';
import type { PowerFlow, PowerHolder } from '../model/power-flow';
import { quantity, withheld, worstProvenance, type Quantity } from '../model/provenance';
import type { Share } from './booking';

interface DevicePower {
  readonly device: string;
  readonly label: string;
  readonly powerW: Quantity;
}

/** The room at one tick, as the sums of its power are told. */
export interface FlowPoint {
  readonly atMs: number;
  readonly facilityPowerW: Quantity;
  readonly itPowerW: Quantity;
  /** Every part that counts, of all nodes. */
  readonly devices: readonly DevicePower[];
  /** Of a single node its parts; of several, the nodes. */
  readonly parts: readonly DevicePower[];
}

/**
 * Parts what each part of the room draws at a tick between its holders, by the shares that the ledger books by. A part's
 * holders add up to its power; a part without a figure has none.
 */
export function powerFlow(point: FlowPoint, sharesOf: (place: string) => readonly Share[]): PowerFlow {
  const { atMs, facilityPowerW, itPowerW, devices, parts } = point;
  const nodes = new Set(devices.map(({ device }) => nodeOf(device) ?? LOCAL_NODE));
  const partOf = (device: string): string => {
    if (nodes.size <= 1) return device;
    const node = nodeOf(device) ?? LOCAL_NODE;
    return node === LOCAL_NODE ? HOST_DEVICE : node;
  };
  const holders = new Map<string, Map<string, { powerW: number; allocated: boolean }>>();
  for (const { device, powerW } of devices) {
    if (powerW.value === null) continue;
    const part = partOf(device);
    const own = holders.get(part) ?? new Map<string, { powerW: number; allocated: boolean }>();
    holders.set(part, own);
    for (const { account, share, allocated } of sharesOf(device)) {
      const before = own.get(account);
      own.set(account, { powerW: (before?.powerW ?? 0) + powerW.value * share, allocated: allocated || (before?.allocated ?? false) });
    }
  }
  return {
    atMs,
    facilityPowerW,
    itPowerW,
    infrastructureW: infrastructureOf(facilityPowerW, itPowerW),
    parts: joined(parts).map(({ device, label, powerW }) => ({
      device,
      label,
      powerW,
      holders: powerW.value === null ? [] : scaled([...(holders.get(device) ?? [])], powerW.value),
    })),
    provenance: worstProvenance(['derived', ...parts.map(({ powerW }) => powerW.provenance)]),
  };
}

/** Two powers of one device, its processor's and its memory's say, as one: it is held as one. */
function joined(parts: readonly DevicePower[]): DevicePower[] {
  const byDevice = new Map<string, DevicePower>();
  for (const part of parts) {
    const other = byDevice.get(part.device);
    byDevice.set(part.device, other === undefined ? part : { ...other, powerW: added(other.powerW, part.powerW) });
  }
  return [...byDevice.values()];
}

function added(a: Quantity, b: Quantity): Quantity {
  const provenance = worstProvenance(['derived', a.provenance, b.provenance]);
  return a.value === null || b.value === null
    ? withheld('W', a.withheld ?? b.withheld ?? 'no-sensor', provenance)
    : quantity(a.value + b.value, 'W', provenance);
}

/** A node's meter and the sum of what lies within it may differ a little: what is shown is the node's. */
function scaled(
  own: readonly (readonly [string, { readonly powerW: number; readonly allocated: boolean }])[],
  totalW: number,
): PowerHolder[] {
  const sum = own.reduce((watts, [, { powerW }]) => watts + powerW, 0);
  if (sum <= 0) return [];
  return own
    .filter(([, { powerW }]) => powerW > 0)
    .map(([account, { powerW, allocated }]) => ({ account, powerW: (powerW / sum) * totalW, allocated }));
}

function infrastructureOf(facility: Quantity, it: Quantity): Quantity {
  const provenance = worstProvenance(['derived', facility.provenance, it.provenance]);
  if (facility.value === null || it.value === null) return withheld('W', facility.withheld ?? it.withheld ?? 'no-sensor', provenance);
  return facility.value < it.value
    ? withheld('W', 'inconsistent-meters', provenance)
    : quantity(facility.value - it.value, 'W', provenance);
}
