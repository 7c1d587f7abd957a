import type { AirLevel, CoolingNow, CoolingSensor, CoolingSettings, CoolingZone, SensorRole } from '../model/cooling';
import { nodeOf, pathOf, type TreeNode } from '../model/device-tree';
import type { WeatherYear } from '../model/weather';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import { airflow, rackCoolingIndex, returnTemperatureIndex, supplyHeatIndex, waterFlow } from './indices';
import { dewPoint, moistAir, pressureAt, relativeHumidityAt } from './moist-air';
import { outdoorAir } from './outdoor-air';
import { coolingPlant, type PlantInput } from './plant';
import { roleByName } from './sensor-role';
import { highestOf, meanOf, toldQuantity, type SensorValue } from './sensor-values';
import { airFaults, classLimits, type ThermalClass } from './thermal-class';

/** So many of the inlets have to be known for what is said of all of them. */
const KNOWN_SHARE = 0.9;
/** Dry air at 20 °C and sea level, kg/m³: where humidity is not known. */
const AIR_DENSITY = 1.2;

export interface Placing {
  readonly role: SensorRole | null;
  readonly byName: boolean;
  /** Null = of the whole room. */
  readonly zone: { readonly id: string; readonly name: string } | null;
}

/** Says where each sensor is: by what a person said, else by its name, and by the rack of the machine that it hangs on. */
export function placings(
  settings: Pick<CoolingSettings, 'sensors'>,
  places: readonly TreeNode[],
): (device: string, label: string) => Placing {
  const said = new Map(settings.sensors.map((sensor) => [sensor.device, sensor]));
  const racks = new Map(places.filter(({ kind }) => kind === 'rack').map(({ id, name }) => [name, id]));
  return (device, label) => {
    const own = said.get(device);
    const role = own === undefined ? roleByName(device, label) : own.role === 'none' ? null : own.role;
    if (own !== undefined && own.zone !== '')
      return { role, byName: false, zone: { id: racks.get(own.zone) ?? `zone/${own.zone}`, name: own.zone } };
    const node = nodeOf(device);
    const path = node === null ? [] : pathOf(places, device);
    const stand = path.findLast(({ kind }) => kind === 'rack') ?? path.findLast(({ kind }) => kind === 'node');
    const isOfRoom = role !== 'inlet' && role !== 'outlet';
    return { role, byName: own === undefined, zone: isOfRoom || stand === undefined ? null : { id: stand.id, name: stand.name } };
  };
}

export interface CoolingInput {
  readonly atMs: number;
  readonly settings: CoolingSettings;
  readonly places: readonly TreeNode[];
  readonly temperatures: readonly SensorValue[];
  readonly humidities: readonly SensorValue[];
  readonly dewPoints: readonly SensorValue[];
  /** The weather where the room is; null = none was taken in. */
  readonly year: WeatherYear | null;
  readonly plant: Omit<PlantInput, 'outdoor' | 'waterSupplyC' | 'waterReturnC'>;
  /** By node, W. */
  readonly nodePower: ReadonlyMap<string, Quantity>;
}

/** A sensor's name: two machines' inlets are told apart by the machines. */
export function sensorLabel(places: readonly TreeNode[], device: string, label: string): string {
  const node = nodeOf(device);
  const name = node === null ? null : (places.find(({ id }) => id === node)?.name ?? node);
  return name === null ? label : `${name} · ${label}`;
}

interface Known {
  readonly sensor: CoolingSensor;
  readonly placing: Placing;
}

