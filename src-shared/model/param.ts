import { z } from 'zod';
import { message, Message, type KeyedMessage } from '../text/message';
import { SecretId } from './secret';

/** secret: its value is the id of one that is kept, never what is kept. url: an address as programs write it. list: texts, in order. */
export const paramTypes = ['number', 'integer', 'choice', 'text', 'boolean', 'url', 'secret', 'list'] as const;

/** What a parameter can be set to; null = left open, where its specification lets it. */
export const ParamValue = z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.string()).readonly()]);
export type ParamValue = z.infer<typeof ParamValue>;

export const ParamName = z.string().min(1).max(100);

/**
 * One parameter of a run, with all that a form, the command line and the core need to ask for it and to check it. It is data, so
 * that a recipe declares its own and a run keeps those it was started with.
 */
export const ParamSpec = z.object({
  name: ParamName,
  /** What it is called on the command line (`--batch-size`), where that is not its name. */
  option: z.string().min(1).max(100).optional(),
  label: Message,
  type: z.enum(paramTypes),
  /** As shown behind the value; empty = none. */
  unit: z.string().max(40).default(''),
  /** Smallest and largest number, both allowed. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** The number has to be larger than this. */
  above: z.number().optional(),
  /** How far an arrow key moves it. */
  step: z.number().positive().optional(),
  /** Of a choice: what there is to choose. */
  choices: z.array(z.object({ value: z.string().min(1), label: Message })).optional(),
  /** Asked for only while that choice has one of these values; else it is null, whatever is given. */
  when: z.object({ param: ParamName, is: z.array(z.string()).min(1) }).optional(),
  /** Of a URL: the schemes it may have. Default http and https. */
  schemes: z.array(z.string()).optional(),
  /** Null = none: the value has to be given, or (`optional`) may be left out. */
  default: ParamValue,
  optional: z.boolean().default(false),
  help: Message.default(''),
  /** Shown only when it is asked for. */
  advanced: z.boolean().default(false),
});
export type ParamSpec = z.infer<typeof ParamSpec>;
/** As a recipe declares it: what has a default may be left out. */
export type ParamDeclaration = z.input<typeof ParamSpec>;

/** Longest text that a parameter takes. */
export const PARAM_TEXT_MAX = 4_000;
/** Most texts of a list. */
export const PARAM_LIST_MAX = 200;

export type ParamValues = Readonly<Record<string, ParamValue>>;

export interface ParamCheck {
  /** Complete, with every default; null when something is refused. */
  readonly values: Record<string, ParamValue> | null;
  /** Why, by parameter; also of a name that no specification has. */
  readonly refusals: Readonly<Record<string, KeyedMessage>>;
}

/** Whether a value is a list's. */
export const isTextList = (value: ParamValue | undefined): value is readonly string[] => Array.isArray(value);

export function defaultsOf(specs: readonly ParamSpec[]): Record<string, ParamValue> {
  return Object.fromEntries(specs.map((spec) => [spec.name, spec.default]));
}

/** Values that have been checked, as the numbers they are. @throws {TypeError} for one that is none */
export function numbersOf<K extends string>(values: ParamValues, names: readonly K[]): Record<K, number> {
  const numbers = names.map((name): [K, number] => {
    const value = values[name];
    if (typeof value !== 'number') throw new TypeError(`the parameter ${name} is no number`);
    return [name, value];
  });
  return Object.fromEntries(numbers) as Record<K, number>;
}

/** Checks values against their specifications; those left out get their defaults. The one rule for form, command line and core. */
export function checkParams(specs: readonly ParamSpec[], given: ParamValues): ParamCheck {
  const values: Record<string, ParamValue> = {};
  const refusals: Record<string, KeyedMessage> = {};
  // First: a name that is misspelt is why another is missing.
  for (const name of Object.keys(given)) if (!specs.some((spec) => spec.name === name)) refusals[name] = message('message.param.unknown');
  for (const spec of specs) {
    const value = Object.hasOwn(given, spec.name) ? (given[spec.name] ?? null) : spec.default;
    if (!isAsked(specs, spec, given)) {
      values[spec.name] = null;
      continue;
    }
    const refusal = refusalOf(spec, value);
    if (refusal === null) values[spec.name] = value;
    else refusals[spec.name] = refusal;
  }
  return { values: Object.keys(refusals).length === 0 ? values : null, refusals };
}

