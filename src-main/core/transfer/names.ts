import { isMetricId, metricIds, metricOf, type MetricId } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';

/** A metric by its id, with what is known of it where the catalogue does not know it. */
export type NamedMetric = Pick<Series, 'metric' | 'definition'>;

/** The units of the catalogue as OpenMetrics writes them: in words, as the last part of a name. '1' has none. */
const unitWords: Readonly<Record<string, string>> = {
  '1': '',
  W: 'watts',
  J: 'joules',
  Wh: 'watt_hours',
  kWh: 'kilowatt_hours',
  V: 'volts',
  A: 'amperes',
  '°C': 'celsius',
  K: 'kelvins',
  '%': 'percent',
  B: 'bytes',
  'B/s': 'bytes_per_second',
  Hz: 'hertz',
  MHz: 'megahertz',
  ms: 'milliseconds',
  s: 'seconds',
  rpm: 'revolutions_per_minute',
  kg: 'kilograms',
  'kg/h': 'kilograms_per_hour',
  '¤/h': 'currency_per_hour',
  'samples/s': 'samples_per_second',
};

export const OWN_PREFIX = 'coldaisle_';

/** A unit the table does not know yet, in letters: "m3/h" → "m3_per_h". */
function inWords(unit: string): string {
  return unitWords[unit] ?? unit.replaceAll('/', '_per_').replaceAll(/\W+/g, '_').toLowerCase();
}

/** More words for units that others write. */
const unitsByWord: ReadonlyMap<string, string> = new Map([
  ...Object.entries(unitWords).flatMap(([unit, words]): [string, string][] => (words === '' ? [] : [[words, unit]])),
  ['ratio', '1'],
  ['bits', 'bit'],
  ['rpm', 'rpm'],
  ['watt', 'W'],
  ['volt', 'V'],
  ['amps', 'A'],
  ['microseconds', 'µs'],
  ['nanoseconds', 'ns'],
  ['megabytes', 'MB'],
  ['millijoules', 'mJ'],
  ['milliwatts', 'mW'],
  ['c', '°C'],
  ['w', 'W'],
  ['%', '%'],
]);

/**
 * The unit that a metric's name ends with in words (`node_disk_io_time_seconds` → s), or that words alone say; null = none.
 * @param whole the words are a unit, and nothing stands before them
 */
export function unitOfWords(words: string, whole: boolean): string | null {
  const lower = words.toLowerCase();
  if (whole)
    return unitsByWord.get(lower) ?? (unitsByWord.has(lower) ? lower : (Object.keys(unitWords).find((unit) => unit === words) ?? null));
  const parts = lower.split('_');
  for (let from = Math.max(1, parts.length - 3); from < parts.length; from++) {
    const tail = parts.slice(from).join('_');
    const unit = tail.length < 3 ? undefined : unitsByWord.get(tail);
    if (unit !== undefined) return unit;
  }
  return null;
}

/** "watts"; empty for what has no dimension. */
export function unitName(metric: NamedMetric): string {
  return inWords(metricOf(metric).unit);
}

/** `gpu.power` → `coldaisle_gpu_power_watts`. Metrics of other sources may share one; a label of their samples tells them apart. */
export function familyName(named: NamedMetric): string {
  const unit = unitName(named);
  const name = `${OWN_PREFIX}${named.metric.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
  return unit === '' || name.endsWith(`_${unit}`) ? name : `${name}_${unit}`;
}

/**
 * The TYPE of its family. What only grows would be a counter, but a counter's value may not be NaN, which is how a moment
 * at which the source had no value is told; `unknown` keeps those moments.
 */
export function familyType(metric: NamedMetric): 'gauge' | 'unknown' {
  return metricOf(metric).kind === 'counter' ? 'unknown' : 'gauge';
}

/** What a family is for, in words; with the unit as it is written here where the catalogue does not say it. */
export function familyHelp(named: NamedMetric): string {
  const { name, unit } = metricOf(named);
  return isMetricId(named.metric) || unit === '' ? name : `${name} [${unit}]`;
}

const byFamily = new Map<string, MetricId>(metricIds.map((metric) => [familyName({ metric }), metric]));

/** The metric that this app exports under this name; null for any other. */
export function metricOfFamily(name: string): MetricId | null {
  return byFamily.get(name) ?? null;
}
