import {
  defaultsOf,
  isAsked,
  isTextList,
  parseParam,
  refusalOf,
  type ParamSpec,
  type ParamValue,
  type ParamValues,
} from '@shared/model/param';
import { SECRET_MAX_LENGTH, SECRET_MIN_LENGTH } from '@shared/model/secret';
import { message, type Message } from '@shared/text/message';
import type { Format } from '../i18n/format';
import type { Texts } from '../i18n/use-texts';

/** What stands in a field, as typed. */
export interface FieldText {
  readonly text: string;
  /** Of a secret: the id of the one that is kept and used; empty = the one that is typed. */
  readonly kept: string;
}

export interface ParamsRead {
  /** All in order, or null. */
  readonly params: Record<string, ParamValue> | null;
  /** The secrets that were typed, by parameter; in `params` they are null. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly refusals: Readonly<Record<string, Message>>;
}

/** The fields of a form, in the order of the specifications, with these values or the defaults. */
export function fieldsOf(specs: readonly ParamSpec[], format: Format, values: ParamValues = defaultsOf(specs)): FieldText[] {
  return specs.map(({ name, type }) => {
    const value = values[name] ?? null;
    if (type === 'secret') return { text: '', kept: typeof value === 'string' ? value : '' };
    return {
      text: value === null ? '' : isTextList(value) ? value.join('\n') : typeof value === 'number' ? format.typed(value) : String(value),
      kept: '',
    };
  });
}

/** Reads the form by the very specifications that the core will check, its numbers as the shown language writes them. What is not asked for now is null. */
export function readFields(specs: readonly ParamSpec[], fields: readonly FieldText[], format: Format): ParamsRead {
  const read = specs.map((spec, i) =>
    spec.type === 'secret' ? fields[i]?.kept || null : parseParam(spec, fields[i]?.text ?? '', format.parse),
  );
  const given = Object.fromEntries(specs.map(({ name }, i) => [name, read[i] ?? null]));
  const params: Record<string, ParamValue> = {};
  const secrets: Record<string, string> = {};
  const refusals: Record<string, Message> = {};
  specs.forEach((spec, i) => {
    if (!isAsked(specs, spec, given)) {
      params[spec.name] = null;
      return;
    }
    const value = read[i];
    const typed = fields[i]?.text ?? '';
    if (spec.type === 'secret' && value === null && typed !== '') {
      const refusal = secretRefusal(typed);
      if (refusal === null) secrets[spec.name] = secretOf(typed);
      else refusals[spec.name] = refusal;
      return;
    }
    const refusal = value === undefined ? message('message.param.number') : refusalOf(spec, value);
    if (refusal !== null) refusals[spec.name] = refusal;
    else if (value !== undefined) params[spec.name] = value;
  });
  return { params: Object.keys(refusals).length === 0 ? params : null, secrets, refusals };
}

/** A token is often copied with the end of its line, which is none of it; a key of many lines has one that is its own. */
export const secretOf = (typed: string): string => (/^[^\n]*\r?\n$/.test(typed) ? typed.trimEnd() : typed);

/** Why a typed secret is refused; null = it is not. */
export function secretRefusal(typed: string): Message | null {
  if (typed === '') return message('message.param.needed');
  if (typed.length < SECRET_MIN_LENGTH) return message('message.secrets.short', { least: SECRET_MIN_LENGTH });
  return typed.length > SECRET_MAX_LENGTH ? message('message.secrets.long', { most: SECRET_MAX_LENGTH }) : null;
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
  if (above !== undefined && max !== undefined) return t('form.above', { limit: format.plain(above), max: format.plain(max) });
  if (min !== undefined && max !== undefined) return t('form.range', { min: format.plain(min), max: format.plain(max) });
  if (min !== undefined) return t('form.atLeast', { limit: format.plain(min) });
  return max === undefined ? '' : t('form.atMost', { limit: format.plain(max) });
}

/** A value as shown: seeds and other whole numbers without separators would be taken for amounts, so integers are shown as typed. */
export function valueText({ t, format }: Texts, value: ParamValue): string {
  if (value === null) return t('form.none');
  if (isTextList(value)) return value.join(', ');
  return typeof value === 'number' && !Number.isInteger(value) ? format.plain(value) : String(value);
}
