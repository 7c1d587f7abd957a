import { defaultsOf, parseParam, refusalOf, type ParamSpec, type ParamValue } from '@shared/model/param';
import { message, type Message } from '@shared/text/message';
import type { Format } from '../../i18n/format';
import type { Texts } from '../../i18n/use-texts';

/** What stands in the form, by parameter. */
export type ParamTexts = Readonly<Record<string, string>>;

export interface FormCheck {
  /** All in order, or null. */
  readonly params: Record<string, ParamValue> | null;
  readonly refusals: Readonly<Record<string, Message>>;
}

export function paramTexts(specs: readonly ParamSpec[], format: Format): ParamTexts {
  return Object.fromEntries(Object.entries(defaultsOf(specs)).map(([name, value]) => [name, paramText(value, format)]));
}

function paramText(value: ParamValue, format: Format): string {
  return value === null ? '' : typeof value === 'number' ? format.typed(value) : String(value);
}

/** Reads the form by the very specifications that the core will check, its numbers as the shown language writes them. */
export function checkTexts(specs: readonly ParamSpec[], texts: ParamTexts, format: Format): FormCheck {
  const params: Record<string, ParamValue> = {};
  const refusals: Record<string, Message> = {};
  for (const spec of specs) {
    const value = parseParam(spec, texts[spec.name] ?? '', format.parse);
    const refusal = value === undefined ? message('message.param.number') : refusalOf(spec, value);
    if (refusal !== null) refusals[spec.name] = refusal;
    else if (value !== undefined) params[spec.name] = value;
  }
  return { params: Object.keys(refusals).length === 0 ? params : null, refusals };
}

/** The typed number moved by its step, within its bounds; null = it is none, or may not be moved further. */
export function steppedText(spec: ParamSpec, text: string, by: 1 | -1, format: Format): string | null {
  const { step, min = -Infinity, max = Infinity, above = -Infinity } = spec;
  const typed = parseParam(spec, text, format.parse);
  const value = typed === null ? 0 : typed;
  if (step === undefined || typeof value !== 'number') return null;
  const moved = Number(Math.min(max, Math.max(min, value + by * step)).toPrecision(12));
  return moved > above ? format.typed(moved) : null;
}

/** What a number may be; empty where there is no bound. */
export function rangeText({ t, format }: Texts, { min, max, above }: ParamSpec): string {
  if (above !== undefined && max !== undefined) return t('training.param.above', { limit: format.plain(above), max: format.plain(max) });
  if (min !== undefined && max !== undefined) return t('training.param.range', { min: format.plain(min), max: format.plain(max) });
  if (min !== undefined) return t('training.param.atLeast', { limit: format.plain(min) });
  return max === undefined ? '' : t('training.param.atMost', { limit: format.plain(max) });
}

/** A value as shown: seeds and other whole numbers without separators would be taken for amounts, so integers are shown as typed. */
export function valueText({ t, format }: Texts, value: ParamValue): string {
  if (value === null) return t('training.param.none');
  return typeof value === 'number' && !Number.isInteger(value) ? format.plain(value) : String(value);
}
