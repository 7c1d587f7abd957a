import type { Placing } from '@shared/climate/cooling-state';
import { GRID_MS, onGrid } from '@shared/climate/grid';
import { heldOnGrid } from '@shared/climate/held-course';
import { plantReport, type PlantCourse } from '@shared/climate/plant-report';
import { plantSources, unitKind } from '@shared/climate/plant-sources';
import { isWeatherFile } from '@shared/climate/sensor-role';
import { hourAt } from '@shared/climate/weather-year';
import type { SensorRole, CoolingSettings } from '@shared/model/cooling';
import type { PlantReport } from '@shared/model/cooling-plant';
import { HOST_DEVICE, ROOM_DEVICE } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { PowerPlace } from '@shared/model/power-tree';
import { worstProvenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';
import type { Facility } from '@shared/model/settings';
import type { TimeRange } from '@shared/model/time-range';
import type { WeatherYear } from '@shared/model/weather';
import { MAX_SERIES_PER_QUERY } from '@shared/model/series';
import type { StoreReader } from '../store/types';

export interface PlantSource {
  readonly reader: Pick<StoreReader, 'samples'>;
  readonly series: readonly Series[];
  readonly powerPlaces: readonly PowerPlace[];
  readonly facility: Facility;
  readonly ratedW: number | null;
  readonly hand: CoolingSettings['outdoor'];
  readonly year: WeatherYear | null;
}

/** A day by minutes. */
const POINTS = 1_440;

/** The plant over a period, by what was recorded of it. @param place where a sensor is */
export async function readPlantReport(
  range: TimeRange,
  source: PlantSource,
  place: (device: string, label: string) => Placing,
  signal: AbortSignal,
): Promise<PlantReport> {
  const { series, facility, ratedW, hand, year } = source;
  const of = (...metrics: readonly MetricId[]): Series[] => series.filter(({ metric }) => (metrics as readonly string[]).includes(metric));
  const inRole = (role: SensorRole): Series[] =>
    of('sensor.temperature').filter(({ device, label }) => {
      const own = place(device, label);
      return device !== ROOM_DEVICE && own.role === role && own.zone === null;
    });
  const power = of('meter.power', 'facility.meter.power');
  const found = plantSources({ places: source.powerPlaces, heat: of('meter.heat'), flow: of('meter.flow'), power });
  const by = (all: readonly Series[], devices: readonly string[]): Series[] =>
    devices.flatMap((device) => all.find((own) => own.device === device) ?? []);
  const it = of('it.power');
  const wanted = {
    heat: by(of('meter.heat'), found.heat),
    flow: found.flow === null ? [] : by(of('meter.flow'), [found.flow]),
    waterSupply: inRole('water-supply'),
    waterReturn: inRole('water-return'),
    outdoor: inRole('outdoor').filter(({ device }) => !isWeatherFile(device)),
    weather: inRole('outdoor').filter(({ device }) => isWeatherFile(device)),
    power: by(power, found.power ?? []),
    running: of('cooling.running').filter(({ device, label }) => unitKind(`${device} ${label}`) === 'chiller'),
    it: [it.find(({ device }) => device === ROOM_DEVICE) ?? it.find(({ device }) => device === HOST_DEVICE) ?? []].flat(),
  };
  const slowly = new Set([...wanted.outdoor, ...wanted.weather]);
  const { slotMs, courses } = await readCourses(range, source.reader, Object.values(wanted).flat(), slowly, signal);
  const coursesOf = (some: readonly Series[]): PlantCourse[] => some.flatMap(({ id }) => courses.get(id) ?? []);
  const outdoorC = outdoorCourse(meanCourse(coursesOf(wanted.outdoor)), meanCourse(coursesOf(wanted.weather)));
  return plantReport({
    slots: [Math.floor(range.fromMs / slotMs), Math.ceil(range.toMs / slotMs)],
    slotMs,
    windowMs: range.toMs - range.fromMs,
    facility,
    ratedW,
    heat: coursesOf(wanted.heat),
    isHeatUnclear: found.isHeatUnclear,
    flow: coursesOf(wanted.flow)[0] ?? null,
    waterSupply: meanCourse(coursesOf(wanted.waterSupply)),
    waterReturn: meanCourse(coursesOf(wanted.waterReturn)),
    power: found.power === null ? null : coursesOf(wanted.power),
    chillerPower: coursesOf(by(power, found.chillerPower)),
    running: coursesOf(wanted.running),
    it: coursesOf(wanted.it)[0] ?? null,
    outdoorC: (slot) => {
      const told = outdoorC(slot);
      if (told !== undefined) return told;
      if (hand !== null) return hand.dryBulbC;
      const hour = year === null ? NaN : (year.dryBulbC[hourAt(year, slot * slotMs)] ?? NaN);
      return Number.isNaN(hour) ? null : hour;
    },
  });
}

async function readCourses(
  range: TimeRange,
  reader: Pick<StoreReader, 'samples'>,
  all: readonly Series[],
  slowly: ReadonlySet<Series>,
  signal: AbortSignal,
): Promise<{ slotMs: number; courses: ReadonlyMap<number, PlantCourse> }> {
  const series = [...new Map(all.map((own) => [own.id, own])).values()];
  const columns = [];
  let bucketMs = 0;
  for (let from = 0; from < series.length; from += MAX_SERIES_PER_QUERY) {
    const seriesIds = series.slice(from, from + MAX_SERIES_PER_QUERY).map(({ id }) => id);
    const answer = await reader.samples.history({ ...range, seriesIds, maxPoints: POINTS }, signal);
    bucketMs = Math.max(bucketMs, answer.bucketMs);
    columns.push(...answer.columns);
  }
  const slotMs = Math.max(GRID_MS, bucketMs);
  const courses = columns.map(({ seriesId, atMs, mean }): [number, PlantCourse] => {
    const own = series.find(({ id }) => id === seriesId);
    const values = (own !== undefined && slowly.has(own) ? heldOnGrid : onGrid)({ timesMs: atMs, mean }, slotMs);
    return [seriesId, { provenance: own?.provenance ?? 'derived', values }];
  });
  return { slotMs, courses: new Map(courses) };
}

/**
 * What is known of the outdoor temperature at a slot: by the sensors, else by a file of that time. A silent sensor, and a gap of a
 * file between its hours, are replaced by nothing else (null); undefined = neither says anything of that time.
 */
function outdoorCourse(sensors: PlantCourse | null, files: PlantCourse | null): (slot: number) => number | null | undefined {
  const slots = [...(files?.values.keys() ?? [])];
  const [first, last] = [slots.reduce((a, b) => Math.min(a, b), Infinity), slots.reduce((a, b) => Math.max(a, b), -Infinity)];
  return (slot) => {
    const told = sensors?.values.get(slot) ?? files?.values.get(slot);
    if (told !== undefined) return told;
    return sensors !== null || (slot >= first && slot <= last) ? null : undefined;
  };
}

/** Of several sensors at the same place; a slot in which any of them is silent is left to the others. */
function meanCourse(courses: readonly PlantCourse[]): PlantCourse | null {
  const [first] = courses;
  if (first === undefined || courses.length === 1) return first ?? null;
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { values } of courses)
    for (const [slot, value] of values) {
      const { sum, count } = sums.get(slot) ?? { sum: 0, count: 0 };
      sums.set(slot, { sum: sum + value, count: count + 1 });
    }
  return {
    provenance: worstProvenance(['derived', ...courses.map(({ provenance }) => provenance)]),
    values: new Map([...sums].map(([slot, { sum, count }]) => [slot, sum / count])),
  };
}
