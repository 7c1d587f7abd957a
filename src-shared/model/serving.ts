import { z } from 'zod';
import { message } from '../text/message';
import { isTextList, ParamSpec, type ParamDeclaration, type ParamValues } from './param';

/** The kind of a run that serves a model. */
export const SERVING_KIND = 'serving';

/** An input or output of a served model; null in its shape = any size. The first size is that of the batch. */
export const ServedTensor = z.object({
  name: z.string(),
  type: z.enum(['float32', 'int32', 'bool']),
  shape: z.array(z.number().int().nonnegative().nullable()).max(8),
});
export type ServedTensor = z.infer<typeof ServedTensor>;

/** Classes whose names are told. */
const CLASSES_MAX = 10_000;

/** What a serving run has told of itself once it listens. */
export const Served = z.object({
  /** `http://HOST:PORT`, where this machine reaches it. */
  address: z.string().max(300),
  /** The model's name in its addresses. */
  name: z.string().max(200),
  /** Newest first. */
  versions: z.array(z.number().int().positive()).min(1).max(1_000),
  inputs: z.array(ServedTensor).max(64),
  outputs: z.array(ServedTensor).max(64),
  /** What it can be asked beside `predict`. */
  task: z.enum(['classify', 'regress', 'predict']),
  /** Names of the classes by their numbers; null = they have none. */
  classes: z.array(z.string().max(200)).max(CLASSES_MAX).nullable(),
  /** It answers only whoever shows its token. */
  hasToken: z.boolean(),
});
export type Served = z.infer<typeof Served>;

/** TensorFlow Serving's port for REST. */
const REST_PORT = 8501;
/** A name in an address: what TensorFlow Serving's paths take. */
const NAME = /^[^/:\s]{1,200}$/u;

type ServingParam =
  'model' | 'name' | 'host' | 'port' | 'versions' | 'labels' | 'maxBatch' | 'maxDelay' | 'maxQueue' | 'nonFinite' | 'tokenFile';

const declare = (name: ServingParam, rest: Omit<ParamDeclaration, 'name' | 'label' | 'help'>): ParamSpec =>
  ParamSpec.parse({ name, label: message(`message.serving.name.${name}`), help: message(`message.serving.help.${name}`), ...rest });

/** What a model is served with: parameters of the run, checked by one rule for form, command line and core. */
export const servingParams: readonly ParamSpec[] = [
  declare('model', { type: 'text', default: null }),
  declare('name', { type: 'text', default: null, optional: true }),
  declare('host', { type: 'text', default: '127.0.0.1' }),
  declare('port', { type: 'integer', min: 0, max: 65_535, default: REST_PORT }),
  declare('versions', { type: 'text', default: 'newest' }),
  declare('labels', { option: 'label', type: 'list', default: [], optional: true }),
  declare('maxBatch', { option: 'max-batch', type: 'integer', min: 1, max: 4_096, default: 64 }),
  declare('maxDelay', { option: 'max-delay', type: 'number', min: 0, max: 1_000, unit: 'ms', default: 0 }),
  declare('maxQueue', { option: 'max-queue', type: 'integer', min: 1, max: 1_000_000, default: 1_024 }),
  declare('nonFinite', {
    option: 'non-finite',
    type: 'choice',
    choices: (['tokens', 'refuse'] as const).map((value) => ({ value, label: message(`message.serving.nonFinite.${value}`) })),
    default: 'tokens',
  }),
  declare('tokenFile', { option: 'token-file', type: 'text', default: null, optional: true }),
];

/** The parameters of a serving run by their types. */
export interface ServingSettings {
  /** A run's id, or the absolute path of a folder. */
  readonly model: string;
  readonly name: string | null;
  readonly host: string;
  readonly port: number;
  readonly versions: 'all' | 'newest' | readonly number[];
  readonly labels: Readonly<Record<string, number>>;
  readonly maxBatch: number;
  readonly maxDelayMs: number;
  readonly maxQueue: number;
  /** Numbers that are not finite are written as `NaN` and `Infinity`. */
  readonly tokens: boolean;
  readonly tokenFile: string | null;
}

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Whether a text can be a model's name in an address. */
export const isModelName = (name: string): boolean => NAME.test(name);

/** `newest`, `all`, or numbers parted by commas; null = none of them. */
export function versionsOf(text: string): ServingSettings['versions'] | null {
  const word = text.trim();
  if (word === 'all' || word === 'newest') return word;
  const numbers = word.split(',').map((each) => Number(each.trim()));
  return numbers.length > 0 && numbers.every((each) => Number.isSafeInteger(each) && each > 0) ? numbers : null;
}

/** `NAME=VERSION` each; null = one is not. */
export function labelsOf(list: readonly string[]): Record<string, number> | null {
  const labels: [string, number][] = [];
  for (const each of list) {
    const [, name, version] = /^([^=/:\s]+)=([1-9]\d{0,14})$/u.exec(each) ?? [];
    if (name === undefined || version === undefined) return null;
    labels.push([name, Number(version)]);
  }
  return Object.fromEntries(labels);
}

/** Checked values by their types; null where one does not fit another: see {@link servingRefusal}. */
export function servingOf(values: ParamValues): ServingSettings | null {
  const { model, name, host, port, versions, labels, maxBatch, maxDelay, maxQueue, nonFinite, tokenFile } = values;
  const chosen = versionsOf(String(versions));
  const named = labelsOf(isTextList(labels) ? labels : []);
  if (typeof model !== 'string' || typeof host !== 'string' || chosen === null || named === null) return null;
  if (typeof port !== 'number' || typeof maxBatch !== 'number' || typeof maxDelay !== 'number' || typeof maxQueue !== 'number') return null;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return {
    ...{ model, host, port, maxBatch, maxQueue, versions: chosen, labels: named },
    name: text(name),
    maxDelayMs: maxDelay,
    tokens: nonFinite !== 'refuse',
    tokenFile: text(tokenFile),
  };
}

/** What is wrong with values that each are right; null = nothing is. */
export function servingRefusal(values: ParamValues): { readonly param: ServingParam; readonly why: ReturnType<typeof message> } | null {
  const { name, host, versions, labels, tokenFile } = values;
  if (typeof name === 'string' && name !== '' && !isModelName(name)) return { param: 'name', why: message('message.serving.badName') };
  if (versionsOf(String(versions)) === null) return { param: 'versions', why: message('message.serving.badVersions') };
  if (labelsOf(isTextList(labels) ? labels : []) === null) return { param: 'labels', why: message('message.serving.badLabels') };
  const isOpen = !isLoopback(String(host));
  if (isOpen && (tokenFile === null || tokenFile === ''))
    return { param: 'tokenFile', why: message('message.serving.needsToken', { host: String(host) }) };
  return null;
}
