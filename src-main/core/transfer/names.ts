import { metricDef, metricIds, type MetricId } from '@shared/model/metrics';

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
  'cur/h': 'currency_per_hour',
  'samples/s': 'samples_per_second',
};

const PREFIX = 'coldaisle_';

/** A unit the table does not know yet, in letters: "m3/h" → "m3_per_h". */
function inWords(unit: string): string {
  return unitWords[unit] ?? unit.replaceAll('/', '_per_').replaceAll(/\W+/g, '_').toLowerCase();
}

/** "watts"; empty for what has no dimension. */
export function unitName(metric: MetricId): string {
  return inWords(metricDef(metric).unit);
}

/** `gpu.power` → `coldaisle_gpu_power_watts`. */
export function familyName(metric: MetricId): string {
  const unit = unitName(metric);
  return `${PREFIX}${metric.replaceAll('.', '_')}${unit === '' ? '' : `_${unit}`}`;
}

/**
 * The TYPE of its family. What only grows would be a counter, but a counter's value may not be NaN, which is how a moment
 * at which the source had no value is told; `unknown` keeps those moments.
 */
export function familyType(metric: MetricId): 'gauge' | 'unknown' {
  const kind: string = metricDef(metric).kind;
  return kind === 'counter' ? 'unknown' : 'gauge';
}

const byFamily = new Map<string, MetricId>(metricIds.map((metric) => [familyName(metric), metric]));

/** The metric that this app exports under this name; null for any other. */
export function metricOfFamily(name: string): MetricId | null {
  return byFamily.get(name) ?? null;
}
