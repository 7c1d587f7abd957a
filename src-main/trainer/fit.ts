import { setImmediate as breathe } from 'node:timers/promises';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RunResult } from '@shared/model/run';
import { allRows, gather, type ImageDataset, type RowSubset } from './dataset';
import type { EngineSession } from './engines/engine';
import { mulberry32, shuffle } from './random';
import type { RecipeContext } from './recipes/recipe';
import { BatchReporter } from './reporter';

const EVALUATION_ROWS = 500;

interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** Thrown through the fit when a stop was requested; never leaves this file. */
class Stopped extends Error {}

/** A training loss that is no longer a number: the run cannot recover. */
export class Diverged extends Error {
  constructor(step: number) {
    super(`The loss is no longer a finite number at step ${step}: try a lower learning rate`);
    this.name = 'Diverged';
  }
}

/** Buffers for one mini-batch, reused: the engine copies them when it makes its tensors. */
class BatchFeeder {
  private readonly x: Float32Array;
  private readonly y: Float32Array;

  constructor(
    private readonly session: EngineSession,
    private readonly features: number,
    rows: number,
  ) {
    this.x = new Float32Array(rows * features);
    this.y = new Float32Array(rows);
  }

  /** Makes the tensors of these rows, gives them to `use` and releases them after it. */
  async with<T>(subset: RowSubset, from: number, count: number, use: (x: ReturnType<EngineSession['core']['tensor2d']>, y: ReturnType<EngineSession['core']['tensor1d']>) => Promise<T>): Promise<T> {
    gather(subset, from, count, this.x, this.y);
    const { tensor2d, tensor1d } = this.session.core;
    const x = tensor2d(this.x.slice(0, count * this.features), [count, this.features], 'float32');
    const y = tensor1d(this.y.slice(0, count), 'float32');
    try {
      return await use(x, y);
    } finally {
      x.dispose();
      y.dispose();
    }
  }
}

/** Holds the last rows of the shuffled training part out for validation, as many as the share says, at least one of each. */
export function splitValidation(count: number, share: number, random: () => number): { train: Uint32Array; validation: Uint32Array } {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  shuffle(order, random);
  const held = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  return { train: order.slice(0, count - held), validation: order.slice(count - held) };
}

/**
 * Trains a classifier with Adam on sparse categorical cross-entropy and scores it on all three parts.
 * One seed decides the split and every epoch's order. The event loop runs between any two batches.
 *
 * @param model ends in a softmax over `data.classes`; compiled here, disposed by the caller
 * @returns null when stopped
 * @throws Diverged
 */
export async function fitClassifier(context: RecipeContext, model: LayersModel, data: ImageDataset): Promise<RunResult | null> {
  const { spec, session } = context;
  const { epochs, batchSize, learningRate, validationSplit, seed } = spec.params;
  const random = mulberry32(seed);
  const split = splitValidation(data.train.count, validationSplit, random);
  const train: RowSubset = { rows: data.train, index: split.train };
  const validation: RowSubset = { rows: data.train, index: split.validation };
  const stepsPerEpoch = Math.ceil(train.index.length / batchSize);

  const optimizer = session.adam(learningRate);
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const feeder = new BatchFeeder(session, data.train.features, Math.max(EVALUATION_ROWS, Math.min(batchSize, train.index.length)));
  const checkStop = async (): Promise<void> => {
    await breathe();
    if (context.stopRequested()) throw new Stopped();
  };

  const evaluate = async (subset: RowSubset): Promise<Score> => {
    let loss = 0;
    let accuracy = 0;
    for (let from = 0; from < subset.index.length; from += EVALUATION_ROWS) {
      await checkStop();
      const count = Math.min(EVALUATION_ROWS, subset.index.length - from);
      await feeder.with(subset, from, count, async (x, y) => {
        const scalars = model.evaluate(x, y, { batchSize: count }) as Scalar[];
        const [batchLoss = NaN, batchAccuracy = NaN] = await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0] ?? NaN));
        for (const scalar of scalars) scalar.dispose();
        loss += batchLoss * count;
        accuracy += batchAccuracy * count;
      });
    }
    return { loss: loss / subset.index.length, accuracy: accuracy / subset.index.length };
  };

  context.emit({ t: 'plan', epochs, stepsPerEpoch, trainSamples: train.index.length, validationSamples: validation.index.length, testSamples: data.test.count, weights: model.countParams() });
  const reporter = new BatchReporter((event) => context.emit(event));
  let fitMs = 0;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      shuffle(train.index, random);
      const startedAt = performance.now();
      reporter.startEpoch(epoch);
      let lossSum = 0;
      let accuracySum = 0;
      for (let i = 0; i < stepsPerEpoch; i++) {
        const from = i * batchSize;
        const count = Math.min(batchSize, train.index.length - from);
        const [loss = NaN, accuracy = NaN] = (await feeder.with(train, from, count, (x, y) => model.trainOnBatch(x, y))) as number[];
        const step = (epoch - 1) * stepsPerEpoch + i + 1;
        if (!Number.isFinite(loss)) throw new Diverged(step);
        reporter.batch(step, loss, accuracy, count);
        lossSum += loss * count;
        accuracySum += accuracy * count;
        await checkStop();
      }
      const epochMs = performance.now() - startedAt;
      fitMs += epochMs;
      reporter.flush();
      const samples = train.index.length;
      const held = await evaluate(validation);
      context.emit({
        t: 'epoch', epoch, atMs: Date.now(), loss: lossSum / samples, accuracy: accuracySum / samples,
        valLoss: held.loss, valAccuracy: held.accuracy, samplesPerSecond: (samples / epochMs) * 1000,
      });
    }
    const scores = { train: await evaluate(train), validation: await evaluate(validation), test: await evaluate(allRows(data.test)) };
    return { ...scores, samplesPerSecond: ((train.index.length * epochs) / fitMs) * 1000 };
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  } finally {
    reporter.flush();
    optimizer.dispose();
  }
}
