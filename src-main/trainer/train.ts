import { readFile } from 'node:fs/promises';
import { elementsOf } from '@shared/datasets/column';
import { modelFigures, shapeText } from '@shared/studio/inspect';
import { TrainingRecipe } from '@shared/studio/recipe';
import { message } from '@shared/text/message';
import { buildModel } from './build-model';
import { fit } from './fit';
import { readPrepared, RecipeRefused } from './prepared';
import { saveModel } from './save-model';
import { taskData } from './tasks';
import type { TrainContext, TrainResult } from './train-context';
import type { TaskData } from './tasks/task';

/** @throws Error naming the place of the document that is wrong */
export async function readRecipe(path: string): Promise<TrainingRecipe> {
  const read = TrainingRecipe.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * Trains what a recipe describes on an engine: says `plan`, then scalars, and releases every tensor it made.
 * @returns null when it was asked to stop before the end
 * @throws RecipeRefused where the recipe does not fit its data
 */
export async function trainRecipe(context: TrainContext, recipe: TrainingRecipe): Promise<TrainResult | null> {
  const { spec, session, emit } = context;
  const prepared = await readPrepared(spec.datasetFolder, recipe);
  const data = taskData(prepared, recipe, outputRank(recipe));
  emit({ t: 'define', scalars: { ...data.scalars } });
  if (data.leftOut > 0) emit({ t: 'log', text: `Left out, since a value is missing: ${data.leftOut} rows` });
  const input = inputShape(recipe, data);
  const model = buildModel(session, { input: [...input], layers: recipe.model.layers }, data.output, recipe.seed);
  try {
    const result = await fit(context, recipe, data, input, model);
    if (result !== null) await saveModel(context, model, { recipe, fitted: prepared.fitted, data });
    return result;
  } finally {
    model.dispose();
  }
}

/** Of what a model gives of one sample: by it a language model says whether it tells a token for each place. */
function outputRank({ task, model }: TrainingRecipe): number {
  if (task.type !== 'next-token') return 1;
  const { figures } = modelFigures({ input: model.input ?? [task.context], layers: model.layers });
  return figures?.layers.at(-1)?.output.length ?? 1;
}

function inputShape({ model }: TrainingRecipe, { input }: TaskData): readonly number[] {
  if (model.input === null) return input;
  if (elementsOf(model.input) !== elementsOf(input))
    throw new RecipeRefused(
      ['model', 'input'],
      message('message.recipe.inputShape', { size: elementsOf(input), shape: shapeText(model.input) }),
    );
  return model.input;
}