/** Whether a parameter is asked for, by what is chosen. */
export function isAsked(specs: readonly ParamSpec[], { when }: ParamSpec, given: ParamValues): boolean {
  if (when === undefined) return true;
  const choice = specs.find(({ name }) => name === when.param);
  if (choice === undefined || !isAsked(specs, choice, given)) return false;
  const value = Object.hasOwn(given, choice.name) ? given[choice.name] : choice.default;
  return typeof value === 'string' && when.is.includes(value);
}

/** Why a value is refused; null = it is not. */
export function refusalOf(spec: ParamSpec, value: ParamValue): KeyedMessage | null {
  if (value === null || value === '' || (isTextList(value) && value.length === 0))
    return spec.optional ? null : message('message.param.needed');
  switch (spec.type) {
    case 'number':
    case 'integer':
      return numberRefusal(spec, value);
    case 'choice':
      return spec.choices?.some((choice) => choice.value === value) === true
        ? null
        : message('message.param.choice', { choices: (spec.choices ?? []).map((choice) => choice.value).join(', ') });
    case 'boolean':
      return typeof value === 'boolean' ? null : message('message.param.boolean');
    case 'text':
      return isText(value) ? null : message('message.param.text', { most: PARAM_TEXT_MAX });
    case 'url':
      return urlRefusal(spec, value);
    case 'secret':
      return SecretId.safeParse(value).success ? null : message('message.param.secret');
    case 'list':
      return isTextList(value) && value.length <= PARAM_LIST_MAX && value.every(isText)
        ? null
        : message('message.param.list', { most: PARAM_LIST_MAX, length: PARAM_TEXT_MAX });
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= PARAM_TEXT_MAX;

function urlRefusal({ schemes = ['http', 'https'] }: ParamSpec, value: ParamValue): KeyedMessage | null {
  const example = message('message.param.url', { example: `${schemes[0] ?? 'http'}://host:port/path` });
  const address = z.url().max(PARAM_TEXT_MAX).safeParse(value);
  const [, scheme = '', user] = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?[^/?#@]/i.exec(address.data ?? '') ?? [];
  if (!schemes.includes(scheme.toLowerCase())) return example;
  // It would be shown, stored and logged like any other setting.
  return user === undefined ? null : message('message.param.urlSecret');
}

function numberRefusal({ type, min, max, above }: ParamSpec, value: ParamValue): KeyedMessage | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return message('message.param.number');
  if (type === 'integer' && !Number.isSafeInteger(value)) return message('message.param.integer');
  if (above !== undefined && value <= above) return message('message.param.above', { limit: above });
  if (min !== undefined && value < min) return message('message.param.min', { limit: min });
  if (max !== undefined && value > max) return message('message.param.max', { limit: max });
  return null;
}

/** A number as programs write it; with a comma it is none, since languages disagree about what that means. */
function plainNumber(text: string): number | null {
  const sign = text.replace('\u2212', '-');
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(sign) ? Number(sign) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/**
 * What a person typed, as the value it stands for; undefined = a number was needed and this is none. An empty text is no value.
 * @param readNumber how numbers are written where it was typed; null = it is none. Default: as programs write them.
 */
export function parseParam(
  spec: Pick<ParamSpec, 'type'>,
  text: string,
  readNumber: (text: string) => number | null = plainNumber,
): ParamValue | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  switch (spec.type) {
    case 'number':
    case 'integer':
      return readNumber(typed) ?? undefined;
    case 'list':
      return listOfText(typed);
    case 'boolean':
      return ['true', 'yes', 'on', '1'].includes(typed) ? true : ['false', 'no', 'off', '0'].includes(typed) ? false : typed;
    default:
      return typed;
  }
}

/** A list as it is typed: one a line, or separated by commas. */
export const listOfText = (text: string): string[] =>
  text
    .split(/[\n,，、]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
