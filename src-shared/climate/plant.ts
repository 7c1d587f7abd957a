import { facilityPower, plantCop } from '../energy/facility';
import type { CoolingPlant, CoolingUnit } from '../model/cooling-plant';
import type { OutdoorAir } from '../model/cooling';
import type { PowerPlace } from '../model/power-tree';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import type { Facility } from '../model/settings';
import { waterFlow, waterHeat } from './indices';
import { plantSources, unitKind } from './plant-sources';
import { toldQuantity, type SensorValue } from './sensor-values';

/** Below this there is nothing to divide by, W. */
const NEAR_ZERO_W = 1;
/** Compressors that draw less than this share of the heat rest: what is left are their controls. */
export const RESTING_SHARE = 0.01;

export interface PlantInput {
  /** Of the power tree. */
  readonly places: readonly PowerPlace[];
  readonly itPowerW: Quantity;
  readonly ratedW: number | null;
  readonly facility: Facility;
  readonly outdoor: OutdoorAir;
  readonly waterSupplyC: Quantity;
  readonly waterReturnC: Quantity;
  readonly heat: readonly SensorValue[];
  readonly flow: readonly SensorValue[];
  readonly power: readonly SensorValue[];
  readonly running: readonly SensorValue[];
  readonly alarm: readonly SensorValue[];
  readonly load: readonly SensorValue[];
}

/** The facility model with the weather there is, where it asks for any. */
export function atOutdoor(facility: Facility, dryBulbC: number | null): Facility {
  const { cooling } = facility;
  return cooling.mode === 'outdoor' && dryBulbC !== null ? { ...facility, cooling: { ...cooling, outdoorDryBulbC: dryBulbC } } : facility;
}

/** Heat that is removed and electric power of all that cools, as the model has them. W */
export function modelledPlant(itW: number, ratedW: number, facility: Facility): { readonly heatW: number; readonly powerW: number } {
  const { totalW, coolingW, fansW, pumpsW } = facilityPower(itW, ratedW, facility);
  return { heatW: totalW - coolingW - pumpsW, powerW: coolingW + fansW + pumpsW };
}

/** Whether the weather alone cools water of this temperature; null = the plant is told by its COP alone, or the weather is not known. */
export function isFreeByWeather({ cooling }: Facility, dryBulbC: number | null, waterSupplyC: number | null): boolean | null {
  if (cooling.mode !== 'outdoor' || dryBulbC === null) return null;
  return plantCop({ ...cooling, outdoorDryBulbC: dryBulbC, evaporatorTempC: waterSupplyC ?? cooling.evaporatorTempC }) === null;
}

/** The plant at one moment, by what tells of it. */
export function coolingPlant(input: PlantInput): CoolingPlant {
  const sources = plantSources(input);
  const chillerW = addUp(input.power, sources.chillerPower, 'W');
  const model = modelOf(input);
  const waterRiseK = differenceOf(input.waterReturnC, input.waterSupplyC);
  const flow = sources.flow === null ? withheld('m³/h', 'no-sensor') : valueOf(input.flow, sources.flow, 'm³/h');
  const { heatW, heatBasis } = heatOf(input, sources, waterRiseK, flow, model.heatW);
  const metered = sources.power === null ? null : addUp(input.power, sources.power, 'W');
  const powerW = metered ?? model.powerW;
  const chillerCop =
    sources.chillerPower.length === 0
      ? withheld('1', 'no-sensor')
      : isResting(chillerW, heatW)
        ? withheld('1', 'compressors-rest')
        : ratio(heatW, chillerW);
  return {
    heatW,
    heatBasis,
    powerW,
    powerBasis: metered !== null ? 'meters' : powerW.value === null ? null : 'model',
    cop: ratio(heatW, powerW),
    chillerCop,
    waterRiseK,
    waterFlow: flow.value === null && flow.withheld === 'no-sensor' ? flowFor(heatW, waterRiseK) : flow,
    ...freeOf(input, sources.chillerPower.length > 0, chillerW, heatW),
    units: unitsOf(input),
  };
}

