import { MetricDefinition, MetricName } from '@shared/model/metric';
import { isMetricId, saneValue } from '@shared/model/metrics';
import { provenances } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import type { TimedReadings } from './collector';

const MAX_DEVICE_LENGTH = 120;
const MAX_LABEL_LENGTH = 200;

/**
 * What a source answered, made safe: values no meter can mean become null, a reading given twice counts once (the last).
 * Null when the answer is not a list of readings at all; then nothing of it is used.
 */
export function checkReadings(answer: unknown): Reading[] | null {
  if (!Array.isArray(answer)) return null;
  const byKey = new Map<string, Reading>();
  for (const entry of answer as unknown[]) {
    const reading = checkReading(entry);
    if (reading === null) return null;
    byKey.set(readingKey(reading), reading);
  }
  return [...byKey.values()];
}

/** The same for samples with times of their own; a time that is no whole number of ms, or readings that are none, are left out. */
export function checkTimed(rows: readonly TimedReadings[]): TimedReadings[] {
  return rows.flatMap(({ atMs, readings }) => {
    const checked = Number.isSafeInteger(atMs) ? checkReadings(readings) : null;
    return checked === null ? [] : [{ atMs, readings: checked }];
  });
}

/** Device, metric and provenance together name one series. */
export function readingKey(reading: Pick<Reading, 'device' | 'metric' | 'provenance'>): string {
  return `${reading.device}\n${reading.metric}\n${reading.provenance}`;
}

function checkReading(entry: unknown): Reading | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { device, label, metric, provenance, definition, value, atMs } = entry as Partial<Record<keyof Reading, unknown>>;
  if (typeof device !== 'string' || device.length === 0 || device.length > MAX_DEVICE_LENGTH) return null;
  if (typeof label !== 'string' || typeof metric !== 'string') return null;
  const known = provenances.find((name) => name === provenance);
  if (known === undefined) return null;
  const number = typeof value === 'number' ? value : null;
  const own = typeof atMs === 'number' && Number.isFinite(atMs) ? { atMs: Math.round(atMs) } : {};
  const named = { device, label: label.slice(0, MAX_LABEL_LENGTH), metric, provenance: known, ...own };
  if (isMetricId(metric)) return { ...named, value: saneValue(metric, number) };
  // What the catalogue does not know, its source has to tell.
  const brought = MetricDefinition.safeParse(definition);
  if (!brought.success || !MetricName.safeParse(metric).success) return null;
  return { ...named, definition: brought.data, value: saneValue(brought.data, number) };
}