/** The room's cooling at one moment, by what its sensors told. */
export function coolingState(input: CoolingInput): CoolingNow {
  const { atMs, settings, places, temperatures, humidities, nodePower } = input;
  const pressurePa = pressureAt(settings.altitudeM);
  const place = placings(settings, places);
  const air = humidAir(temperatures, humidities, place);
  const known = temperatures.map((told) => {
    const { sensor, placing } = sensorOf(told, place(told.device, told.label), air, settings.thermalClass);
    return { placing, sensor: { ...sensor, label: sensorLabel(places, told.device, told.label) } };
  });
  const inRoles = (role: SensorRole): Quantity[] =>
    known.filter(({ placing }) => placing.role === role).map(({ sensor }) => sensor.temperatureC);
  const zones = zonesOf(known, places, nodePower, pressurePa);
  const [supplyC, returnC] = [meanOf(inRoles('supply')), meanOf(inRoles('return'))];
  const outdoors = (values: readonly SensorValue[]): SensorValue[] =>
    values.filter(({ device, label }) => place(device, label).role === 'outdoor');
  const inlets = inRoles('inlet');
  const outdoor = outdoorAir({
    atMs,
    pressurePa,
    hand: settings.outdoor,
    year: input.year,
    temperatures: outdoors(temperatures),
    humidities: outdoors(humidities),
    dewPoints: outdoors(input.dewPoints),
  });
  /** Of the plant's water, not of a rack's. */
  const water = (role: SensorRole): Quantity =>
    meanOf(known.filter(({ placing }) => placing.role === role && placing.zone === null).map(({ sensor }) => sensor.temperatureC));
  return {
    atMs,
    thermalClass: settings.thermalClass,
    sensors: known.map(({ sensor }) => sensor),
    zones,
    supplyC,
    returnC,
    outdoor,
    inletC: highestOf(inlets),
    dewPointC: air.room,
    ...inletIndex(inlets, settings.thermalClass),
    rti: returnIndex(supplyC, returnC, zones),
    shi: heatIndex(supplyC, zones),
    plant: coolingPlant({ ...input.plant, outdoor, waterSupplyC: water('water-supply'), waterReturnC: water('water-return') }),
  };
}

/** What tells of a rack: its air, and its own cooling water. */
const ofRack: ReadonlySet<SensorRole> = new Set(['inlet', 'outlet', 'water-supply', 'water-return']);

interface HumidAir {
  /** %, by device. */
  readonly own: ReadonlyMap<string, SensorValue>;
  /** Dew points, °C, by zone. */
  readonly zones: ReadonlyMap<string, Quantity>;
  readonly room: Quantity;
}

/** Air keeps its water as it is warmed and cooled: the dew point that one sensor knows is that of the air around it. */
function humidAir(
  temperatures: readonly SensorValue[],
  humidities: readonly SensorValue[],
  place: (device: string, label: string) => Placing,
): HumidAir {
  const byDevice = new Map(temperatures.map((told) => [told.device, told]));
  const zones = new Map<string, Quantity[]>();
  const room: Quantity[] = [];
  for (const { device, label, value, provenance } of humidities) {
    const temperature = byDevice.get(device);
    const { role, zone } = place(device, temperature?.label ?? label);
    if (role === 'outdoor') continue;
    const dew = temperature === undefined || temperature.value === null || value === null ? null : dewPoint(temperature.value, value);
    const point = dew === null ? withheld('°C', 'missing') : quantity(dew, '°C', worstProvenance(['derived', provenance]));
    room.push(point);
    if (zone !== null) zones.set(zone.id, [...(zones.get(zone.id) ?? []), point]);
  }
  return {
    own: new Map(humidities.map((told) => [told.device, told])),
    zones: new Map([...zones].map(([id, points]) => [id, meanOf(points)])),
    room: meanOf(room),
  };
}

function sensorOf(told: SensorValue, placing: Placing, air: HumidAir, thermalClass: ThermalClass): Known {
  const { device, label, value } = told;
  const temperatureC = toldQuantity('°C')(told);
  const { relativeHumidity, dewPointC } = humidityOf(told, placing, air);
  const isInlet = placing.role === 'inlet' && value !== null;
  const { recommended, allowable } = classLimits[thermalClass];
  const beyond = isInlet ? airFaults(recommended, value, relativeHumidity.value) : [];
  const level: AirLevel | null = !isInlet
    ? null
    : beyond.length === 0
      ? 'recommended'
      : airFaults(allowable, value, relativeHumidity.value).length === 0
        ? 'allowable'
        : 'outside';
  return {
    placing,
    sensor: {
      device,
      label,
      role: placing.role,
      byName: placing.byName,
      zone: placing.zone?.id ?? null,
      temperatureC,
      relativeHumidity,
      dewPointC,
      level,
      faults: beyond,
    },
  };
}