function heatOf(
  { heat }: PlantInput,
  sources: ReturnType<typeof plantSources>,
  riseK: Quantity,
  flow: Quantity,
  modelled: Quantity,
): Pick<CoolingPlant, 'heatW' | 'heatBasis'> {
  if (sources.isHeatUnclear) return { heatW: withheld('W', 'ambiguous-meters'), heatBasis: 'heat-meter' };
  if (sources.heat.length > 0) return { heatW: addUp(heat, sources.heat, 'W'), heatBasis: 'heat-meter' };
  if (sources.flow !== null && riseK.withheld !== 'no-sensor') {
    const reason = flow.withheld ?? riseK.withheld;
    const provenance = worstProvenance(['derived', flow.provenance, riseK.provenance]);
    const heatW =
      flow.value === null || riseK.value === null
        ? withheld('W', reason ?? 'missing', provenance)
        : quantity(waterHeat(flow.value, riseK.value), 'W', provenance);
    return { heatW, heatBasis: 'water' };
  }
  return { heatW: modelled, heatBasis: modelled.value === null ? null : 'it' };
}

function modelOf({ itPowerW, ratedW, facility, outdoor }: PlantInput): { readonly heatW: Quantity; readonly powerW: Quantity } {
  const provenance = worstProvenance(['modelled', itPowerW.provenance]);
  if (itPowerW.value === null || ratedW === null) {
    const none = withheld('W', itPowerW.withheld ?? 'missing', provenance);
    return { heatW: none, powerW: none };
  }
  const { heatW, powerW } = modelledPlant(itPowerW.value, ratedW, atOutdoor(facility, outdoor.dryBulbC.value));
  return { heatW: quantity(heatW, 'W', provenance), powerW: quantity(powerW, 'W', provenance) };
}

/** Compressors draw little beside the heat that goes. */
const isResting = (chillerW: Quantity, heatW: Quantity): boolean =>
  chillerW.value !== null && heatW.value !== null && heatW.value > NEAR_ZERO_W && chillerW.value < RESTING_SHARE * heatW.value;

function freeOf(
  { running, facility, outdoor, waterSupplyC }: PlantInput,
  isChillerMetered: boolean,
  chillerW: Quantity,
  heatW: Quantity,
): Pick<CoolingPlant, 'isFree' | 'freeBasis'> {
  const chillers = running.filter(({ device, label }) => unitKind(`${device} ${label}`) === 'chiller');
  if (chillers.length > 0) {
    const isKnown = chillers.every(({ value }) => value !== null);
    return { isFree: isKnown ? chillers.every(({ value }) => (value ?? 0) < 0.5) : null, freeBasis: 'state' };
  }
  if (isChillerMetered) {
    const isKnown = chillerW.value !== null && heatW.value !== null;
    return { isFree: isKnown ? isResting(chillerW, heatW) : null, freeBasis: 'power' };
  }
  const isFree = isFreeByWeather(facility, outdoor.dryBulbC.value, waterSupplyC.value);
  return { isFree, freeBasis: isFree === null ? null : 'weather' };
}

