import { placings } from '@shared/climate/cooling-state';
import { onGrid } from '@shared/climate/grid';
import { heldOnGrid } from '@shared/climate/held-course';
import { isWeatherFile } from '@shared/climate/sensor-role';
import { sumOfCourses } from '@shared/energy/course-sum';
import type { FitTarget } from '@shared/energy/fit-targets';
import type { FitData } from '@shared/energy/power-fit';
import { HOST_DEVICE, LOCAL_NODE, ROOM_DEVICE, type TreeNode } from '@shared/model/device-tree';
import type { CoolingSettings } from '@shared/model/cooling';
import type { MetricName } from '@shared/model/metric';
import { provenances } from '@shared/model/provenance';
import { MAX_SERIES_PER_QUERY, type HistoryColumns, type Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import type { StoreReader } from '../../store/types';

/** Shorter means are apart by when the meters were read. ms */
const MIN_BUCKET_MS = 60_000;
const MAX_BUCKETS = 2_000;

/** By the start of each stretch of time, its mean. */
export type Course = ReadonlyMap<number, number>;

export interface FitHistory {
  readonly bucketMs: number;
  readonly power: (device: string) => Course | null;
  readonly it: Course | null;
  readonly outdoor: Course | null;
}

interface HistorySource {
  readonly reader: Pick<StoreReader, 'samples'>;
  readonly series: readonly Series[];
  readonly cooling: CoolingSettings;
  readonly places: readonly TreeNode[];
}

const METER: readonly MetricName[] = ['meter.power', 'facility.meter.power'];
/** What a node tells of itself: of a model nothing is fitted. */
const NODE: readonly MetricName[] = ['host.power', 'it.power'];
const better = (a: Series, b: Series): number => provenances.indexOf(a.provenance) - provenances.indexOf(b.provenance);

/** What was recorded of these meters, of the IT's power and of the outdoor temperature, as means over equal stretches. */
export async function readFitHistory(
  range: TimeRange,
  devices: readonly string[],
  { reader, series, cooling, places }: HistorySource,
  signal: AbortSignal,
): Promise<FitHistory> {
  const place = placings(cooling, places);
  const find = (device: string, metrics: readonly MetricName[]): Series | undefined =>
    metrics.flatMap((metric) =>
      series.filter((own) => own.device === device && own.metric === metric && own.provenance !== 'modelled').sort(better),
    )[0];
  const meterOf = (device: string): Series | undefined => find(device, METER) ?? find(device === LOCAL_NODE ? HOST_DEVICE : device, NODE);
  const itPower = series.filter(({ metric }) => metric === 'it.power').sort(better);
  const it = itPower.find(({ device }) => device === ROOM_DEVICE) ?? itPower.find(({ device }) => device === HOST_DEVICE);
  const outdoor = series.filter(
    ({ metric, device, label }) => metric === 'sensor.temperature' && device !== ROOM_DEVICE && place(device, label).role === 'outdoor',
  );
  const [files, sensors] = [outdoor.filter(({ device }) => isWeatherFile(device)), outdoor.filter(({ device }) => !isWeatherFile(device))];
  const meters = new Map(devices.map((device) => [device, meterOf(device)]));
  const wanted = [...new Set([...meters.values(), it, ...outdoor])].filter((own) => own !== undefined);
  const query = { ...range, maxPoints: bucketsOf(range) };
  const columns: HistoryColumns[] = [];
  let bucketMs = MIN_BUCKET_MS;
  for (let from = 0; from < wanted.length; from += MAX_SERIES_PER_QUERY) {
    const seriesIds = wanted.slice(from, from + MAX_SERIES_PER_QUERY).map(({ id }) => id);
    const answer = await reader.samples.history({ ...query, seriesIds }, signal);
    bucketMs = Math.max(bucketMs, answer.bucketMs);
    columns.push(...answer.columns);
  }
  // A few samples come as they are, many as means: all are brought to the widest stretch.
  const weather = new Set(outdoor.map(({ id }) => id));
  const courses = new Map(
    columns.map(({ seriesId, atMs, mean }) => [seriesId, (weather.has(seriesId) ? heldOnGrid : onGrid)({ timesMs: atMs, mean }, bucketMs)]),
  );
  const of = (own: Series | undefined): Course | null => (own === undefined ? null : (courses.get(own.id) ?? null));
  return {
    bucketMs,
    power: (device) => of(meters.get(device)),
    it: of(it),
    outdoor: firstOf(meanOf(sensors.flatMap((own) => of(own) ?? [])), meanOf(files.flatMap((own) => of(own) ?? []))),
  };
}

const bucketsOf = ({ fromMs, toMs }: TimeRange): number => Math.max(2, Math.min(MAX_BUCKETS, Math.floor((toMs - fromMs) / MIN_BUCKET_MS)));

/** The sensors' stretches, and where they say nothing those of the files of past weather. */
const firstOf = (sensors: Course | null, files: Course | null): Course | null =>
  sensors === null || files === null ? (sensors ?? files) : new Map([...files, ...sensors]);

function meanOf(courses: readonly Course[]): Course | null {
  const [first, ...others] = courses;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  return new Map(
    [...new Set(courses.flatMap((course) => [...course.keys()]))].map((at) => {
      const own = courses.flatMap((course) => course.get(at) ?? []);
      return [at, own.reduce((sum, value) => sum + value, 0) / own.length];
    }),
  );
}

/** The stretches in which all of a target is known; null = one of its meters was never recorded. */
export function fitData({ kind, above, below }: FitTarget, history: FitHistory): FitData | null {
  const input = sumOfCourses(above.map(history.power));
  const load = kind === 'loss' ? sumOfCourses(below.map(history.power)) : history.it;
  if (input === null || load === null) return null;
  const outdoor = kind === 'loss' ? null : history.outdoor;
  const at = [...load.keys()].filter((moment) => input.has(moment) && (outdoor === null || outdoor.has(moment)));
  const own = (course: Course): number[] => at.map((moment) => course.get(moment) ?? 0);
  const [loads, inputs] = [own(load), own(input)];
  return {
    load: loads,
    told: kind === 'cooling' ? inputs : inputs.map((value, i) => value - (loads[i] ?? 0)),
    outdoor: outdoor === null ? null : own(outdoor),
  };
}
