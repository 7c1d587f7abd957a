import { createRequire } from 'node:module';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '@shared/contract/trainer';
import { shippedRecipe } from '../../helpers/training-sources';
import { classesOutput, inspectModel } from '@shared/studio/inspect';
import { ModelDescription, type ModelDeclaration } from '@shared/studio/model';
import { TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import { bundleEntry } from '../../helpers/bundle';
import { mulberry32 } from '../../../src-main/trainer/random';
import { specOf } from './support';

type Parts = typeof import('./programs/trainer-parts');
type Session = Awaited<ReturnType<Parts['wasm']['load']>>;

let parts: Parts;
let session: Session;

beforeAll(async () => {
  parts = createRequire(import.meta.url)(await bundleEntry('tests/integration/training/programs/trainer-parts.ts')) as Parts;
  session = await parts.wasm.load({ enginesDir: '' });
});

const CLASSES = 4;
const output = classesOutput(CLASSES);
const softmax = { type: 'dense', units: CLASSES, activation: 'softmax' } as const;
type Layers = ModelDeclaration['layers'];
const described = (input: number[], layers: Layers): ModelDescription => ModelDescription.parse({ input, layers: [...layers, softmax] });

const models: [string, ModelDescription][] = [
  [
    'dense layers',
    described(
      [9],
      [
        { type: 'dense', units: 7, activation: 'leakyRelu', l1: 0.01, l2: 0.02 },
        { type: 'activation', activation: 'tanh' },
      ],
    ),
  ],
  [
    'a sequence’s convolution',
    described(
      [12, 3],
      [
        { type: 'conv1d', filters: 5, kernel: 3, stride: 2, activation: 'relu' },
        { type: 'maxPool1d', size: 2 },
        { type: 'meanPool1d', size: 2, padding: 'same' },
        { type: 'globalMean' },
      ],
    ),
  ],
  [
    'an image’s convolution',
    described(
      [9, 8, 2],
      [
        { type: 'conv2d', filters: 5, kernel: [3, 2], padding: 'same', activation: 'leakyRelu' },
        { type: 'batchNormalization' },
        { type: 'maxPool2d', size: [2, 2] },
        { type: 'meanPool2d', size: [2, 3], padding: 'same' },
        { type: 'flatten' },
      ],
    ),
  ],
  ['a mean over an image', described([6, 6, 1], [{ type: 'conv2d', filters: 4, kernel: [3, 3], stride: [2, 1] }, { type: 'globalMean' }])],
  ['a reshape and dropout', described([12], [{ type: 'reshape', shape: [3, 4] }, { type: 'dropout', rate: 0.4 }, { type: 'flatten' }])],
  [
    'LSTM over LSTM',
    described(
      [5, 3],
      [
        { type: 'lstm', units: 6, sequences: true },
        { type: 'lstm', units: 4, l2: 0.01 },
      ],
    ),
  ],
  [
    'words through GRU',
    described(
      [5],
      [
        { type: 'embedding', words: 3, size: 6 },
        { type: 'gru', units: 5 },
      ],
    ),
  ],
];

const BATCH = 8;
/** Numbers below three, whole: values and words alike. */
function samples(description: ModelDescription, random: () => number): Tensor {
  const size = description.input.reduce((all, side) => all * side, BATCH);
  return session.core.tensor(
    Float32Array.from({ length: size }, () => Math.floor(random() * 3)),
    [BATCH, ...description.input],
  );
}

function losses(description: ModelDescription, seed: number, steps: number): number[] {
  const random = mulberry32(5);
  const model = parts.buildModel(session, description, output, seed);
  const optimizer = session.adam(0.01);
  const learner = new parts.Learner(session, model, optimizer);
  const x = samples(description, random);
  const labels = Uint8Array.from({ length: BATCH }, (_, i) => i % CLASSES);
  const told = Array.from(
    { length: steps },
    () => learner.train(x, (outputs, gradient) => parts.scoreRows(outputs, labels, gradient)).loss,
  );
  for (const each of [x, model, optimizer]) each.dispose();
  return told;
}

describe('a described model', () => {
  it.each(models)('of %s has the shape and the parameters that its description says', (_, description) => {
    const { figures } = inspectModel(description, output);
    const model = parts.buildModel(session, description, output, 1);
    expect(model.countParams()).toBe(figures?.parameters);
    // An activation that is a layer of its own there changes no shape.
    const shapes = model.layers.map((layer) => JSON.stringify([layer.outputShape].flat().slice(1)));
    for (const { output } of figures?.layers ?? []) expect(shapes).toContain(JSON.stringify(output));
    model.dispose();
  });

  it.each(models)('of %s learns, and does so alike from the same seed', (_, description) => {
    const before = session.core.memory().numTensors;
    const first = losses(description, 1, 15);
    expect(Math.min(...first.slice(-3))).toBeLessThan(first[0] ?? NaN);
    expect(losses(description, 1, 15)).toEqual(first);
    expect(losses(description, 2, 3)).not.toEqual(first.slice(0, 3));
    expect(session.core.memory().numTensors).toBe(before);
  });

  it('that cannot be built says at which layer and field', () => {
    const wrong = described([5, 5, 1], [{ type: 'conv2d', filters: 2, kernel: [7, 7] }, { type: 'flatten' }]);
    expect(() => parts.buildModel(session, wrong, output, 1)).toThrow('Layer 1 (conv2d), kernel: a window of 7 does not fit into 5');
  });
});

describe('dropout', () => {
  it('leaves out its share, anew at each step, and nothing when it does not train', () => {
    const { core } = session;
    const model = parts.buildModel(session, described([3000], [{ type: 'dropout', rate: 0.25 }]), output, 3);
    const layer = model.layers.find((each) => each.getClassName() === 'Dropout');
    const ones = core.ones([1, 3000]);
    const given = (training: boolean): number[] => core.tidy(() => Array.from((layer?.apply(ones, { training }) as Tensor).dataSync()));
    const [first, second] = [given(true), given(true)];
    const kept = first.filter((value) => value > 0);
    expect(kept.every((value) => Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
    expect(kept.length / 3000).toBeGreaterThan(0.7);
    expect(kept.length / 3000).toBeLessThan(0.8);
    expect(second).not.toEqual(first);
    expect(new Set(given(false))).toEqual(new Set([1]));
    for (const each of [model, ones]) each.dispose();
  });
});

describe('the rules of a fit', () => {
  /** So few digits that it takes no time. */
  const small: Partial<RecipeDeclaration> = {
    prepare: { split: { method: 'stratified', column: 'label', validation: 0.02, test: 0.9, seed: 1 } },
    holdOut: null,
    params: [],
    model: { input: [784], layers: [{ type: 'dense', units: 10, activation: 'softmax' }] },
  };
  const train = async (rules: Partial<RecipeDeclaration>) => {
    const recipe = TrainingRecipe.parse({ ...shippedRecipe('mnist-mlp'), ...small, ...rules });
    const events: TrainerEvent[] = [];
    const context = { spec: specOf(recipe), session, emit: (event: TrainerEvent) => void events.push(event), stopRequested: () => false };
    const result = await parts.trainRecipe(context, recipe);
    const held = events.flatMap((event) => (event.t === 'scalars' ? (event.values['val/loss'] ?? []) : [])).filter((loss) => loss !== null);
    return { result, epochs: held.length };
  };

  it.each([[{ type: 'sgd' }], [{ type: 'sgd', momentum: 0.9 }], [{ type: 'adam' }]] as const)('train with %o', async (optimizer) => {
    const { result } = await train({ optimizer, learningRate: optimizer.type === 'adam' ? 0.002 : 0.05, epochs: 8 });
    expect(result?.['test/accuracy']).toBeGreaterThan(0.8);
  });

  it.each([[{ type: 'step', epochs: 1, factor: 0.5 }], [{ type: 'cosine' }], [{ type: 'plateau', patience: 1, factor: 0.5 }]] as const)(
    'train by the schedule %o',
    async (schedule) => {
      const { result } = await train({ schedule, warmUp: 20, epochs: 6, learningRate: 0.002 });
      expect(result?.['test/accuracy']).toBeGreaterThan(0.75);
    },
  );

  it('end before the last epoch once the validation loss stands still, and not while it falls', async () => {
    expect((await train({ earlyStopping: { patience: 2, minDelta: 10 }, epochs: 30 })).epochs).toBe(3);
    expect((await train({ earlyStopping: { patience: 2 }, epochs: 4 })).epochs).toBe(4);
  });
});

describe('mnist-cnn', () => {
  it('tells 97 of 100 digits that it never saw', async () => {
    // The smaller batch gets there in fewer passes over the digits.
    const recipe = TrainingRecipe.parse({ ...shippedRecipe('mnist-cnn'), epochs: 4, batchSize: 32 });
    const before = session.core.memory().numTensors;
    const context = { spec: specOf(recipe), session, emit: () => undefined, stopRequested: () => false };
    const result = await parts.trainRecipe(context, recipe);
    expect(result?.['test/accuracy']).toBeGreaterThanOrEqual(0.97);
    expect(session.core.memory().numTensors).toBe(before);
  }, 600_000);
});
