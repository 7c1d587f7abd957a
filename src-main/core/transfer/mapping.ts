import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { isMetricId, type MetricId } from '@shared/model/metrics';
import { MetricIdSchema } from '@shared/model/series';
import { Provenance } from '@shared/model/provenance';

/** What a foreign metric, or a column of a CSV file, is in the catalogue. */
export interface MappingRule {
  /** The metric's or the column's own name. */
  readonly name: string;
  readonly metric: MetricId;
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
    metric: MetricIdSchema,
    device: z.string().min(1).optional(),
    label: z.string().optional(),
    scale: z.number().optional(),
    provenance: Provenance.optional(),
  }),
);

const OWN_DEVICE = '{device}';

/**
 * Rules as typed: `NAME=METRIC`, then `@DEVICE` and `*SCALE` where needed, separated by commas, as
 * `node_load1=host.load1@host,DCGM_FI_DEV_POWER_USAGE=gpu.power@gpu{gpu}`. Without a device, the label or column `device` says it.
 * @throws {AppError} `invalid-input`, in one line
 */
export function parseRules(text: string): MappingRule[] {
  return text.split(',').map((part) => {
    const match = /^\s*([^=]+?)\s*=\s*([^@*\s]+)\s*(?:@\s*([^*]+?))?\s*(?:\*\s*(\S+))?\s*$/.exec(part);
    if (!match) throw new AppError('invalid-input', `"${part.trim()}" is no mapping. It takes NAME=METRIC@DEVICE*SCALE, the last two where needed.`);
    const [, name = '', metric = '', device = OWN_DEVICE, factor = '1'] = match;
    if (!isMetricId(metric)) throw new AppError('invalid-input', `"${metric}" is no metric of the catalogue.`);
    const scale = Number(factor);
    if (!Number.isFinite(scale)) throw new AppError('invalid-input', `"${factor}" is no number to multiply with.`);
    return { name, metric, device, label: '', scale, provenance: null };
  });
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
    throw new AppError('invalid-input', `The mapping is no JSON: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
  const checked = RuleFile.safeParse(parsed);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new AppError('invalid-input', `The mapping is not valid at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'unknown'}.`);
  }
  return Object.entries(checked.data).map(([name, { metric, device = OWN_DEVICE, label = '', scale = 1, provenance = null }]) => ({ name, metric, device, label, scale, provenance }));
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
