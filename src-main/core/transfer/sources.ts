import { AppError } from '@shared/contract/errors';
import { isMetricId, metricDef, metricOf, saneValue, type MetricId } from '@shared/model/metrics';
import { Provenance } from '@shared/model/provenance';
import { DeviceId, type SeriesKey } from '@shared/model/series';
import { CSV_HEADER } from '../store/csv';
import { fill, placeholders, type MappingRule } from './mapping';
import { metricOfFamily } from './names';
import { parseSample, type ParsedSample } from './openmetrics-text';
import { csvFields } from './records';

/** One value of a file, in terms of the catalogue. */
export interface Imported {
  readonly key: SeriesKey;
  readonly atMs: number;
  readonly value: number | null;
}

/** Told while a record is read. */
export interface Findings {
  sample(found: Imported): void;
  /** Something of this record cannot be taken; `problem` says why. */
  bad(problem: string): void;
  /** A metric or column that nothing is known of. */
  unmapped(name: string): void;
}

/** Reads the records of one format. */
export interface Source {
  read(record: string, findings: Findings): void;
}

export interface SourceOptions {
  readonly rules: readonly MappingRule[];
  /** Later times are mistakes, ms: one of them would make all that is older look expired. */
  readonly latestMs: number;
}

/** A time above this is in ms, not s: as seconds it would be after the year 5000. */
const SECONDS_BELOW = 1e11;
const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a']);

/** OpenMetrics text, and the older Prometheus format with times in ms. */
export function openMetricsSource({ rules, latestMs }: SourceOptions): Source {
  const byName = new Map<string, MappingRule[]>();
  for (const rule of rules) byName.set(rule.name, [...(byName.get(rule.name) ?? []), rule]);
  return {
    read(record, findings) {
      const line = record.trim();
      // Metadata says nothing that the catalogue does not; a comment is one.
      if (line === '' || line.startsWith('#')) return;
      const parsed = parseSample(line);
      if (typeof parsed === 'string') return findings.bad(parsed);
      const own = metricOfFamily(parsed.name);
      const mapped = byName.get(parsed.name);
      if (mapped === undefined && own === null) return findings.unmapped(parsed.name);
      if (parsed.time === null) return findings.bad('it has no time');
      const atMs = numericTime(Number(parsed.time));
      const problem = timeProblem(atMs, latestMs);
      if (problem !== null) return findings.bad(problem);
      if (mapped === undefined) {
        if (own !== null) ownSample(own, parsed, atMs, findings);
        return;
      }
      for (const rule of mapped) applyRule(rule, parsed.labels, parsed.value, atMs, findings);
    },
  };
}

function ownSample(metric: MetricId, { labels, value }: ParsedSample, atMs: number, findings: Findings): void {
  const device = labels.get('device');
  if (device === undefined) return findings.bad('it has no label device');
  offer({ device, metric, label: labels.get('label') ?? '', provenance: labels.get('provenance') ?? 'measured' }, Number.isNaN(value) ? null : value, atMs, findings);
}

/** A file that begins with this line was exported here. */
export function isOwnCsv(header: string): boolean {
  return header === CSV_HEADER.trimEnd();
}

/** What this app exports as CSV (store/csv.ts). */
export function ownCsvSource({ latestMs }: SourceOptions): Source {
  return {
    read(record, findings) {
      if (record === '') return;
      const fields = csvFields(record, ',');
      if (fields.length !== 8) return findings.bad(`it has ${fields.length} fields instead of 8`);
      const [, time = '', device = '', label = '', metric = '', unit = '', provenance = '', text = ''] = fields;
      const atMs = /^\d{1,16}$/.test(time) ? Number(time) : NaN;
      const problem = timeProblem(atMs, latestMs);
      if (problem !== null) return findings.bad(problem);
      if (!isMetricId(metric)) return findings.unmapped(metric);
      const wanted = metricDef(metric).unit;
      if (unit !== wanted) return findings.bad(`its unit is "${unit}" instead of "${wanted}"`);
      const value = cell(text);
      if (value === undefined) return findings.bad(`"${text}" is not a number`);
      offer({ device: unguarded(device), metric, label: unguarded(label), provenance }, value, atMs, findings);
    },
  };
}

