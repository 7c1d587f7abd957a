import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '@shared/contract/trainer';
import type { ShippedRecipeId } from '@shared/model/recipes';
import { scalarsOf } from '@shared/studio/recipe-scalars';
import { bundleEntry } from '../../helpers/bundle';
import { shippedRecipe } from '../../helpers/training-sources';
import { specOf } from './support';

type Parts = typeof import('./programs/trainer-parts');

let parts: Parts;
let session: Awaited<ReturnType<Parts['wasm']['load']>>;

beforeAll(async () => {
  parts = createRequire(import.meta.url)(await bundleEntry('tests/integration/training/programs/trainer-parts.ts')) as Parts;
  session = await parts.wasm.load({ enginesDir: '' });
});

async function train(id: ShippedRecipeId) {
  const recipe = shippedRecipe(id);
  const spec = specOf(recipe);
  const events: TrainerEvent[] = [];
  const before = session.core.memory().numTensors;
  const context = { spec, session, emit: (event: TrainerEvent) => void events.push(event), stopRequested: () => false };
  const result = await parts.trainRecipe(context, recipe);
  expect(session.core.memory().numTensors).toBe(before);
  if (result === null) throw new Error('it was stopped');
  expect(Object.keys(result)).toEqual(expect.arrayContaining([...scalarsOf(recipe.task).result]));
  const saved = (name: string): unknown => JSON.parse(readFileSync(join(spec.artifactsDir, name), 'utf8'));
  /** As whoever serves it does. */
  const load = (): Promise<LayersModel> => {
    const { modelTopology, weightsManifest } = saved('model.json') as {
      modelTopology: object;
      weightsManifest: { weights: io.WeightsManifestEntry[] }[];
    };
    const weightData = new Uint8Array(readFileSync(join(spec.artifactsDir, 'weights.bin'))).buffer;
    const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
    return session.layers.loadLayersModel({ load: () => Promise.resolve({ modelTopology, weightSpecs, weightData }) });
  };
  return { load, result: (name: string): number => result[name] ?? NaN, saved, events };
}

describe('each recipe that comes with the product learns of its data on the embedded engine', () => {
  it('fashion-cnn: the kind of clothes', async () => {
    const { result } = await train('fashion-cnn');
    expect(result('test/accuracy')).toBeGreaterThanOrEqual(0.84);
    expect(result('test/accuracy_majority')).toBeCloseTo(0.1, 6);
  }, 300_000);

  it('wordnet-topics: the topic of a definition', async () => {
    const { result, saved } = await train('wordnet-topics');
    expect(result('test/accuracy')).toBeGreaterThanOrEqual(0.8);
    expect(result('test/accuracy_majority')).toBeLessThan(0.2);
    // With it a text that is asked later becomes the same numbers.
    expect(saved('preparation.json')).toMatchObject({ fitted: [{ step: { do: 'tokenise' } }], task: { classes: { length: 8 } } });
  }, 120_000);

  it('breast-cancer: benign or malignant, with probabilities that mean something, and a warning', async () => {
    const { result } = await train('breast-cancer');
    expect(shippedRecipe('breast-cancer').notice).toBe('no-diagnosis');
    expect(result('test/accuracy')).toBeGreaterThanOrEqual(0.93);
    expect(result('test/accuracy_majority')).toBeLessThan(0.65);
    expect(result('test/calibration_error')).toBeLessThan(0.1);
  }, 120_000);

  it('weather-lstm: tomorrow’s temperature, nearer than today’s', async () => {
    const { result, saved, load } = await train('weather-lstm');
    // As the data have it: persistence is 2.6 °C off, in both places together.
    expect(result('test/mae_naive')).toBeGreaterThan(2.3);
    expect(result('test/mae_naive')).toBeLessThan(2.8);
    expect(result('test/mae')).toBeLessThan(result('test/mae_naive') - 0.1);
    expect(result('test/rmse')).toBeLessThan(result('test/rmse_naive') - 0.1);
    // What is saved tells degrees, not deviations: of days that are all as the mean, about the mean.
    const whole = await load();
    const { core } = session;
    const told = core.tidy(() => (whole.predict(core.zeros([1, 14, 5])) as Tensor).dataSync()[0]);
    whole.dispose();
    expect(told).toBeGreaterThan(12);
    expect(told).toBeLessThan(22);
    expect(saved('preparation.json')).toMatchObject({ task: { targets: ['temp_max'] }, fitted: [{}, {}] });
  }, 120_000);

  it('moby-dick: the next letter, far better than their frequencies', async () => {
    const { result } = await train('moby-dick');
    expect(result('test/loss_unigram')).toBeGreaterThan(3);
    expect(result('test/loss')).toBeLessThan(2.1);
    expect(result('test/perplexity')).toBeCloseTo(Math.exp(result('test/loss')), 2);
  }, 300_000);
});
