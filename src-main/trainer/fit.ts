import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Optimizer, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { numbersOf } from '@shared/model/param';
import type { ModelDescription } from '@shared/studio/model';
import type { KnownScalar } from '@shared/model/scalars';
import { Classifier, type Score } from './classifier';
import { allRows, gather, type ImageDataset, type RowSubset } from './dataset';
import type { EngineSession } from './engines/engine';
import { mulberry32, shuffle } from './random';
import type { RecipeContext, RecipeResult } from './recipes/recipe';
import { BatchReporter, toSignificant } from './reporter';

const EVALUATION_ROWS = 500;

/** Thrown through the fit when a stop was requested; never leaves this file. */
class Stopped extends Error {}

/** A training loss that is no longer a number: the run cannot recover. */
class Diverged extends Error {
  constructor(step: number) {
    super(`The loss is no longer a finite number at step ${step}: try a lower learning rate`);
    this.name = 'Diverged';
  }
}

/** Holds the last rows of the shuffled training part out for validation, as many as the share says, at least one of each. */
export function splitValidation(count: number, share: number, random: () => number): { train: Uint32Array; validation: Uint32Array } {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  shuffle(order, random);
  const held = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  return { train: order.slice(0, count - held), validation: order.slice(count - held) };
}

/** Mean of scores weighted by their rows. */
class Mean {
  private loss = 0;
  private accuracy = 0;
  private rows = 0;

  add(score: Score, rows: number): void {
    this.loss += score.loss * rows;
    this.accuracy += score.accuracy * rows;
    this.rows += rows;
  }

  get(): Score {
    return { loss: toSignificant(this.loss / this.rows), accuracy: toSignificant(this.accuracy / this.rows) };
  }
}

/** Walks through rows in mini-batches: makes each one's tensor, gives it away and releases it. */
function eachBatch(
  session: EngineSession,
  subset: RowSubset,
  size: number,
  sampleShape: readonly number[],
  use: (x: Tensor, labels: Uint8Array, number: number) => void,
): () => boolean {
  let from = 0;
  let number = 0;
  return () => {
    const count = Math.min(size, subset.index.length - from);
    const { x: rows, labels } = gather(subset, from, count);
    const x = session.core.tensor(rows, [count, ...sampleShape], 'float32');
    try {
      use(x, labels, (number += 1));
    } finally {
      x.dispose();
    }
    from += count;
    return from < subset.index.length;
  };
}

function optimizerOf(session: EngineSession, optimizer: ModelDescription['optimizer'], learningRate: number): Optimizer {
  if (optimizer.type === 'adam') return session.adam(learningRate);
  const { train } = session.core;
  return optimizer.momentum > 0 ? train.momentum(learningRate, optimizer.momentum) : train.sgd(learningRate);
}

/** Tells when the validation loss has not become smaller for long enough. */
class Patience {
  private best = Infinity;
  private without = 0;

  constructor(private readonly rule: ModelDescription['earlyStopping']) {}

  isOver(loss: number): boolean {
    if (this.rule === null) return false;
    if (loss < this.best - this.rule.minDelta) {
      this.best = loss;
      this.without = 0;
    } else this.without += 1;
    return this.without >= this.rule.patience;
  }
}

/** What of a description the fit goes by; the model itself is built. */
export type FitRules = Readonly<Pick<ModelDescription, 'optimizer' | 'earlyStopping'>> & { readonly input: readonly number[] };

/**
 * Trains a classifier on sparse categorical cross-entropy and scores it on all three parts.
 * One seed decides the split and every epoch's order. The event loop runs between any two batches.
 *
 * @param model ends in a softmax over `data.classes`; disposed by the caller
 * @returns null when stopped
 * @throws Diverged
 */
export async function fitClassifier(
  context: RecipeContext,
  model: LayersModel,
  data: ImageDataset,
  rules: FitRules,
): Promise<RecipeResult | null> {
  const { spec, session } = context;
  const { epochs, batchSize, learningRate, validationSplit, seed } = numbersOf(spec.params, [
    'epochs',
    'batchSize',
    'learningRate',
    'validationSplit',
    'seed',
  ]);
  const random = mulberry32(seed);
  const split = splitValidation(data.train.count, validationSplit, random);
  const train: RowSubset = { rows: data.train, index: split.train };
  const validation: RowSubset = { rows: data.train, index: split.validation };
  const samples = train.index.length;
  const stepsPerEpoch = Math.ceil(samples / batchSize);

  const optimizer = optimizerOf(session, rules.optimizer, learningRate);
  const patience = new Patience(rules.earlyStopping);
  const classifier = new Classifier(session, model, optimizer);
  const reporter = new BatchReporter((event) => context.emit(event));
  /** Runs all batches and lets the event loop run after each. */
  const runBatches = async (next: () => boolean): Promise<void> => {
    for (let more = true; more;) {
      more = next();
      await yieldToEventLoop();
      if (context.stopRequested()) throw new Stopped();
    }
  };
  const evaluate = async (subset: RowSubset): Promise<Score> => {
    const mean = new Mean();
    await runBatches(
      eachBatch(session, subset, EVALUATION_ROWS, rules.input, (x, labels) => mean.add(classifier.evaluate(x, labels), labels.length)),
    );
    return mean.get();
  };

  context.emit({
    t: 'plan',
    epochs,
    stepsPerEpoch,
    trainSamples: samples,
    validationSamples: validation.index.length,
    testSamples: data.test.count,
    weights: model.countParams(),
  });
  let fitMs = 0;
  let trained = 0;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      shuffle(train.index, random);
      const mean = new Mean();
      const startedAt = performance.now();
      reporter.startEpoch(epoch);
      await runBatches(
        eachBatch(session, train, batchSize, rules.input, (x, labels, number) => {
          const step = (epoch - 1) * stepsPerEpoch + number;
          const score = classifier.train(x, labels);
          if (!Number.isFinite(score.loss)) throw new Diverged(step);
          reporter.batch(step, score.loss, score.accuracy, labels.length);
          mean.add(score, labels.length);
        }),
      );
      const epochMs = performance.now() - startedAt;
      fitMs += epochMs;
      trained += samples;
      reporter.flush();
      const held = await evaluate(validation);
      const score = mean.get();
      reporter.endEpoch({
        'train/loss_epoch': score.loss,
        'train/accuracy_epoch': score.accuracy,
        'val/loss': held.loss,
        'val/accuracy': held.accuracy,
        'train/samples_per_second_epoch': (samples / epochMs) * 1000,
      });
      if (patience.isOver(held.loss)) {
        context.emit({ t: 'log', text: `Ended after epoch ${epoch}: the validation loss has not become smaller any more` });
        break;
      }
    }
    const result: Partial<Record<KnownScalar, number>> = {};
    for (const [part, subset] of [
      ['train', train],
      ['val', validation],
      ['test', allRows(data.test)],
    ] as const) {
      const score = await evaluate(subset);
      result[`${part}/loss`] = score.loss;
      result[`${part}/accuracy`] = score.accuracy;
    }
    return { ...result, 'train/samples_per_second': (trained / fitMs) * 1000 };
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  } finally {
    reporter.flush();
    optimizer.dispose();
  }
}
