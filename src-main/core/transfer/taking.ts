import { MetricName, type MetricDefinition, type MetricKind } from '@shared/model/metric';
import { isMetricId } from '@shared/model/metrics';
import { Provenance } from '@shared/model/provenance';
import { DeviceId, type SeriesKey } from '@shared/model/series';
import { message, type KeyedMessage } from '@shared/text/message';
import { fill, type MappingRule } from './mapping';

/** A series as a file names it, not looked at yet. */
type NamedSeries = Omit<SeriesKey, 'provenance'> & { readonly provenance: string };

/** Digits that a unit is worth showing. */
const digitsOf: Readonly<Record<string, number>> = {
  '': 3,
  '1': 3,
  W: 1,
  J: 0,
  '°C': 1,
  '%': 1,
  B: 0,
  'B/s': 0,
  MHz: 0,
  rpm: 0,
  s: 3,
  ms: 2,
  V: 2,
  A: 2,
};
const MAX_LABEL = 200;

/** A rule that takes something in. */
export type TakenRule = MappingRule & { readonly metric: string };

export function isTaken(rule: MappingRule): rule is TakenRule {
  return rule.metric !== null;
}

/** What a file tells of a metric that the catalogue does not know; undefined for one that it knows. */
export function definitionInUnit(metric: string, unit: string, name = metric, kind: MetricKind = 'gauge'): MetricDefinition | undefined {
  if (isMetricId(metric)) return undefined;
  const digits = kind === 'counter' ? 0 : (digitsOf[unit] ?? 2);
  return { name: name.slice(0, 200) || metric.slice(0, 200), unit: unit.slice(0, 40), kind, digits, range: null };
}

/** The series, or why it is none. */
export function keyOf({ device, metric, label, provenance: given, definition }: NamedSeries): SeriesKey | KeyedMessage {
  if (!DeviceId.safeParse(device).success) return message('message.record.badDevice', { device: device.slice(0, 40) });
  if (!MetricName.safeParse(metric).success) return message('message.record.badMetric', { metric: metric.slice(0, 40) });
  const provenance = Provenance.safeParse(given);
  if (!provenance.success) return message('message.record.badProvenance', { given: given.slice(0, 40) });
  const own = definition === undefined ? {} : { definition };
  return { device, metric, label: label.slice(0, MAX_LABEL), provenance: provenance.data, ...own };
}

/** The series that a rule makes of labels, or of the cells of a row; or why it makes none. */
export function ruledKey(rule: TakenRule, values: ReadonlyMap<string, string>): SeriesKey | KeyedMessage {
  const device = fill(rule.device, values);
  const label = fill(rule.label, values);
  const missing = 'missing' in device ? device.missing : 'missing' in label ? label.missing : null;
  if (missing !== null || !('text' in device) || !('text' in label))
    return message('message.csv.noLabel', { label: missing ?? '', rule: rule.name });
  const given = Provenance.safeParse(values.get('provenance'));
  const provenance = rule.provenance ?? (given.success ? given.data : 'measured');
  return keyOf({ device: device.text, metric: rule.metric, label: label.text, provenance });
}
