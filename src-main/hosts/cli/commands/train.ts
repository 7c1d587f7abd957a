import { engineIds, recipeIds, recipes, TrainParams, type EngineId, type RecipeDef, type RecipeId } from '@shared/model/recipes';
import { dataOption, defineCommand, type CliContext } from '../command';
import { listOf, suggestion } from '../nearest';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';

export interface TrainRequest {
  readonly dataDir: string | null;
  readonly recipe: RecipeId;
  readonly engine: EngineId;
  readonly params: TrainParams;
}

const first: RecipeDef = recipes[recipeIds[0]];
const { defaults } = first;

export const trainCommand = defineCommand({
  name: 'train',
  summary: 'train in this terminal and price it',
  missing: `Which recipe? ${listOf(recipeIds)}`,
  define: (cli) =>
    cli
      .argument('<RECIPE>', recipeIds.map((id) => `${id}: ${recipes[id].name} (${recipes[id].dataset})`).join('; '))
      .option('--epochs <N>', `default ${defaults.epochs}`)
      .option('--batch-size <N>', `default ${defaults.batchSize}`)
      .option('--learning-rate <X>', `default ${defaults.learningRate}`)
      .option('--hidden <N>', `hidden units, default ${defaults.hiddenUnits}`)
      .option('--validation-split <X>', `share held out, default ${defaults.validationSplit}`)
      .option('--seed <N>', `default ${defaults.seed}`)
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default ${first.engines[0] ?? ''}`)
      .addOption(dataOption()),
  check: (options, name): TrainRequest => {
    const recipe = recipeIds.find((id) => id === name);
    if (!recipe) throw new UsageError(`Unknown recipe "${name}". ${suggestion(name, recipeIds)}`);
    const { defaults: own, engines } = recipes[recipe];
    const engineName = options.engine ?? engines[0] ?? 'wasm';
    const engine = engineIds.find((id) => id === engineName);
    if (!engine || !engines.includes(engine)) throw new UsageError(`Unknown engine "${engineName}". ${suggestion(engineName, engines)}`);
    const params = {
      epochs: parameter('--epochs', 'epochs', options.epochs) ?? own.epochs,
      batchSize: parameter('--batch-size', 'batchSize', options.batchSize) ?? own.batchSize,
      learningRate: parameter('--learning-rate', 'learningRate', options.learningRate) ?? own.learningRate,
      hiddenUnits: parameter('--hidden', 'hiddenUnits', options.hidden) ?? own.hiddenUnits,
      validationSplit: parameter('--validation-split', 'validationSplit', options.validationSplit) ?? own.validationSplit,
      seed: parameter('--seed', 'seed', options.seed) ?? own.seed,
    };
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

function parameter(option: string, field: keyof TrainParams, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const number = typed.trim() === '' ? Number.NaN : Number(typed);
  const checked = TrainParams.shape[field].safeParse(number);
  if (checked.success) return checked.data;
  throw new UsageError(`${option} ${typed}: ${Number.isNaN(number) ? 'not a number' : plain(checked.error.issues[0]?.message)}.`);
}

const plain = (message: string | undefined): string =>
  (message ?? 'not valid')
    .replace(/^Too (small|big): expected number to be/, 'must be')
    .replace(/^Invalid input: expected int.*/, 'must be a whole number');
