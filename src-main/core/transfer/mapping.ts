import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { MetricName } from '@shared/model/metric';
import { isMetricId, metricIds } from '@shared/model/metrics';
import { Provenance } from '@shared/model/provenance';

/** What a foreign metric, or a column of a CSV file, is in the catalogue. */
export interface MappingRule {
  /** The metric's or the column's own name. */
  readonly name: string;
  /** Of the catalogue, or a name of the person's own; null = it is left out. */
  readonly metric: string | null;
  /** Texts with `{name}` for the value of a label, or of another column of the row. */
  readonly device: string;
  readonly label: string;
  /** What the value is multiplied with to be in the catalogue's unit. */
  readonly scale: number;
  /** Null: as the label or column `provenance` says, else measured. */
  readonly provenance: Provenance | null;
}

const RuleFile = z.record(
  z.string().min(1),
  z.strictObject({
    metric: MetricName.nullable(),
    device: z.string().min(1).optional(),
    label: z.string().optional(),
    scale: z.number().optional(),
    provenance: Provenance.optional(),
  }),
);

/** What a rule without a device says: the column or label of that name, where there is one. */
export const OWN_DEVICE = '{device}';
/** As the metric of what is left out. */
const LEAVE = '-';
const families = new Set(metricIds.map((id) => id.split('.')[0]));

/**
 * Rules as typed: `NAME=METRIC`, then `@DEVICE` and `*SCALE` where needed, separated by commas, as
 * `node_load1=host.load1@host,"Power, total"=facility.power@room*1000`. A name with a comma or an equals sign stands in quotes.
 * `NAME=-` leaves it out. Without a device, the label or column `device` says it, or the file.
 * @throws {AppError} `invalid-input`, in one line
 */
export function parseRules(text: string): MappingRule[] {
  return (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? ['']).map((part) => {
    const match = /^\s*("(?:[^"]|"")*"(?:#\d+)?|[^=]+?)\s*=\s*([^@*\s]+)\s*(?:@\s*([^*]+?))?\s*(?:\*\s*(\S+))?\s*$/.exec(part);
    if (!match)
      throw new AppError('invalid-input', `"${part.trim()}" is no mapping. It takes NAME=METRIC@DEVICE*SCALE, the last two where needed.`);
    const [, name = '', metric = '', device = OWN_DEVICE, factor = '1'] = match;
    const scale = Number(factor);
    if (!Number.isFinite(scale)) throw new AppError('invalid-input', `"${factor}" is no number to multiply with.`);
    return { name: unquoted(name), metric: metric === LEAVE ? null : checked(metric), device, label: '', scale, provenance: null };
  });
}

function unquoted(name: string): string {
  const match = /^"(.*)"(#\d+)?$/.exec(name);
  return match ? `${(match[1] ?? '').replaceAll('""', '"')}${match[2] ?? ''}` : name;
}

/** A name of one's own may be anything but one that looks like the catalogue's and is not: that is a slip of the pen. */
function checked(metric: string): string {
  const [family = ''] = metric.split('.');
  if (isMetricId(metric) || !metric.includes('.') || !families.has(family)) return metric;
  const near = metricIds.filter((id) => id.startsWith(`${family}.`)).slice(0, 12);
  throw new AppError(
    'invalid-input',
    `"${metric}" is no metric of the catalogue, which has: ${near.join(', ')}. A metric of one's own begins with another word.`,
  );
}

/**
 * Rules as a JSON file holds them: `{ "NAME": { "metric", "device", "label", "scale", "provenance" } }`, all but the metric optional.
 * @throws {AppError} `invalid-input`, in one line
 */
export function parseRuleFile(json: string): MappingRule[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new AppError('invalid-input', `The mapping is no JSON: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
  const read = RuleFile.safeParse(parsed);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new AppError(
      'invalid-input',
      `The mapping is not valid at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'unknown'}.`,
    );
  }
  return Object.entries(read.data).map(([name, { metric, device = OWN_DEVICE, label = '', scale = 1, provenance = null }]) => ({
    name,
    metric: metric === null ? null : checked(metric),
    device,
    label,
    scale,
    provenance,
  }));
}

/** The names between braces in a template. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
}

/** Fills a template. @returns the first name that `values` lacks, when there is one */
export function fill(template: string, values: ReadonlyMap<string, string>): { readonly text: string } | { readonly missing: string } {
  let missing: string | null = null;
  const text = template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  return missing === null ? { text } : { missing };
}
