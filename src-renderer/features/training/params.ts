import { TrainParams } from '@shared/model/recipes';
import { parseNumber } from '../../i18n/format';
import { refusalOf, type Refusal } from '../../i18n/validation';

export const paramIds = ['epochs', 'batchSize', 'learningRate', 'hiddenUnits', 'validationSplit', 'seed'] as const;
export type ParamId = (typeof paramIds)[number];
export function isParamId(name: string): name is ParamId {
  return paramIds.some((id) => id === name);
}

export type ParamTexts = Readonly<Record<ParamId, string>>;

export interface ParamCheck {
  /** All in order, or null. */
  readonly params: TrainParams | null;
  readonly refusals: Readonly<Partial<Record<ParamId, Refusal>>>;
}

export function paramTexts(params: TrainParams): ParamTexts {
  return Object.fromEntries(paramIds.map((id) => [id, String(params[id])])) as Record<ParamId, string>;
}

/** Reads the form by the very schema that the core will check. */
export function checkParams(texts: ParamTexts): ParamCheck {
  const values = Object.fromEntries(paramIds.map((id) => [id, parseNumber(texts[id])]));
  const parsed = TrainParams.safeParse(values);
  if (parsed.success) return { params: parsed.data, refusals: {} };
  const refusals: Partial<Record<ParamId, Refusal>> = {};
  for (const issue of parsed.error.issues) {
    const id = paramIds.find((candidate) => candidate === issue.path[0]);
    if (id && !refusals[id]) refusals[id] = refusalOf(issue);
  }
  return { params: null, refusals };
}
