import { Option } from '@commander-js/extra-typings';
import { parseParam, refusalOf, type ParamSpec, type ParamValue } from '@shared/model/param';
import { engineIds, recipeIds, recipes, type EngineId, type RecipeDef, type RecipeId } from '@shared/model/recipes';
import { english } from '@shared/text/message';
import { dataOption, defineCommand, type CliContext } from '../command';
import { listOf, suggestion } from '../nearest';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';

export interface TrainRequest {
  readonly dataDir: string | null;
  readonly recipe: RecipeId;
  readonly engine: EngineId;
  readonly params: Readonly<Record<string, ParamValue>>;
}

const first: RecipeDef = recipes[recipeIds[0]];
/** Each parameter once, as the first recipe that has it declares it. */
const parameters = recipeIds
  .flatMap((id) => recipes[id].params)
  .filter(({ name }, i, all) => all.findIndex((spec) => spec.name === name) === i);
const optionOf = ({ option, name }: ParamSpec): string => `--${option ?? name}`;

export const trainCommand = defineCommand({
  name: 'train',
  summary: 'train in this terminal and price it',
  missing: `Which recipe? ${listOf(recipeIds)}`,
  define: (cli) => {
    const train = cli
      .argument('<RECIPE>', recipeIds.map((id) => `${id}: ${recipes[id].name} (${recipes[id].dataset})`).join('; '))
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default ${first.engines[0] ?? ''}`)
      .addOption(dataOption());
    for (const spec of parameters) train.addOption(new Option(`${optionOf(spec)} <${valueName(spec)}>`, aboutParameter(spec)));
    return train;
  },
  check: (options, name): TrainRequest => {
    const recipe = recipeIds.find((id) => id === name);
    if (!recipe) throw new UsageError(`Unknown recipe "${name}". ${suggestion(name, recipeIds)}`);
    const { params: specs, engines } = recipes[recipe];
    const engineName = options.engine ?? engines[0] ?? 'wasm';
    const engine = engineIds.find((id) => id === engineName);
    if (!engine || !engines.includes(engine)) throw new UsageError(`Unknown engine "${engineName}". ${suggestion(engineName, engines)}`);
    const given = new Map<string, unknown>(Object.entries(options));
    for (const spec of parameters)
      if (given.has(attributeOf(spec)) && !specs.some(({ name: known }) => known === spec.name))
        throw new UsageError(`${optionOf(spec)} is no parameter of ${recipe}. ${listOf(specs.map(optionOf))}`);
    const params = Object.fromEntries(specs.map((spec) => [spec.name, valueOf(spec, given.get(attributeOf(spec)))]));
    return { dataDir: options.data ?? null, recipe, engine, params };
  },
  run: trainHere,
});

async function trainHere({ dataDir, recipe, engine, params }: TrainRequest, context: CliContext): Promise<number> {
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
    return await train(running.client, context.terminal, { recipe, engine, params }, (ask) => {
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

function valueName({ type, choices }: ParamSpec): string {
  if (choices) return choices.map(({ value }) => value).join('|');
  return { integer: 'N', number: 'X', choice: 'CHOICE', text: 'TEXT', boolean: 'true|false', url: 'URL', secret: 'ID', list: 'A,B' }[type];
}

/** What it is, what it may be, and what it is when nothing is said. */
/** The default of a parameter; of each recipe, where they differ. */
function defaultText(name: string): string {
  const all = recipeIds.flatMap((id) => {
    const value = recipes[id].params.find((spec) => spec.name === name)?.default ?? null;
    return value === null ? [] : [{ id, value: String(value) }];
  });
  const values = [...new Set(all.map(({ value }) => value))];
  if (values.length < 2) return values.map((value) => `default ${value}`).join('');
  return `default ${all.map(({ id, value }) => `${value} (${id})`).join(', ')}`;
}

function aboutParameter({ name, label, help, unit, min, max, above }: ParamSpec): string {
  const range = above === undefined ? [min, max].filter((end) => end !== undefined).join(' to ') : `above ${above}, to ${max ?? 'any'}`;
  const parts = [english(help) || english(label), range, unit, defaultText(name)];
  return parts.filter(Boolean).join(', ');
}

function valueOf(spec: ParamSpec, typed: unknown): ParamValue {
  if (typeof typed !== 'string') return spec.default;
  const value = parseParam(spec, typed);
  const why = value === undefined ? 'a number is needed' : refusalOf(spec, value);
  if (value !== undefined && why === null) return value;
  throw new UsageError(`${optionOf(spec)} ${typed}: ${english(why ?? '')}.`);
}
