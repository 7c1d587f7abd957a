import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { rm } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { betterOf } from '@shared/model/scalar-better';
import type { DatasetPart } from '@shared/model/dataset';
import type { TrainingRecipe } from '@shared/studio/recipe';
import { readCheckpoint, setWeights, weightsOf, writeCheckpoint, type FitState } from './checkpoint';
import { Learner } from './learner';
import { optimizerOf, setLearningRate } from './optimizer';
import { shuffle } from './random';
import { BatchReporter, toSignificant } from './reporter';
import { LearningRate, Patience } from './schedule';
import type { SampleRange, TaskData } from './tasks/task';
import type { TrainContext, TrainResult } from './train-context';

const EVALUATION_ROWS = 500;
/** Of a training part so many samples, as the last epoch's order has drawn them, tell how well it is known by now. */
const TRAIN_EVALUATED_MAX = 50_000;
const MINUTE_MS = 60_000;
/** Parts seeds of augmentation that follow each other by step. */
const SEED_STRIDE = 10_007;

/** Thrown through the fit when a stop was requested; never leaves this file. */
class Stopped extends Error {}

/** A training loss that is no longer a number: the run cannot recover. */
class Diverged extends Error {
  constructor(step: number) {
    super(`The loss is no longer a finite number at step ${step}: try a lower learning rate`);
    this.name = 'Diverged';
  }
}

/** Cuts samples into mini-batches. */
function* batchesOf(order: Uint32Array, size: number, first = 0): Generator<SampleRange> {
  for (let from = first * size; from < order.length; from += size) yield { order, from, count: Math.min(size, order.length - from) };
}

const freshState = (rate: LearningRate, stopping: Patience): FitState => ({
  epoch: 1,
  batch: 0,
  sums: {},
  rows: 0,
  fitMs: 0,
  trained: 0,
  rate: rate.state,
  stopping: stopping.state,
  best: null,
});

/** One training of a recipe, from its beginning or from where a checkpoint left it. */
class Fit {
  private readonly learner: Learner;
  private readonly rate: LearningRate;
  private readonly stopping: Patience;
  private readonly reporter: BatchReporter;
  private readonly stepsPerEpoch: number;
  private state: FitState;
  private bestWeights: readonly Float32Array[] = [];
  private savedAtMs = performance.now();

  constructor(
    private readonly context: TrainContext,
    private readonly recipe: TrainingRecipe,
    private readonly data: TaskData,
    private readonly sampleShape: readonly number[],
    model: LayersModel,
  ) {
    const { session, emit } = context;
    this.learner = new Learner(session, model, optimizerOf(session, recipe.optimizer, recipe.learningRate));
    this.stepsPerEpoch = Math.ceil(data.parts.train.length / recipe.batchSize);
    this.rate = new LearningRate(recipe, this.stepsPerEpoch, recipe.epochs);
    this.stopping = new Patience(recipe.earlyStopping);
    this.reporter = new BatchReporter(emit);
    this.state = freshState(this.rate, this.stopping);
  }

  /** @returns null when it was stopped */
  async run(): Promise<TrainResult | null> {
    const { parts } = this.data;
    this.context.emit({
      t: 'plan',
      epochs: this.recipe.epochs,
      stepsPerEpoch: this.stepsPerEpoch,
      trainSamples: parts.train.length,
      validationSamples: parts.validation.length,
      testSamples: parts.test.length,
      weights: this.learner.model.countParams(),
    });
    try {
      await this.goOn();
      await this.trainAll();
      return await this.result();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      await this.keep();
      return null;
    } finally {
      this.reporter.flush();
      this.learner.optimizer.dispose();
    }
  }

  private async goOn(): Promise<void> {
    const { session, spec, emit } = this.context;
    const found = await readCheckpoint(session, spec.checkpointFile, this.learner, JSON.stringify(this.recipe));
    if (found === null) return;
    this.state = found.state;
    this.bestWeights = found.bestWeights;
    this.rate.state = found.state.rate;
    this.stopping.state = found.state.stopping;
    const { epoch, batch } = found.state;
    emit({ t: 'log', text: `Goes on from its checkpoint, after step ${(epoch - 1) * this.stepsPerEpoch + batch}` });
  }

  private async trainAll(): Promise<void> {
    const { train } = this.data.parts;
    const first = this.state.epoch;
    for (let epoch = 1; epoch <= this.recipe.epochs; epoch++) {
      // The order of an epoch follows from those before it: also of those that another process went through.
      shuffle(train, this.data.random.next);
      if (epoch < first) continue;
      if (await this.trainEpoch(epoch)) return;
    }
  }

  /** @returns whether it ends here */
  private async trainEpoch(epoch: number): Promise<boolean> {
    const { train } = this.data.parts;
    const startedAt = performance.now();
    // An epoch that goes on from a checkpoint has less left to see.
    const seen = Math.max(0, train.length - this.state.batch * this.recipe.batchSize);
    this.reporter.startEpoch(epoch);
    await this.each(batchesOf(train, this.recipe.batchSize, this.state.batch), (x, samples) => this.trainBatch(epoch, x, samples));
    const epochMs = performance.now() - startedAt;
    this.reporter.flush();
    const held = await this.evaluate('validation');
    const means = Object.entries(this.state.sums).map(([name, sum]) => [`train/${name}_epoch`, toSignificant(sum / this.state.rows)]);
    const told: Record<string, number> = {
      ...(Object.fromEntries(means) as Record<string, number>),
      ...named('val', held),
      'train/samples_per_second_epoch': (seen / epochMs) * 1000,
    };
    this.reporter.endEpoch(told);
    this.noteBest(epoch, told);
    this.rate.epochEnded(held['loss'] ?? NaN);
    const isOver = this.stopping.isOver(held['loss'] ?? NaN);
    if (isOver) this.context.emit({ t: 'log', text: `Ended after epoch ${epoch}: the validation loss has not become smaller any more` });
    this.state = {
      ...this.state,
      ...{
        epoch: isOver ? this.recipe.epochs + 1 : epoch + 1,
        batch: 0,
        sums: {},
        rows: 0,
        rate: this.rate.state,
        stopping: this.stopping.state,
      },
      fitMs: this.state.fitMs + epochMs,
      trained: this.state.trained + seen,
    };
    if (!isOver) await this.keepIfDue();
    return isOver;
  }

