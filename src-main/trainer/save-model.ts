import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, Sequential } from '@tensorflow/tfjs-layers';
import type { FittedStep } from '@shared/model/dataset-recipe';
import type { TrainingRecipe } from '@shared/studio/recipe';
import type { TrainContext } from './train-context';
import type { TaskData } from './tasks/task';

/** Beside the model: what it was made by, and what makes other rows ready as those were that it learned from. */
export const RECIPE_FILE = 'recipe.json';
export const PREPARATION_FILE = 'preparation.json';

interface Saved {
  readonly recipe: TrainingRecipe;
  readonly fitted: readonly FittedStep[];
  readonly data: TaskData;
}

/**
 * Saves the trained model as the layers format that tfjs loads, with its recipe and the fitted steps beside it. A disk that refuses it
 * takes nothing from the run's result.
 */
export async function saveModel({ spec, session, emit }: TrainContext, model: LayersModel, { recipe, fitted, data }: Saved): Promise<void> {
  const put = (name: string, content: string | Buffer): Promise<void> => writeFile(join(spec.artifactsDir, name), content, { mode: 0o600 });
  const whole = inOwnUnits(session, model, data.ownUnits);
  try {
    await whole.save({
      async save({ modelTopology, weightSpecs, weightData, format, generatedBy }) {
        const parts = weightData === undefined ? [] : Array.isArray(weightData) ? weightData : [weightData];
        await put('weights.bin', Buffer.concat(parts.map((part) => Buffer.from(part))));
        const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
        await put('model.json', JSON.stringify({ format, generatedBy, modelTopology, weightsManifest }));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      },
    });
    await put(RECIPE_FILE, JSON.stringify(recipe, null, 2));
    await put(
      PREPARATION_FILE,
      JSON.stringify({ v: 1, inputs: recipe.inputs, input: data.input, fitted, task: { type: recipe.task.type, ...data.kept } }),
    );
    emit({ t: 'log', text: `Saved the model: model.json, weights.bin, ${RECIPE_FILE}, ${PREPARATION_FILE}` });
  } catch (error) {
    emit({ t: 'log', text: `The model was not saved: ${String(error).slice(0, 1000)}` });
  } finally {
    // Its layers are the model's too, which still holds them.
    if (whole !== model) whole.dispose();
  }
}

/** With a layer behind it that brings its outputs into the targets' own units, where they were normalised: whoever serves it needs no more. */
function inOwnUnits({ core, layers }: TrainContext['session'], model: LayersModel, units: TaskData['ownUnits']): LayersModel {
  if (units === null) return model;
  const { scale, offset } = units;
  const last = layers.layers.dense({ units: scale.length, name: 'own_units', trainable: false });
  const whole = layers.sequential();
  for (const layer of model.layers) whole.add(layer as Parameters<Sequential['add']>[0]);
  whole.add(last);
  core.tidy(() => {
    const diagonal = Float32Array.from({ length: scale.length ** 2 }, (_, i) =>
      Math.floor(i / scale.length) === i % scale.length ? (scale[i % scale.length] ?? NaN) : 0,
    );
    last.setWeights([core.tensor2d(diagonal, [scale.length, scale.length]), core.tensor1d([...offset])]);
  });
  return whole;
}
