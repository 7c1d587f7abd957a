import { coolingReport, type SensorCourse } from '@shared/climate/cooling-report';
import { placings, sensorLabel } from '@shared/climate/cooling-state';
import { AppError } from '@shared/contract/errors';
import type { CoolingReport, CoolingSettings } from '@shared/model/cooling';
import type { TreeNode } from '@shared/model/device-tree';
import { MAX_SERIES_PER_QUERY, type Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import { message } from '@shared/text/message';
import { readPlantReport, type PlantSource } from './plant-report';

const MAX_INLETS = 1_024;
/** Of all series together: what one answer takes a second for. */
const MAX_POINTS = 400_000;
/** A day by minutes. */
const POINTS = 1_440;

export interface ReportSource extends PlantSource {
  readonly settings: CoolingSettings;
  readonly places: readonly TreeNode[];
}

/**
 * The inlets over a period, by what was recorded of them and of the humidity beside them.
 * @throws {AppError} `too-large`
 */
export async function readCoolingReport(range: TimeRange, source: ReportSource, signal: AbortSignal): Promise<CoolingReport> {
  const { reader, series, settings, places } = source;
  const place = placings(settings, places);
  const temperatures = series.filter(({ metric, device }) => metric === 'sensor.temperature' && device !== 'room');
  const inlets = temperatures.filter(({ device, label }) => place(device, label).role === 'inlet');
  if (inlets.length > MAX_INLETS)
    throw new AppError('too-large', message('message.cooling.tooMany', { count: inlets.length, most: MAX_INLETS }));
  const humid = series.filter(({ metric, device, label }) => metric === 'sensor.humidity' && place(device, label).role !== 'outdoor');
  const humidDevices = new Set(humid.map(({ device }) => device));
  const beside = temperatures.filter(({ device }) => humidDevices.has(device));
  const wanted = [...new Set([...inlets, ...humid, ...beside])];
  const maxPoints = Math.max(60, Math.min(POINTS, Math.floor(MAX_POINTS / Math.max(1, wanted.length))));
  const courses = new Map<number, SensorCourse>();
  let bucketMs = 0;
  for (let from = 0; from < wanted.length; from += MAX_SERIES_PER_QUERY) {
    const part = wanted.slice(from, from + MAX_SERIES_PER_QUERY);
    const answer = await reader.samples.history({ ...range, seriesIds: part.map(({ id }) => id), maxPoints }, signal);
    bucketMs = Math.max(bucketMs, answer.bucketMs);
    for (const { seriesId, atMs, min, max, mean } of answer.columns) {
      const own = part.find(({ id }) => id === seriesId);
      if (own === undefined) continue;
      const { device, provenance } = own;
      const zone = place(device, own.label).zone?.id ?? null;
      courses.set(seriesId, { device, label: sensorLabel(places, device, own.label), provenance, zone, timesMs: atMs, min, max, mean });
    }
  }
  const coursesOf = (some: readonly Series[]): SensorCourse[] => some.flatMap(({ id }) => courses.get(id) ?? []);
  const report = coolingReport({
    ...range,
    bucketMs,
    thermalClass: settings.thermalClass,
    altitudeM: settings.altitudeM,
    inlets: coursesOf(inlets),
    humidities: coursesOf(humid),
    beside: coursesOf(beside),
  });
  return { ...report, plant: await readPlantReport(range, source, place, signal) };
}