/** Takes off the apostrophe that the export puts before what a spreadsheet would run. */
function unguarded(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** The sign between the fields of a CSV file, by its first line. */
export function csvSeparator(header: string): string {
  return [',', ';', '\t'].find((sign) => header.includes(sign)) ?? ',';
}

/** The columns of a CSV file that was not exported here, and the one that is the time: the one named, or with a usual name. */
export function csvColumns(header: string, separator: string, timeColumn: string | null): { readonly columns: readonly string[]; readonly time: number } {
  const columns = csvFields(header, separator).map((name) => name.trim());
  return { columns, time: columns.findIndex((name) => (timeColumn === null ? TIME_NAMES.includes(name.toLowerCase()) : name === timeColumn)) };
}

const TIME_NAMES = ['at_ms', 'time_utc', 'timestamp', 'time', 'datetime', 'date'];

export interface GenericCsvOptions extends SourceOptions {
  readonly header: string;
  readonly separator: string;
  /** The column of the time; null = the one with a usual name. */
  readonly timeColumn: string | null;
}

/**
 * A CSV file of a time column and columns of values, of which rules say what they are.
 * @throws {AppError} `invalid-input` when the time column or every column of the rules is not there
 */
export function genericCsvSource({ header, separator, timeColumn, rules, latestMs }: GenericCsvOptions): Source {
  const { columns, time } = csvColumns(header, separator, timeColumn);
  const listed = `Its columns are: ${columns.slice(0, 40).join(', ')}.`;
  if (time === -1) throw new AppError('invalid-input', `${timeColumn === null ? 'It is not clear which column is the time: name it with --time.' : `There is no column "${timeColumn}" for the time.`} ${listed}`);
  const known = rules.filter((rule) => columns.includes(rule.name));
  if (known.length === 0) throw new AppError('invalid-input', `No column of values is mapped: say what they are with --map COLUMN=METRIC@DEVICE. ${listed}`);
  const used = new Set(['provenance', ...known.flatMap((rule) => [rule.name, ...placeholders(rule.device), ...placeholders(rule.label)])]);
  const unused = columns.flatMap((name, i) => (i === time || used.has(name) ? [] : [{ name, i }]));
  return {
    read(record, findings) {
      if (record.trim() === '') return;
      const fields = csvFields(record, separator);
      if (fields.length !== columns.length) return findings.bad(`it has ${fields.length} fields instead of ${columns.length}`);
      const atMs = anyTime((fields[time] ?? '').trim());
      const problem = timeProblem(atMs, latestMs);
      if (problem !== null) return findings.bad(problem);
      const row = new Map(columns.map((name, i) => [name, (fields[i] ?? '').trim()]));
      for (const rule of known) {
        const text = row.get(rule.name) ?? '';
        const value = cell(text);
        if (value === undefined) findings.bad(`"${text}" in ${rule.name} is not a number`);
        else applyRule(rule, row, value ?? NaN, atMs, findings);
      }
      for (const { name, i } of unused) if (fields[i] !== '') findings.unmapped(name);
    },
  };
}

function applyRule(rule: MappingRule, values: ReadonlyMap<string, string>, value: number, atMs: number, findings: Findings): void {
  const device = fill(rule.device, values);
  const label = fill(rule.label, values);
  const missing = 'missing' in device ? device.missing : 'missing' in label ? label.missing : null;
  if (missing !== null || !('text' in device) || !('text' in label)) return findings.bad(`it has no "${missing ?? ''}", which the mapping of ${rule.name} asks for`);
  const said = Provenance.safeParse(values.get('provenance'));
  const provenance = rule.provenance ?? (said.success ? said.data : 'measured');
  offer({ device: device.text, metric: rule.metric, label: label.text, provenance }, Number.isNaN(value) ? null : value * rule.scale, atMs, findings);
}

/** Checks what was read against the catalogue. A value it cannot mean is told, not taken for a missing one. */
function offer(key: Omit<SeriesKey, 'provenance'> & { provenance: string }, value: number | null, atMs: number, findings: Findings): void {
  const { device, metric, label, provenance: said } = key;
  if (!DeviceId.safeParse(device).success) return findings.bad(`"${device.slice(0, 40)}" is no device: 1 to 120 characters`);
  const provenance = Provenance.safeParse(said);
  if (!provenance.success) return findings.bad(`"${said}" is no provenance`);
  const { range, unit } = metricOf(key);
  if (value !== null && range !== null && saneValue(metricOf(key), value) === null) {
    return findings.bad(`${value} is outside of what ${metric} can be, ${range[0]} to ${range[1]} ${unit}`);
  }
  findings.sample({ key: { device, metric, label, provenance: provenance.data }, atMs, value });
}

/** The number in a cell; null for an empty one, undefined for what is none. */
function cell(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (MISSING.has(trimmed.toLowerCase())) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

function numericTime(time: number): number {
  return Math.round(time < SECONDS_BELOW ? time * 1000 : time);
}

/** Seconds or ms since the epoch, or ISO 8601; one without a zone is UTC. */
function anyTime(text: string): number {
  if (/^\d+(\.\d+)?(e\d+)?$/i.test(text)) return numericTime(Number(text));
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (!match) return NaN;
  const [, day = '', clock = '00:00', zone = 'Z'] = match;
  return Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
}

function timeProblem(atMs: number, latestMs: number): string | null {
  if (!Number.isSafeInteger(atMs) || atMs < 0) return 'its time is not one';
  return atMs > latestMs ? `its time, ${new Date(Math.min(atMs, 8.64e15)).toISOString()}, is yet to come` : null;
}
