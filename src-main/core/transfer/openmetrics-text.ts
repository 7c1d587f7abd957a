import { isKeyedMessage, message, type KeyedMessage } from '@shared/text/message';
import { shortened } from './csv/numbers';
import { isMetricId } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import { familyHelp, familyName, familyType, unitName, type NamedMetric } from './names';

/** https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md, text format 1.0.0. */
export const openMetricsEnd = '# EOF\n';

/** The lines before a family's samples. */
export function openMetricsHead(metric: NamedMetric): string {
  const name = familyName(metric);
  const unit = unitName(metric);
  return `# TYPE ${name} ${familyType(metric)}\n${unit === '' ? '' : `# UNIT ${name} ${unit}\n`}# HELP ${name} ${escaped(familyHelp(metric))}\n`;
}

/** Name and labels, which are the same for all samples of a series. An empty label is the same as none, and left out. A metric that is not in the catalogue has its id in a label. */
export function openMetricsSeries(key: SeriesKey): string {
  const { metric, device, label, provenance } = key;
  const own = isMetricId(metric) ? [] : [`metric="${escaped(metric)}"`];
  const labels = [
    `device="${escaped(device)}"`,
    ...(label === '' ? [] : [`label="${escaped(label)}"`]),
    ...own,
    `provenance="${provenance}"`,
  ];
  return `${familyName(key)}{${labels.join(',')}}`;
}

/** One sample: the shortest text that reads back to the same number, NaN for none; the time in seconds, to the millisecond. */
export function openMetricsLine(series: string, atMs: number, value: number): string {
  const seconds = Math.floor(atMs / 1000);
  const millis = atMs - seconds * 1000;
  const time = millis === 0 ? String(seconds) : `${seconds}.${String(millis).padStart(3, '0')}`;
  return `${series} ${value} ${time}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** One line of samples, taken apart. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** NaN where the text says so. */
  readonly value: number;
  /** As written; null when the line has none. */
  readonly time: string | null;
  /** Where name and labels end. */
  readonly end: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /\s*/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i;

/**
 * Takes a sample's line apart: `name{label="value",…} value [time] [# exemplar]`. Exemplars are ignored. It takes what
 * others write too: the older Prometheus format (more blanks, a comma before the closing brace, no blank after it), names in
 * quotes inside the braces (Prometheus 3), and a name that is the label `__name__` (`promtool tsdb dump`).
 *
 * @returns what is wrong with it, in words, for a line that is none
 */
export function parseSample(line: string): ParsedSample | KeyedMessage {
  const series = parseSeries(line);
  if (isKeyedMessage(series)) return series;
  const { name, labels, end } = series;
  const rest = line.slice(end);
  const exemplar = rest.indexOf(' # ');
  const fields = (exemplar === -1 ? rest : rest.slice(0, exemplar)).trim().split(/\s+/);
  const [value = '', time] = fields;
  if (value === '' || (!/^\s/.test(rest) && line[end - 1] !== '}')) return message('message.record.noValue');
  if (fields.length > 2) return message('message.record.afterTime');
  if (!NUMBER.test(value)) return message('message.csv.noNumber', { text: shortened(value) });
  if (time !== undefined && !NUMBER.test(time)) return message('message.csv.badTime', { text: shortened(time) });
  return { name, labels, value: numberOf(value), time: time ?? null, end };
}

/** The name and labels that a line begins with. @returns what is wrong with it, in words, for a line without */
function parseSeries(line: string): Pick<ParsedSample, 'name' | 'labels' | 'end'> | KeyedMessage {
  const bare = matchAt(NAME, line, 0) ?? '';
  const labels = new Map<string, string>();
  const brace = after(BLANKS, line, bare.length);
  if (line[brace] !== '{') return bare === '' ? message('message.record.noName') : { name: bare, labels, end: bare.length };
  const read = readLabels(line, brace + 1, labels);
  if (isKeyedMessage(read)) return read;
  const name = bare || read.name || labels.get('__name__') || '';
  labels.delete('__name__');
  return name === '' ? message('message.record.noName') : { name, labels, end: read.end };
}

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};
const after = (pattern: RegExp, text: string, at: number): number => at + (matchAt(pattern, text, at)?.length ?? 0);

/** @returns the position after the closing brace and a name that stood inside; or what is wrong */
function readLabels(
  line: string,
  from: number,
  labels: Map<string, string>,
): { readonly end: number; readonly name: string } | KeyedMessage {
  let name = '';
  for (let at = from; ;) {
    at = after(BLANKS, line, at);
    if (line[at] === '}') return { end: at + 1, name };
    const quoted = line[at] === '"' ? readQuoted(line, at) : null;
    const bare = quoted === null ? matchAt(LABEL_NAME, line, at) : undefined;
    const label = quoted?.text ?? bare;
    if (label === undefined) return line[at] === '"' ? message('message.record.openName') : message('message.record.badLabels');
    at = after(BLANKS, line, quoted?.end ?? at + label.length);
    if (line[at] === '=') {
      at = after(BLANKS, line, at + 1);
      if (line[at] !== '"') return message('message.record.badLabels');
      const value = readQuoted(line, at);
      if (value === null) return message('message.record.openLabel', { label });
      if (labels.has(label)) return message('message.record.labelTwice', { label });
      labels.set(label, value.text);
      at = after(BLANKS, line, value.end);
    } else if (quoted !== null && name === '') name = quoted.text;
    else return message('message.record.badLabels');
    if (line[at] === ',') at += 1;
    else if (line[at] !== '}') return message('message.record.labelsApart');
  }
}

/** The text in the quotes that begin here, and the position after them; null when they have no end. */
function readQuoted(line: string, from: number): { readonly text: string; readonly end: number } | null {
  let text = '';
  for (let at = from + 1; ; at++) {
    const sign = line[at];
    if (sign === undefined) return null;
    if (sign === '"') return { text, end: at + 1 };
    if (sign !== '\\') {
      text += sign;
      continue;
    }
    const next = line[++at];
    text += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next ?? ''}`;
  }
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.includes('nan')) return NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** `# TYPE name text`, in whichever of the hints it is written; null for any other comment. */
export function parseMetadata(
  line: string,
): { readonly what: 'type' | 'unit' | 'help'; readonly name: string; readonly text: string } | null {
  const match = /^#\s*(TYPE|UNIT|HELP)\s+("(?:[^"\\]|\\.)*"|\S+)(?:\s+(.*))?$/s.exec(line);
  if (match === null) return null;
  const [, what = '', written = '', text = ''] = match;
  const name = written.startsWith('"') ? (readQuoted(written, 0)?.text ?? written) : written;
  return { what: what.toLowerCase() as 'type' | 'unit' | 'help', name, text: what === 'HELP' ? unescaped(text) : text.trim() };
}

const unescaped = (text: string): string => text.replaceAll(/\\([\\n"])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