/** Each place of cooling, and whatever else tells that it runs. */
function unitsOf({ places, power, running, alarm, load }: PlantInput): CoolingUnit[] {
  const isOf = sameUnit([...running, ...alarm, ...load].map(({ device }) => device));
  const units = new Map<string, { readonly name: string; readonly devices: string[]; readonly powers: string[] }>();
  for (const place of places) {
    if (place.kind !== 'cooling') continue;
    const devices = place.meters.flatMap(({ device, side }) => (side === 'input' ? device : []));
    units.set(place.id, { name: place.name, devices, powers: devices.filter((device) => power.some((own) => own.device === device)) });
  }
  const isPlaced = (device: string): boolean => [...units.values()].some(({ devices }) => devices.some((own) => isOf(own, device)));
  for (const { device, label } of [...running, ...alarm, ...load]) {
    if (isPlaced(device)) continue;
    const powers = power.some((own) => own.device === device) ? [device] : [];
    units.set(device, { name: label || device, devices: [device], powers });
  }
  for (const { device, label } of power)
    if (places.every(({ kind }) => kind !== 'cooling') && !isPlaced(device) && unitKind(`${device} ${label}`) !== null)
      units.set(device, { name: label || device, devices: [device], powers: [device] });
  return [...units].map(([id, { name, devices, powers }]): CoolingUnit => {
    const own = (values: readonly SensorValue[]): SensorValue | undefined =>
      values.find(({ device }) => devices.some((other) => isOf(other, device)));
    const [isRunning, isAlarm, share] = [own(running)?.value ?? null, own(alarm)?.value ?? null, own(load)];
    return {
      id,
      name,
      kind: unitKind(`${name} ${devices.join(' ')}`) ?? 'other',
      state: isAlarm !== null && isAlarm >= 0.5 ? 'alarm' : isRunning === null ? null : isRunning >= 0.5 ? 'on' : 'off',
      load: share === undefined ? withheld('%', 'no-sensor') : toldQuantity('%')(share),
      powerW: powers.length === 0 ? withheld('W', 'no-sensor') : addUp(power, powers, 'W'),
    };
  });
}

/** Whether one device is the other, or its only part that tells of a unit: a controller of several has each as a part. */
function sameUnit(tellers: readonly string[]): (a: string, b: string) => boolean {
  const parts = new Map<string, Set<string>>();
  for (const device of tellers) {
    const whole = device.slice(0, device.lastIndexOf('/'));
    parts.set(whole, (parts.get(whole) ?? new Set()).add(device));
  }
  const isPart = (part: string, whole: string): boolean => part.startsWith(`${whole}/`) && (parts.get(whole)?.size ?? 0) <= 1;
  return (a, b) => a === b || isPart(a, b) || isPart(b, a);
}

function valueOf(values: readonly SensorValue[], device: string, unit: string): Quantity {
  const own = values.find((value) => value.device === device);
  return own === undefined ? withheld(unit, 'missing') : toldQuantity(unit)(own);
}

function addUp(values: readonly SensorValue[], devices: readonly string[], unit: string): Quantity {
  const all = devices.map((device) => valueOf(values, device, unit));
  if (all.length === 0) return withheld(unit, 'no-sensor');
  const silent = all.find(({ value }) => value === null);
  const provenances: Provenance[] = all.map(({ provenance }) => provenance);
  const provenance = worstProvenance(all.length === 1 ? provenances : ['derived', ...provenances]);
  return silent === undefined
    ? quantity(
        all.reduce((sum, { value }) => sum + (value ?? 0), 0),
        unit,
        provenance,
      )
    : withheld(unit, silent.withheld ?? 'missing', provenance);
}

function ratio(above: Quantity, below: Quantity): Quantity {
  const reason: Withheld | null = above.withheld ?? below.withheld;
  const provenance = worstProvenance(['derived', above.provenance, below.provenance]);
  if (above.value === null || below.value === null) return withheld('1', reason ?? 'missing', provenance);
  return below.value < NEAR_ZERO_W ? withheld('1', 'it-load-near-zero', provenance) : quantity(above.value / below.value, '1', provenance);
}

function differenceOf(a: Quantity, b: Quantity): Quantity {
  const provenance = worstProvenance(['derived', a.provenance, b.provenance]);
  return a.value === null || b.value === null
    ? withheld('K', a.withheld ?? b.withheld ?? 'missing', provenance)
    : quantity(a.value - b.value, 'K', provenance);
}

function flowFor(heatW: Quantity, riseK: Quantity): Quantity {
  const provenance = worstProvenance(['derived', heatW.provenance, riseK.provenance]);
  if (heatW.value === null || riseK.value === null) return withheld('m³/h', riseK.withheld ?? heatW.withheld ?? 'missing', provenance);
  const flow = waterFlow(heatW.value, riseK.value);
  return flow === null ? withheld('m³/h', 'it-load-near-zero', provenance) : quantity(flow, 'm³/h', provenance);
}