function humidityOf(
  { device, value }: SensorValue,
  { role, zone }: Placing,
  air: HumidAir,
): Pick<CoolingSensor, 'relativeHumidity' | 'dewPointC'> {
  const own = air.own.get(device);
  const none = (why: Withheld): Pick<CoolingSensor, 'relativeHumidity' | 'dewPointC'> => ({
    relativeHumidity: withheld('%', why),
    dewPointC: withheld('°C', why),
  });
  if (value === null) return none('missing');
  if (own !== undefined) {
    if (own.value === null) return none('missing');
    const dew = dewPoint(value, own.value);
    return {
      relativeHumidity: quantity(own.value, '%', own.provenance),
      dewPointC: dew === null ? withheld('°C', 'missing') : quantity(dew, '°C', worstProvenance(['derived', own.provenance])),
    };
  }
  if (role === null || role === 'outdoor' || role === 'water-supply' || role === 'water-return') return none('no-sensor');
  const near = (zone === null ? undefined : air.zones.get(zone.id)) ?? air.room;
  if (near.value === null) return none(near.withheld ?? 'missing');
  return { relativeHumidity: quantity(relativeHumidityAt(value, near.value), '%', near.provenance), dewPointC: near };
}

function zonesOf(
  known: readonly Known[],
  places: readonly TreeNode[],
  nodePower: ReadonlyMap<string, Quantity>,
  pressurePa: number,
): CoolingZone[] {
  const zones = new Map<string, { readonly name: string; readonly own: CoolingSensor[] }>();
  for (const { sensor, placing } of known) {
    if (placing.zone === null || placing.role === null || !ofRack.has(placing.role)) continue;
    const zone = zones.get(placing.zone.id) ?? { name: placing.zone.name, own: [] };
    zones.set(placing.zone.id, zone);
    zone.own.push(sensor);
  }
  const order = new Map(places.map(({ id }, index) => [id, index]));
  return [...zones]
    .sort(([a], [b]) => (order.get(a) ?? Infinity) - (order.get(b) ?? Infinity) || a.localeCompare(b))
    .map(([id, { name, own }]): CoolingZone => {
      const inlets = own.filter(({ role }) => role === 'inlet');
      const outletC = meanOf(own.filter(({ role }) => role === 'outlet').map(({ temperatureC }) => temperatureC));
      const riseK = difference(outletC, meanOf(inlets.map(({ temperatureC }) => temperatureC)));
      const water = (role: SensorRole): Quantity =>
        meanOf(own.filter((sensor) => sensor.role === role).map(({ temperatureC }) => temperatureC));
      const waterRiseK = difference(water('water-return'), water('water-supply'));
      const powerW = powerOf(id, places, nodePower);
      const levels = inlets.flatMap(({ level }) => level ?? []);
      return {
        id,
        name,
        inletC: highestOf(inlets.map(({ temperatureC }) => temperatureC)),
        outletC,
        riseK,
        powerW,
        ...flowsOf(powerW, riseK, waterRiseK, densityOf(inlets, pressurePa)),
        waterRiseK,
        level: (['outside', 'allowable', 'recommended'] as const).find((one) => levels.includes(one)) ?? null,
      };
    });
}

/** What the nodes of a rack draw together; of one that is not known the sum is withheld. */
function powerOf(zone: string, places: readonly TreeNode[], nodePower: ReadonlyMap<string, Quantity>): Quantity {
  const nodes = places.filter(({ kind, id, parent }) => kind === 'node' && (id === zone || parent === zone));
  const powers = nodes.flatMap(({ id }) => nodePower.get(id) ?? []);
  if (powers.length === 0) return withheld('W', 'no-sensor');
  const silent = powers.find(({ value }) => value === null);
  if (silent !== undefined) return withheld('W', silent.withheld ?? 'missing');
  return quantity(
    powers.reduce((sum, { value }) => sum + (value ?? 0), 0),
    'W',
    worstProvenance(['derived', ...powers.map(({ provenance }) => provenance)]),
  );
}

function densityOf(inlets: readonly CoolingSensor[], pressurePa: number): number {
  const [t, rh] = [meanOf(inlets.map(({ temperatureC }) => temperatureC)), meanOf(inlets.map(({ relativeHumidity }) => relativeHumidity))];
  const air = t.value === null ? null : moistAir(t.value, rh.value ?? 40, pressurePa);
  return air?.density ?? (AIR_DENSITY * pressurePa) / pressureAt(0);
}

