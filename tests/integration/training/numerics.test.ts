import { createRequire } from 'node:module';
import type { Rank, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '@shared/contract/trainer';
import { TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import { bundleEntry } from '../../helpers/bundle';
import { mulberry32 } from '../../../src-main/trainer/random';
import { shippedRecipe } from '../../helpers/training-sources';
import { specOf } from './support';

type Parts = typeof import('./programs/trainer-parts');
type Session = Awaited<ReturnType<Parts['wasm']['load']>>;

let parts: Parts;
let session: Session;

beforeAll(async () => {
  parts = createRequire(import.meta.url)(await bundleEntry('tests/integration/training/programs/trainer-parts.ts')) as Parts;
  session = await parts.wasm.load({ enginesDir: '' });
});

const random = mulberry32(1);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() * 2 - 1);
const matrix = (rows: number, columns: number, values = numbers(rows * columns)): Tensor2D =>
  session.core.tensor2d(values, [rows, columns]);
const recipe = (over: Partial<RecipeDeclaration> = {}): TrainingRecipe => TrainingRecipe.parse({ ...shippedRecipe('mnist-mlp'), ...over });

/** The definition of the product, in double precision. */
function product(a: Float32Array, b: Float32Array, m: number, k: number, n: number, transposeA: boolean, transposeB: boolean): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let l = 0; l < k; l++) sum += (a[transposeA ? l * m + i : i * k + l] ?? NaN) * (b[transposeB ? j * k + l : l * n + j] ?? NaN);
    return sum;
  });
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN)));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

describe('the matrix product', () => {
  const sizes = [
    [1, 1, 1],
    [1, 784, 10],
    [4, 1, 8],
    [5, 7, 9],
    [32, 784, 128],
    [33, 100, 17],
    [3, 2, 31],
    [8, 8, 8],
    [31, 64, 10],
  ] as const;
  it.each(sizes)('of %i×%i · ×%i is the sum it is defined as, with either operand transposed', (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const [a, b] = [numbers(m * k), numbers(k * n)];
        const c = session.core.tidy(() =>
          session.core
            .matMul(
              matrix(transposeA ? k : m, transposeA ? m : k, a),
              matrix(transposeB ? n : k, transposeB ? k : n, b),
              transposeA,
              transposeB,
            )
            .dataSync(),
        );
        expectClose(c, product(a, b, m, k, n, transposeA, transposeB), 1e-6 * k);
      }
    }
  });

  it('of stacks of matrices and of nothing is still what tfjs makes of it', () => {
    const { core } = session;
    core.tidy(() => {
      const [a, b] = [core.tensor3d(numbers(24), [2, 3, 4]), core.tensor3d(numbers(40), [2, 4, 5])];
      const second = core.matMul(
        core.reshape(core.slice(a, [1, 0, 0], [1, 3, 4]), [3, 4]),
        core.reshape(core.slice(b, [1, 0, 0], [1, 4, 5]), [4, 5]),
      );
      expectClose(core.slice(core.matMul(a, b), [1, 0, 0], [1, 3, 5]).dataSync(), second.dataSync(), 1e-6);
      expect(core.matMul(core.zeros([0, 4]), core.zeros([4, 2])).shape).toEqual([0, 2]);
    });
  });

  it('sees new values in the same place', () => {
    const { core } = session;
    const weights = core.variable(matrix(6, 9)) as Variable<Rank.R2>;
    const x = matrix(4, 6);
    for (let round = 0; round < 3; round++) {
      const values = numbers(54);
      weights.assign(matrix(6, 9, values));
      expectClose(core.matMul(x, weights).dataSync(), product(x.dataSync() as Float32Array, values, 4, 6, 9, false, false), 1e-5);
    }
  });
});

describe('Adam', () => {
  it('moves weights as tfjs’s own does, whatever their number', () => {
    const { core } = session;
    for (const size of [1, 3, 4, 7, 130]) {
      const start = numbers(size);
      const own = core.variable(core.tensor1d(start), true, `own-${size}`);
      const theirs = core.variable(core.tensor1d(start), true, `theirs-${size}`);
      const [ownAdam, theirAdam] = [session.adam(0.01), core.train.adam(0.01)];
      for (let step = 0; step < 20; step++) {
        const gradient = core.tensor1d(numbers(size));
        ownAdam.applyGradients([{ name: own.name, tensor: gradient }]);
        theirAdam.applyGradients([{ name: theirs.name, tensor: gradient }]);
      }
      expect(ownAdam.iterations).toBe(20);
      expectClose(own.dataSync(), theirs.dataSync(), 2e-5);
      expect(Array.from(own.dataSync())).not.toEqual(Array.from(start));
      ownAdam.dispose();
    }
  });
});

