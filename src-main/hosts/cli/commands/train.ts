import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { parseParam, refusalOf, type ParamSpec, type ParamValue } from '@shared/model/param';
import { engineIds, shippedRecipeIds, type EngineId } from '@shared/model/recipes';
import { knownParams } from '@shared/studio/recipe-params';
import { RecipeId, TrainingRecipe } from '@shared/studio/recipe';
import { english } from '@shared/text/message';
import { defaultDataDir } from '../../paths';
import { dataOption, defineCommand, type CliContext } from '../command';
import { listOf, suggestion } from '../nearest';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';

export interface TrainRequest {
  readonly dataDir: string | null;
  readonly recipe: string;
  /** Of a file; null = the recipe of that name. */
  readonly document: TrainingRecipe | null;
  readonly engine: EngineId;
  /** Those that were typed. */
  readonly params: Readonly<Record<string, ParamValue>>;
}

const FILE = '.json';
const optionOf = ({ option, name }: ParamSpec): string => `--${option ?? name}`;

export const trainCommand = defineCommand({
  name: 'train',
  summary: 'train in this terminal and price it',
  missing: `Which recipe? ${listOf(shippedRecipeIds)}`,
  define: (cli) => {
    const train = cli
      .argument('<RECIPE>', `${shippedRecipeIds.join(', ')}, the name of one of your own, or a file that ends in ${FILE} (docs/recipes.md)`)
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default ${engineIds[0]}`)
      .option('--set <NAME=NUMBER...>', 'any other number that the recipe asks for')
      .addOption(dataOption());
    for (const spec of knownParams)
      train.addOption(new Option(`${optionOf(spec)} <${spec.type === 'integer' ? 'N' : 'X'}>`, aboutParameter(spec)));
    return train;
  },
  check: (options, name): TrainRequest => {
    const engineName = options.engine ?? engineIds[0];
    const engine = engineIds.find((id) => id === engineName);
    if (!engine) throw new UsageError(`Unknown engine "${engineName}". ${suggestion(engineName, engineIds)}`);
    const typed = new Map<string, unknown>(Object.entries(options));
    const known = knownParams.flatMap((spec): [string, ParamValue][] => {
      const text = typed.get(attributeOf(spec));
      return typeof text === 'string' ? [[spec.name, valueOf(spec, text)]] : [];
    });
    const params = Object.fromEntries([...known, ...(options.set ?? []).map(settingOf)]);
    return { dataDir: options.data ?? null, ...recipeOf(name, options.data ?? defaultDataDir()), engine, params };
  },
  run: trainHere,
});

/** @throws UsageError for a recipe that is not there, or a file that is none, naming the place of it that is wrong */
function recipeOf(name: string, dataDir: string): Pick<TrainRequest, 'recipe' | 'document'> {
  if (name.endsWith(FILE)) return { recipe: idOf(name), document: documentIn(name) };
  const isThere =
    shippedRecipeIds.some((id) => id === name) ||
    (RecipeId.safeParse(name).success && existsSync(join(dataDir, 'recipes', `${name}${FILE}`)));
  if (!isThere) throw new UsageError(`Unknown recipe "${name}". ${suggestion(name, shippedRecipeIds)}`);
  return { recipe: name, document: null };
}

/** What its runs are called: after the file. */
function idOf(path: string): string {
  const id = basename(path, FILE)
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  return id === '' ? 'recipe' : id;
}

function documentIn(path: string): TrainingRecipe {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = TrainingRecipe.safeParse(json);
  if (read.success) return read.data;
  throw new UsageError(read.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`).join('\n'));
}

async function trainHere({ dataDir, recipe, document, engine, params }: TrainRequest, context: CliContext): Promise<number> {
  let stop = (): void => undefined;
  let asked = false;
  onStopSignal(() => {
    asked = true;
    stop();
  });
  const { train } = await import('../train');
  const running = await context.startCore(context.paths(dataDir));
  try {
    if (asked) return 130;
    const input = { recipe, engine, params, ...(document === null ? {} : { document }) };
    return await train(running.client, context.terminal, input, (ask) => {
      stop = ask;
      if (asked) ask();
    });
  } finally {
    await running.close();
  }
}

/** The name by which commander gives an option's value. */
function attributeOf(spec: ParamSpec): string {
  return new Option(optionOf(spec)).attributeName();
}

/** What it is, and what it may be; its default is the number in the recipe. */
function aboutParameter({ label, help, min, max, above }: ParamSpec): string {
  const range = above === undefined ? [min, max].filter((end) => end !== undefined).join(' to ') : `above ${above}, to ${max ?? 'any'}`;
  return [english(help) || english(label), range].filter(Boolean).join(', ');
}

function valueOf(spec: ParamSpec, typed: string): ParamValue {
  const value = parseParam(spec, typed);
  const why = value === undefined ? 'a number is needed' : refusalOf(spec, value);
  if (value !== undefined && why === null) return value;
  throw new UsageError(`${optionOf(spec)} ${typed}: ${english(why ?? '')}.`);
}

function settingOf(typed: string): [string, ParamValue] {
  const [, name, text] = /^([^=]+)=(.+)$/.exec(typed) ?? [];
  const value = text === undefined ? undefined : parseParam({ type: 'number' }, text);
  if (name === undefined || typeof value !== 'number') throw new UsageError(`--set ${typed}: NAME=NUMBER is needed.`);
  return [name, value];
}
