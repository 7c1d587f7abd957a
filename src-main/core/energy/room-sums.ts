import { powerRatio } from '@shared/energy/facility';
import { modelledPower, type FittedModel } from '@shared/energy/fitted-facility';
import type { TreePowers } from '@shared/energy/power-tree';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import { quantity, withheld, worstProvenance, type Quantity } from '@shared/model/provenance';
import type { SilentPart } from '@shared/model/room';
import type { Settings } from '@shared/model/settings';
import type { ItSum } from '../power/metered-it';

/** A summand of IT power, as a person is shown it. */
export interface LabelledPower {
  readonly device: string;
  readonly label: string;
  readonly powerW: Quantity;
}

/** What of a node's power counts towards the metered share. */
interface NodeParts {
  readonly node: string;
  readonly powerW: Quantity;
  readonly parts: readonly LabelledPower[];
  readonly metered: boolean;
}

export function silentOf(parts: readonly LabelledPower[]): SilentPart[] {
  return parts.flatMap(({ device, label, powerW }) =>
    powerW.value === null ? [{ device, label, why: powerW.withheld ?? 'no-sensor' }] : [],
  );
}

/** The branches that feeds say of themselves, and what the tree tells; null = neither. */
export function facilityOf(branches: readonly LabelledPower[], { facility }: TreePowers): Quantity | null {
  if (branches.length === 0) return facility?.powerW ?? null;
  return sum([...branches, ...(facility === null ? [] : [{ device: ROOM_DEVICE, label: 'Room', powerW: facility.powerW }])]);
}

/** What the model makes of the IT's power, and whose fitted curves are in it. */
export interface ModelledFacility {
  readonly powerW: Quantity;
  readonly fits: readonly string[];
  readonly outside: readonly string[];
}

export function modelledFacility(itPowerW: Quantity, ratedW: number, settings: Settings, model: FittedModel): ModelledFacility {
  const provenance = worstProvenance(['modelled', itPowerW.provenance]);
  if (itPowerW.value === null) return { powerW: withheld('W', itPowerW.withheld ?? 'no-sensor', provenance), fits: [], outside: [] };
  const { totalW, ...how } = modelledPower(itPowerW.value, ratedW, settings.facility, model);
  return { powerW: quantity(totalW, 'W', provenance), ...how };
}

export function ratioOf(itPowerW: Quantity, facilityPowerW: Quantity, ratedW: number): Quantity {
  const provenance = worstProvenance(['derived', itPowerW.provenance, facilityPowerW.provenance]);
  if (itPowerW.value === null) return withheld('1', itPowerW.withheld ?? 'no-sensor', provenance);
  if (facilityPowerW.value === null) return withheld('1', facilityPowerW.withheld ?? 'no-sensor', provenance);
  if (facilityPowerW.value < itPowerW.value) return withheld('1', 'inconsistent-meters', provenance);
  const ratio = powerRatio(itPowerW.value, facilityPowerW.value, ratedW);
  return ratio === null ? withheld('1', 'it-load-near-zero', provenance) : quantity(ratio, '1', provenance);
}

export function meteredShare(itW: number | null, nodes: readonly NodeParts[], it: ItSum | null): number | null {
  if (itW === null || itW <= 0) return null;
  let meteredW = it?.meteredW ?? 0;
  for (const { node, parts, metered, powerW: whole } of nodes) {
    if (it?.covered.has(node)) continue;
    if (metered) meteredW += whole.value ?? 0;
    else for (const { powerW } of parts) if (powerW.provenance === 'measured') meteredW += powerW.value ?? 0;
  }
  return Math.min(1, meteredW / itW);
}

/** The sum, at best derived; the first part without a value withholds it. */
export function sum(parts: readonly LabelledPower[]): Quantity {
  const provenance = worstProvenance(['derived', ...parts.map(({ powerW }) => powerW.provenance)]);
  let total = 0;
  for (const { powerW } of parts) {
    if (powerW.value === null) return withheld('W', powerW.withheld ?? 'no-sensor', provenance);
    total += powerW.value;
  }
  return quantity(total, 'W', provenance);
}
