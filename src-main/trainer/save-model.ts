import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RecipeContext } from './recipes/recipe';

/** Saves the trained model as the layers format that tfjs loads. A disk that refuses it takes nothing from the run's result. */
export async function saveModel({ spec, emit }: RecipeContext, model: LayersModel): Promise<void> {
  try {
    await model.save({
      async save({ modelTopology, weightSpecs, weightData, format, generatedBy }) {
        const parts = weightData === undefined ? [] : Array.isArray(weightData) ? weightData : [weightData];
        await writeFile(join(spec.artifactsDir, 'weights.bin'), Buffer.concat(parts.map((part) => Buffer.from(part))), { mode: 0o600 });
        const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
        const text = JSON.stringify({ format, generatedBy, modelTopology, weightsManifest });
        await writeFile(join(spec.artifactsDir, 'model.json'), text, { mode: 0o600 });
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      },
    });
    emit({ t: 'log', text: 'Saved the model: model.json, weights.bin' });
  } catch (error) {
    emit({ t: 'log', text: `The model was not saved: ${String(error).slice(0, 1000)}` });
  }
}
