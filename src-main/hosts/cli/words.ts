import { parseArgs } from 'node:util';
import { RATES_WANTED, typedRates } from '@shared/model/gpu-settings';
import { engineIds, type RecipeId, recipeIds, recipes, TrainParams, type EngineId } from '@shared/model/recipes';
import { defaultSettings } from '@shared/model/settings';
import { nearest } from './nearest';
import { transferOptions, transferRequest, transferWords, type TransferRequest } from './transfer-words';
import { UsageError } from './usage';

/** What the person asked for, checked. `dataDir` null = the platform's place. */
export type Request =
  | { readonly word: 'help' }
  | { readonly word: 'version' }
  | {
      readonly word: 'serve';
      readonly dataDir: string | null;
      readonly port: number;
      readonly scenario: string | null;
      readonly gpuHz: string | null;
      readonly tokenFile: string | null;
    }
  | {
      readonly word: 'train';
      readonly dataDir: string | null;
      readonly recipe: RecipeId;
      readonly engine: EngineId;
      readonly params: TrainParams;
    }
  | { readonly word: 'doctor'; readonly dataDir: string | null }
  | { readonly word: 'engine'; readonly dataDir: string | null; readonly engine: 'cuda' }
  | TransferRequest;

export { UsageError };

const words = ['serve', 'train', 'doctor', 'engine', ...transferWords, 'help', 'version'] as const;
type Word = (typeof words)[number];

/** Hyperparameter options: option name → field. */
const parameterOptions = {
  epochs: 'epochs',
  'batch-size': 'batchSize',
  'learning-rate': 'learningRate',
  hidden: 'hiddenUnits',
  'validation-split': 'validationSplit',
  seed: 'seed',
} as const satisfies Record<string, keyof TrainParams>;
type ParameterOption = keyof typeof parameterOptions;
const parameterNames = Object.keys(parameterOptions) as ParameterOption[];

const allowed: Record<Word, readonly string[]> = {
  serve: ['data', 'port', 'scenario', 'gpu-hz', 'token-file'],
  train: ['data', 'engine', ...parameterNames],
  doctor: ['data'],
  engine: ['data'],
  ...transferOptions,
  help: [],
  version: [],
};
const everyOption = [...new Set(['help', 'version', ...Object.values(allowed).flat()])];
const flags = new Set(['help', 'version']);
const shorts: Record<string, string> = { h: 'help', v: 'version' };

/** @throws UsageError */
export function parseWords(argv: readonly string[]): Request {
  const { values, positionals } = read(argv);
  if (values.has('help')) return { word: 'help' };
  if (values.has('version')) return { word: 'version' };
  const [first = 'serve', ...rest] = positionals;
  const word = words.find((known) => known === first);
  if (!word) throw new UsageError(`Unknown word "${first}". ${suggestion(first, words)}`);
  for (const option of values.keys())
    if (!allowed[word].includes(option))
      throw new UsageError(`--${option} does not belong to "${word}". ${listOf(allowed[word].map((name) => `--${name}`))}`);
  return request(word, rest, values);
}

function read(argv: readonly string[]): { values: Map<string, string>; positionals: string[] } {
  const options = Object.fromEntries(
    [...everyOption, ...Object.keys(shorts)].map((name) => [
      name,
      { type: flags.has(shorts[name] ?? name) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = token.rawName.startsWith('--') ? token.name : (shorts[token.name] ?? null);
    if (name === null || !everyOption.includes(name))
      throw new UsageError(`Unknown option "${token.rawName}". ${suggestion(token.name, everyOption, '--')}`);
    if (flags.has(name) && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
    const swallowed = token.inlineValue === false && token.value.startsWith('--');
    if (!flags.has(name) && (token.value === undefined || token.value === '' || swallowed))
      throw new UsageError(`${token.rawName} needs a value.`);
    if (values.has(name)) throw new UsageError(`${token.rawName} is given twice.`);
    values.set(name, token.value ?? '');
  }
  return { values, positionals };
}

function request(word: Word, rest: readonly string[], values: ReadonlyMap<string, string>): Request {
  const dataDir = values.get('data') ?? null;
  const atMost = (count: number): void => {
    if (rest.length > count) throw new UsageError(`"${rest[count] ?? ''}" is one word too many after "${word}".`);
  };
  switch (word) {
    case 'help':
    case 'version':
      atMost(0);
      return { word };
    case 'serve':
      atMost(0);
      return {
        word,
        dataDir,
        port: wholeNumber('--port', values.get('port') ?? '0', 0, 65_535),
        scenario: values.get('scenario') ?? null,
        gpuHz: rates(values.get('gpu-hz')),
        tokenFile: values.get('token-file') ?? null,
      };
    case 'doctor':
      atMost(0);
      return { word, dataDir };
    case 'engine':
      atMost(1);
      if (rest[0] === undefined) throw new UsageError('Which engine? One can be installed: engine cuda');
      if (rest[0] !== 'cuda') throw new UsageError(`Unknown engine "${rest[0]}". One can be installed: engine cuda`);
      return { word, dataDir, engine: 'cuda' };
    case 'train':
      atMost(1);
      return { word, dataDir, ...training(rest[0], values) };
    case 'import':
    case 'export':
    case 'backup':
    case 'restore':
      return transferRequest(word, rest, values, Date.now());
  }
}

function training(
  name: string | undefined,
  values: ReadonlyMap<string, string>,
): { recipe: RecipeId; engine: EngineId; params: TrainParams } {
  if (name === undefined) throw new UsageError(`Which recipe? ${listOf(recipeIds)}`);
  const recipe = recipeIds.find((id) => id === name);
  if (!recipe) throw new UsageError(`Unknown recipe "${name}". ${suggestion(name, recipeIds)}`);
  const { defaults, engines } = recipes[recipe];
  const engineName = values.get('engine') ?? engines[0] ?? 'wasm';
  const engine = engineIds.find((id) => id === engineName);
  if (!engine || !engines.includes(engine)) throw new UsageError(`Unknown engine "${engineName}". ${suggestion(engineName, engines)}`);
  const params = { ...defaults };
  for (const option of parameterNames) {
    const typed = values.get(option);
    if (typed === undefined) continue;
    const number = typed.trim() === '' ? Number.NaN : Number(typed);
    const checked = TrainParams.shape[parameterOptions[option]].safeParse(number);
    if (!checked.success)
      throw new UsageError(`--${option} ${typed}: ${Number.isNaN(number) ? 'not a number' : plain(checked.error.issues[0]?.message)}.`);
    params[parameterOptions[option]] = checked.data;
  }
  return { recipe, engine, params };
}

function wholeNumber(option: string, typed: string, low: number, high: number): number {
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(value >= low && value <= high)) throw new UsageError(`${option} ${typed}: a whole number from ${low} to ${high} is needed.`);
  return value;
}

function rates(typed: string | undefined): string | null {
  if (typed === undefined) return null;
  if (typedRates(defaultSettings.gpu, typed) === null) throw new UsageError(`--gpu-hz ${typed}: ${RATES_WANTED} is needed.`);
  return typed;
}

const plain = (message: string | undefined): string =>
  (message ?? 'not valid')
    .replace(/^Too (small|big): expected number to be/, 'must be')
    .replace(/^Invalid input: expected int.*/, 'must be a whole number');

function suggestion(typed: string, known: readonly string[], prefix = ''): string {
  const near = nearest(typed, known);
  return near === null ? listOf(known.map((name) => prefix + name)) : `Did you mean "${prefix}${near}"?`;
}

function listOf(known: readonly string[]): string {
  return known.length === 0 ? 'It takes none; see --help.' : `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`;
}