/** Air or water that carries all of the heat away; which part each of both takes, no temperature tells. */
function flowsOf(powerW: Quantity, riseK: Quantity, waterRiseK: Quantity, density: number): Pick<CoolingZone, 'airflow' | 'waterFlow'> {
  const isBoth = riseK.value !== null && waterRiseK.value !== null;
  const flow = (ofRise: Quantity, carries: (heatW: number, rise: number) => number | null): Quantity => {
    const provenance = worstProvenance(['derived', powerW.provenance, ofRise.provenance]);
    if (powerW.value === null || ofRise.value === null) return withheld('m³/h', ofRise.withheld ?? powerW.withheld ?? 'missing');
    if (isBoth) return withheld('m³/h', 'no-sensor', provenance);
    const found = carries(powerW.value, ofRise.value);
    return found === null ? withheld('m³/h', 'it-load-near-zero') : quantity(found, 'm³/h', provenance);
  };
  return { airflow: flow(riseK, (heatW, rise) => airflow(heatW, rise, density)), waterFlow: flow(waterRiseK, waterFlow) };
}

function inletIndex(inlets: readonly Quantity[], thermalClass: ThermalClass): Pick<CoolingNow, 'rciHigh' | 'rciLow'> {
  const known = inlets.flatMap(({ value }) => value ?? []);
  const index =
    inlets.length > 0 && known.length >= inlets.length * KNOWN_SHARE ? rackCoolingIndex(known, classLimits[thermalClass]) : null;
  if (index === null) {
    const none = withheld('%', inlets.length === 0 ? 'no-sensor' : 'missing');
    return { rciHigh: none, rciLow: none };
  }
  const provenance = worstProvenance(['derived', ...inlets.filter(({ value }) => value !== null).map((inlet) => inlet.provenance)]);
  return { rciHigh: quantity(index.high, '%', provenance), rciLow: quantity(index.low, '%', provenance) };
}

interface RackRise {
  readonly inletC: number;
  readonly outletC: number;
  readonly riseK: number;
  /** Its power over its rise where that is known of all of them; else all count alike. */
  readonly flow: number;
}

/** Racks that warm their air, with the air through each. */
function risesOf(zones: readonly CoolingZone[]): RackRise[] {
  const racks = zones.flatMap(({ outletC, riseK, powerW }) =>
    outletC.value === null || riseK.value === null || riseK.value <= 0
      ? []
      : [{ inletC: outletC.value - riseK.value, outletC: outletC.value, riseK: riseK.value, powerW: powerW.value }],
  );
  const isWeighed = racks.every(({ powerW }) => powerW !== null && powerW > 0);
  return racks.map(({ powerW, ...rack }) => ({ ...rack, flow: isWeighed ? (powerW ?? 0) / rack.riseK : 1 }));
}

function returnIndex(supplyC: Quantity, returnC: Quantity, zones: readonly CoolingZone[]): Quantity {
  const missing = [supplyC, returnC].find(({ value }) => value === null);
  if (missing !== undefined) return withheld('%', missing.withheld ?? 'missing');
  const racks = risesOf(zones);
  if (racks.length === 0) return withheld('%', 'no-sensor');
  // The return is a mixture: a rack counts by the air through it.
  const rise = racks.reduce((sum, { riseK, flow }) => sum + riseK * flow, 0) / racks.reduce((sum, { flow }) => sum + flow, 0);
  const index = returnTemperatureIndex(supplyC.value ?? 0, returnC.value ?? 0, rise);
  return index === null
    ? withheld('%', 'it-load-near-zero')
    : quantity(index, '%', worstProvenance(['derived', supplyC.provenance, returnC.provenance, ...provenancesOf(zones)]));
}

function heatIndex(supplyC: Quantity, zones: readonly CoolingZone[]): Quantity {
  if (supplyC.value === null) return withheld('1', supplyC.withheld ?? 'missing');
  const racks = risesOf(zones);
  if (racks.length === 0) return withheld('1', 'no-sensor');
  const index = supplyHeatIndex(supplyC.value, racks);
  return index === null
    ? withheld('1', 'it-load-near-zero')
    : quantity(index, '1', worstProvenance(['derived', supplyC.provenance, ...provenancesOf(zones)]));
}

const provenancesOf = (zones: readonly CoolingZone[]): Provenance[] =>
  zones.flatMap(({ riseK }) => (riseK.value === null ? [] : [riseK.provenance]));

function difference(a: Quantity, b: Quantity): Quantity {
  const reason = a.withheld ?? b.withheld;
  return a.value === null || b.value === null
    ? withheld('K', reason ?? 'missing')
    : quantity(a.value - b.value, 'K', worstProvenance(['derived', a.provenance, b.provenance]));
}
