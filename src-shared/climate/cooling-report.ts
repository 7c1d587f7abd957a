import type { AirCell, CoolingExcursion, CoolingReport, InletReport } from '../model/cooling';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '../model/provenance';
import type { TimeRange } from '../model/time-range';
import { WITHHELD_BELOW } from '../energy/coverage';
import { excursions, largestChange, type Course } from './excursions';
import { GRID_MS, onGrid } from './grid';
import { rackCoolingIndex } from './indices';
import { dewPoint, humidityRatio, pressureAt, relativeHumidityAt } from './moist-air';
import { airFaults, classLimits, type ThermalClass } from './thermal-class';

/** One sensor's course over the period, in buckets of the same width as all others. */
export interface SensorCourse extends Course {
  readonly device: string;
  readonly label: string;
  readonly zone: string | null;
  readonly provenance: Provenance;
  readonly mean: ArrayLike<number>;
}

export interface ReportInput extends TimeRange {
  readonly bucketMs: number;
  readonly thermalClass: ThermalClass;
  readonly altitudeM: number;
  readonly inlets: readonly SensorCourse[];
  /** Of the same devices or of others, %. */
  readonly humidities: readonly SensorCourse[];
  /** Temperatures of the devices that humidity is told of. */
  readonly beside: readonly SensorCourse[];
}

const MINUTE_MS = 60_000;
/** Buckets that are wider say nothing of what happens within 15 minutes. */
const RATE_BUCKET_MS = 5 * MINUTE_MS;
const MAX_EXCURSIONS = 200;
/** Of the psychrometric chart: half a kelvin by half a gram. */
const CELL = 0.5;
const HOUR_MS = 3_600_000;
/** So many of the inlets that were ever told have to be known for an index of a moment. */
const KNOWN_SHARE = 0.9;

/** What the inlets were like over a period, and for how long. */
export function coolingReport(input: ReportInput): Omit<CoolingReport, 'plant'> {
  const { fromMs, toMs, bucketMs, thermalClass, inlets } = input;
  const gridMs = Math.max(GRID_MS, bucketMs);
  const pressurePa = pressureAt(input.altitudeM);
  const moisture = moistureOf(input, gridMs);
  const cells = new Map<string, { temperatureC: number; humidityRatio: number; hours: number }>();
  const moments = new Map<number, number[]>();
  const slots = Math.max(1, Math.ceil((toMs - fromMs) / gridMs));
  const rows: InletReport[] = [];
  const left: CoolingExcursion[] = [];
  for (const inlet of inlets) {
    const grid = onGrid(inlet, gridMs);
    const shares = { recommended: 0, allowable: 0 };
    for (const [slot, temperatureC] of grid) {
      const humidity = moisture(inlet, slot, temperatureC);
      if (airFaults(classLimits[thermalClass].recommended, temperatureC, humidity).length === 0) shares.recommended += 1;
      if (airFaults(classLimits[thermalClass].allowable, temperatureC, humidity).length === 0) shares.allowable += 1;
      moments.set(slot, [...(moments.get(slot) ?? []), temperatureC]);
      const ratio = humidity === null ? null : humidityRatio(temperatureC, humidity, pressurePa);
      if (ratio !== null) addCell(cells, temperatureC, ratio, gridMs / HOUR_MS);
    }
    rows.push(rowOf(inlet, grid, shares, slots, bucketMs));
    left.push(...excursionsOf(inlet, thermalClass, gridMs));
  }
  left.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs) || a.fromMs - b.fromMs);
  return {
    fromMs,
    toMs,
    bucketMs,
    thermalClass,
    inlets: rows,
    excursions: left.slice(0, MAX_EXCURSIONS),
    moreExcursions: Math.max(0, left.length - MAX_EXCURSIONS),
    cells: [...cells.values()].map((cell): AirCell => cell),
    ...indexOver(moments, inlets, thermalClass, slots, toMs - fromMs),
  };
}

