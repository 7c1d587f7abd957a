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
  const labels = [`device="${escaped(device)}"`, ...(label === '' ? [] : [`label="${escaped(label)}"`]), ...own, `provenance="${provenance}"`];
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
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i;

/**
 * Takes a sample's line apart: `name{label="value",…} value [time] [# exemplar]`. Exemplars are ignored. It takes what
 * the older Prometheus text format writes too: more than one space, a comma before the closing brace.
 *
 * @returns what is wrong with it, in words, for a line that is none
 */
export function parseSample(line: string): ParsedSample | string {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return 'it does not begin with a metric name';
  const labels = new Map<string, string>();
  let at = name.length;
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels);
    if (typeof end === 'string') return end;
    at = end;
  }
  const rest = line.slice(at);
  const exemplar = rest.indexOf(' # ');
  const fields = (exemplar === -1 ? rest : rest.slice(0, exemplar)).trim().split(/\s+/);
  const [value = '', time] = fields;
  if (!/^\s/.test(rest) || value === '') return 'it has no value';
  if (fields.length > 2) return 'there is something after its time';
  if (!NUMBER.test(value)) return `"${value}" is not a number`;
  if (time !== undefined && !NUMBER.test(time)) return `"${time}" is not a time`;
  return { name, labels, value: numberOf(value), time: time ?? null };
}

/** @returns the position after the closing brace, or what is wrong */
function readLabels(line: string, from: number, labels: Map<string, string>): number | string {
  let at = from;
  for (;;) {
    while (line[at] === ' ') at += 1;
    if (line[at] === '}') return at + 1;
    LABEL_NAME.lastIndex = at;
    const label = LABEL_NAME.exec(line)?.[1];
    if (label === undefined) return 'its labels are not name="value"';
    if (labels.has(label)) return `it has the label ${label} twice`;
    let text = '';
    for (at = LABEL_NAME.lastIndex; line[at] !== '"'; at++) {
      const sign = line[at];
      if (sign === undefined) return `its label ${label} has no end`;
      if (sign !== '\\') {
        text += sign;
        continue;
      }
      const next = line[++at];
      text += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next ?? ''}`;
    }
    labels.set(label, text);
    at += 1;
    while (line[at] === ' ') at += 1;
    if (line[at] === ',') at += 1;
    else if (line[at] !== '}') return 'its labels are not separated by commas';
  }
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.includes('nan')) return NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}