/** Numbers of the weather that are not brought to one scale: whatever learns too fast from them loses itself. */
const waves: Partial<RecipeDeclaration> = {
  data: { dataset: 'weather-us' },
  prepare: { split: { method: 'random', column: null, validation: 0.1, test: 0.1, seed: 1 } },
  holdOut: null,
  inputs: ['temp_min', 'wind'],
  task: { type: 'regression', targets: ['temp_max'] },
  model: { layers: [{ type: 'dense', units: 1 }] },
  params: [],
};

describe('a step of training', () => {
  const build = (): LayersModel => {
    const { layers, initializers, sequential } = session.layers;
    return sequential({
      layers: [
        layers.dense({ units: 12, activation: 'relu', inputShape: [20], kernelInitializer: initializers.glorotUniform({ seed: 5 }) }),
        layers.dense({ units: 6, activation: 'softmax', kernelInitializer: initializers.glorotUniform({ seed: 6 }) }),
      ],
    });
  };

  it('gives the loss, the accuracy and the weights that tfjs-layers’ own step gives', async () => {
    const { core } = session;
    const [own, theirs] = [build(), build()];
    const ownAdam = session.adam(0.01);
    const learner = new parts.Learner(session, own, ownAdam);
    theirs.compile({ optimizer: core.train.adam(0.01), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    for (let step = 0; step < 25; step++) {
      const x = matrix(16, 20);
      const labels = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 6));
      const score = learner.train(x, (outputs, gradient) => parts.scoreRows(outputs, labels, gradient));
      const [loss, accuracy] = (await theirs.trainOnBatch(x, core.tensor1d(Float32Array.from(labels)))) as number[];
      expect(score.loss).toBeCloseTo(loss ?? NaN, 4);
      expect(score.accuracy ?? NaN).toBeCloseTo(accuracy ?? NaN, 6);
      const evaluated = parts.scoreRows(learner.predict(x), labels);
      const [evaluatedLoss, evaluatedAccuracy] = (theirs.evaluate(x, core.tensor1d(Float32Array.from(labels))) as Tensor[]).map(
        (scalar) => scalar.dataSync()[0],
      );
      expect(evaluated.loss).toBeCloseTo(evaluatedLoss ?? NaN, 4);
      expect(evaluated.accuracy).toBeCloseTo(evaluatedAccuracy ?? NaN, 6);
    }
    own.getWeights().forEach((weights, i) => expectClose(weights.dataSync(), theirs.getWeights()[i]?.dataSync() ?? [], 1e-4));
  });

  it('that leads out of the numbers is said, with advice', async () => {
    const wild = recipe({ epochs: 1, learningRate: 10, optimizer: { type: 'sgd' }, loss: 'mse', ...waves });
    const context = { spec: specOf(wild), session, emit: () => undefined, stopRequested: () => false };
    await expect(parts.trainRecipe(context, wild)).rejects.toThrow(/no longer a finite number at step \d+: try a lower learning rate/);
  });
});

const smallModel: RecipeDeclaration['model'] = {
  input: [784],
  layers: [
    { type: 'dense', units: 16, activation: 'relu' },
    { type: 'dense', units: 10, activation: 'softmax' },
  ],
};

describe('a whole run', () => {
  const train = async (stopAt = Infinity) => {
    const events: TrainerEvent[] = [];
    let batches = 0;
    const small = recipe({ epochs: 2, batchSize: 128, model: smallModel, params: [] });
    const result = await parts.trainRecipe(
      {
        spec: specOf(small),
        session,
        emit: (event) => void events.push(event),
        // Asked once after each batch.
        stopRequested: () => ++batches >= stopAt,
      },
      small,
    );
    return { result, events };
  };

  it('leaves no tensor behind, ended, stopped or failed', async () => {
    const { core } = session;
    const before = core.memory().numTensors;
    const { result } = await train();
    expect(result?.['test/accuracy']).toBeGreaterThan(0.5);
    expect(core.memory().numTensors).toBe(before);
    expect((await train(7)).result).toBeNull();
    expect(core.memory().numTensors).toBe(before);
    const context = { spec: specOf(recipe(), { datasetFolder: '/nowhere' }), session, emit: () => undefined, stopRequested: () => false };
    await expect(parts.trainRecipe(context, recipe())).rejects.toThrow('ENOENT');
    expect(core.memory().numTensors).toBe(before);
  });

  it('stops within the batch in which it was asked, and still tells of it', async () => {
    const { events } = await train(7);
    const steps = events.flatMap((event) => (event.t === 'scalars' ? event.step : []));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});