/** Relative humidity at an inlet: its own sensor's, else by the dew point that its zone's or the room's air had then. */
function moistureOf(
  { humidities, beside }: ReportInput,
  gridMs: number,
): (inlet: SensorCourse, slot: number, temperatureC: number) => number | null {
  const temperatures = new Map(beside.map((course) => [course.device, onGrid(course, gridMs)]));
  const own = new Map(humidities.map((course) => [course.device, onGrid(course, gridMs)]));
  const zones = new Map<string, Map<number, number[]>>();
  const ROOM = '';
  for (const { device, zone } of humidities)
    for (const [slot, humidity] of own.get(device) ?? []) {
      const temperature = temperatures.get(device)?.get(slot);
      const dew = temperature === undefined ? null : dewPoint(temperature, humidity);
      if (dew === null) continue;
      for (const place of zone === null ? [ROOM] : [ROOM, zone]) {
        const points = zones.get(place) ?? new Map<number, number[]>();
        zones.set(place, points);
        points.set(slot, [...(points.get(slot) ?? []), dew]);
      }
    }
  return ({ device, zone }, slot, temperatureC) => {
    const told = own.get(device)?.get(slot);
    if (told !== undefined) return told;
    const dews = (zone === null ? undefined : zones.get(zone)?.get(slot)) ?? zones.get(ROOM)?.get(slot);
    return dews === undefined ? null : relativeHumidityAt(temperatureC, dews.reduce((sum, dew) => sum + dew, 0) / dews.length);
  };
}

function addCell(
  cells: Map<string, { temperatureC: number; humidityRatio: number; hours: number }>,
  temperatureC: number,
  ratio: number,
  hours: number,
): void {
  const [t, w] = [Math.round(temperatureC / CELL) * CELL, Math.round(ratio / CELL) * CELL];
  const cell = cells.get(`${t} ${w}`);
  if (cell === undefined) cells.set(`${t} ${w}`, { temperatureC: t, humidityRatio: w, hours });
  else cell.hours += hours;
}

function rowOf(
  inlet: SensorCourse,
  grid: ReadonlyMap<number, number>,
  shares: { readonly recommended: number; readonly allowable: number },
  slots: number,
  bucketMs: number,
): InletReport {
  const { device, label, zone, provenance, min, max } = inlet;
  const known = grid.size;
  const [lowest, highest] = [extremeOf(min, Math.min), extremeOf(max, Math.max)];
  const changeIn = (windowMs: number): number | null => (bucketMs > RATE_BUCKET_MS ? null : (largestChange(inlet, windowMs)?.by ?? null));
  return {
    device,
    label,
    zone,
    provenance,
    minC: lowest,
    meanC: known === 0 ? null : [...grid.values()].reduce((sum, value) => sum + value, 0) / known,
    maxC: highest,
    coverage: Math.min(1, known / slots),
    recommendedShare: known === 0 ? null : shares.recommended / known,
    allowableShare: known === 0 ? null : shares.allowable / known,
    quarterK: changeIn(15 * MINUTE_MS),
    hourK: changeIn(HOUR_MS),
  };
}

function extremeOf(values: ArrayLike<number>, pick: (a: number, b: number) => number): number | null {
  let found: number | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isNaN(value)) found = found === null ? value : pick(found, value);
  }
  return found;
}

function excursionsOf(inlet: SensorCourse, thermalClass: ThermalClass, gridMs: number): CoolingExcursion[] {
  const { device, label, zone } = inlet;
  const gapMs = 5 * gridMs;
  return (['allowable', 'recommended'] as const).flatMap((limits) => {
    const { minC, maxC } = classLimits[thermalClass][limits];
    return excursions(inlet, minC, maxC, gapMs).map(({ side, fromMs, toMs, extreme, isOpen }): CoolingExcursion => ({
      device,
      label,
      zone,
      limits,
      side,
      fromMs,
      toMs,
      extremeC: extreme,
      isOpen,
    }));
  });
}

function indexOver(
  moments: ReadonlyMap<number, readonly number[]>,
  inlets: readonly SensorCourse[],
  thermalClass: ThermalClass,
  slots: number,
  windowMs: number,
): { rciHigh: Quantity; rciLow: Quantity } {
  let [high, low, count] = [0, 0, 0];
  for (const values of moments.values()) {
    const index = values.length < inlets.length * KNOWN_SHARE ? null : rackCoolingIndex(values, classLimits[thermalClass]);
    if (index === null) continue;
    high += index.high;
    low += index.low;
    count += 1;
  }
  if (count === 0) {
    const none = withheld('%', inlets.length === 0 ? 'no-sensor' : 'no-samples');
    return { rciHigh: none, rciLow: none };
  }
  const provenance = worstProvenance(['derived', ...inlets.map((inlet) => inlet.provenance)]);
  const coverage = Math.min(1, count / slots);
  if (coverage < WITHHELD_BELOW) {
    const few = { ...withheld('%', 'low-coverage', provenance), coverage };
    return { rciHigh: few, rciLow: few };
  }
  return {
    rciHigh: { ...quantity(high / count, '%', provenance, windowMs), coverage },
    rciLow: { ...quantity(low / count, '%', provenance, windowMs), coverage },
  };
}