  private trainBatch(epoch: number, x: Tensor, samples: SampleRange): void {
    const step = (epoch - 1) * this.stepsPerEpoch + this.state.batch + 1;
    setLearningRate(this.learner.optimizer, this.rate.at(step));
    const score = this.learner.train(x, (outputs, gradient) => this.data.score(outputs, samples, gradient));
    if (!Number.isFinite(score.loss)) throw new Diverged(step);
    const told: Record<string, number> = { ...score };
    this.reporter.batch(step, named('train', told), samples.count);
    const { sums, rows, batch } = this.state;
    const summed = Object.entries(told).map(([name, value]) => [name, (sums[name] ?? 0) + value * samples.count]);
    this.state = {
      ...this.state,
      batch: batch + 1,
      rows: rows + samples.count,
      sums: Object.fromEntries(summed) as Record<string, number>,
    };
  }

  /** Runs batches, and lets the event loop run after each. */
  private async each(batches: Iterable<SampleRange>, use: (x: Tensor, samples: SampleRange) => void, isTraining = true): Promise<void> {
    const { core } = this.context.session;
    for (const samples of batches) {
      const seed = isTraining ? this.recipe.seed + (this.state.epoch * this.stepsPerEpoch + this.state.batch) * SEED_STRIDE : null;
      const x = core.tensor(this.data.inputs(samples, seed), [samples.count, ...this.sampleShape], 'float32');
      try {
        use(x, samples);
      } finally {
        x.dispose();
      }
      await yieldToEventLoop();
      if (this.context.stopRequested()) throw new Stopped();
      if (isTraining) await this.keepIfDue();
    }
  }

  private async evaluate(part: DatasetPart): Promise<Readonly<Record<string, number>>> {
    const meter = this.data.meter(part);
    const samples = part === 'train' ? this.data.parts.train.subarray(0, TRAIN_EVALUATED_MAX) : this.data.parts[part];
    await this.each(batchesOf(samples, EVALUATION_ROWS), (x, samples) => meter.add(this.learner.predict(x), samples), false);
    return Object.fromEntries(Object.entries(meter.values()).map(([name, value]) => [name, toSignificant(value)]));
  }

  private noteBest(epoch: number, told: Readonly<Record<string, number>>): void {
    const { best: name } = this.recipe.checkpoint;
    const value = name === null ? undefined : told[name];
    if (name === null || value === undefined || !Number.isFinite(value)) return;
    const { best } = this.state;
    const isHigher = betterOf(name, this.data.scalars) === 'higher';
    if (best !== null && (isHigher ? value <= best.value : value >= best.value)) return;
    this.state = { ...this.state, best: { value, epoch } };
    this.bestWeights = weightsOf(this.learner.model);
  }

  private async keepIfDue(): Promise<void> {
    const { everyMinutes } = this.recipe.checkpoint;
    if (everyMinutes !== null && performance.now() - this.savedAtMs >= everyMinutes * MINUTE_MS) await this.keep();
  }

  /** A disk that refuses it takes nothing from the run. */
  private async keep(): Promise<void> {
    const { spec, emit } = this.context;
    this.savedAtMs = performance.now();
    if (spec.checkpointFile === null) return;
    try {
      const { state, bestWeights } = this;
      await writeCheckpoint(spec.checkpointFile, this.learner, { recipe: JSON.stringify(this.recipe), state, bestWeights });
    } catch (error) {
      emit({ t: 'log', text: `No checkpoint was written: ${String(error).slice(0, 1000)}` });
    }
  }

  private async result(): Promise<TrainResult> {
    const { session, spec, emit } = this.context;
    const { best, fitMs, trained } = this.state;
    if (best !== null) {
      setWeights(session, this.learner.model, this.bestWeights);
      emit({ t: 'log', text: `The weights are those after epoch ${best.epoch}: ${this.recipe.checkpoint.best ?? ''} ${best.value}` });
    }
    const result: Record<string, number> = {};
    for (const [name, part] of [
      ['train', 'train'],
      ['val', 'validation'],
      ['test', 'test'],
    ] as const)
      Object.assign(result, named(name, await this.evaluate(part)));
    if (spec.checkpointFile !== null) await rm(spec.checkpointFile, { force: true });
    return { ...result, ...(fitMs > 0 ? { 'train/samples_per_second': (trained / fitMs) * 1000 } : {}) };
  }
}

const named = (part: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${part}/${name}`, value]));

/**
 * Trains a model by a recipe and scores it on all three parts. One seed decides the split and every epoch's order. The event loop
 * runs between any two batches.
 *
 * @param model gives what `data.output` asks for; disposed by the caller
 * @returns null when stopped: a checkpoint is left then
 * @throws Diverged
 */
export const fit = (
  context: TrainContext,
  recipe: TrainingRecipe,
  data: TaskData,
  sampleShape: readonly number[],
  model: LayersModel,
): Promise<TrainResult | null> => new Fit(context, recipe, data, sampleShape, model).run();
