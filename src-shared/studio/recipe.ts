import { z } from 'zod';
import { ScalarName } from '../model/curve';
import { ColumnName, DatasetId } from '../model/dataset';
import { DataRecipe } from '../model/dataset-recipe';
import { ParamName } from '../model/param';
import { Message } from '../text/message';
import { EarlyStopping, Layer, Optimizer } from './model';

/** What a recipe is called in a file, an address and a command: `recipes/ID.json`. */
export const RecipeId = z.string().regex(/^[a-z\d][a-z\d-]{0,63}$/, 'small letters, digits and "-", beginning with a letter or digit');
export type RecipeId = z.infer<typeof RecipeId>;

const share = z.number().min(0).max(0.9);
const count = z.number().int().min(1);

/**
 * What is learned. `classification`: to which class of the target a row belongs. `regression`: the numbers of the targets, of the
 * same row or, as a forecast, of a later one. `next-token`: which character or word follows those before it.
 */
export const Task = z.discriminatedUnion('type', [
  z.object({ type: z.literal('classification'), target: ColumnName }),
  z.object({
    type: z.literal('regression'),
    targets: z.array(ColumnName).min(1).max(64),
    /**
     * Each row is the last of `steps` that follow each other, and its targets are those `horizon` steps later. `order`: rows follow
     * each other by this column, null = as they lie. `group`: a window never reaches from one value of this column into another.
     */
    forecast: z
      .object({
        steps: count.max(10_000),
        horizon: count.max(10_000),
        order: ColumnName.nullable().default(null),
        group: ColumnName.nullable().default(null),
      })
      .nullable()
      .default(null),
  }),
  z.object({
    type: z.literal('next-token'),
    by: z.enum(['character', 'word']).default('character'),
    /** The most frequent ones of the training part; two places come on top, for padding and for what is none of them. */
    vocabulary: count.max(100_000),
    /** How many come before the one that is told. */
    context: count.max(10_000),
    /** Places between two samples; a model that tells a token for each place of its context takes stretches that follow each other. */
    stride: count.max(10_000).default(1),
    /** Shares of the text, taken from its end: the test part last. */
    validation: share,
    test: share,
  }),
]);
export type Task = z.infer<typeof Task>;
export type TaskType = Task['type'];

/**
 * What is made small, a mean over rows. `cross-entropy`: −Σ y·ln p over the classes; `sparse-cross-entropy` is the same with the
 * number of the class in place of a vector; `binary-cross-entropy`: of one output, the probability of the second of two classes.
 * `mse`: Σ (y − ŷ)² over the targets, divided by their number; `mae`: the same of |y − ŷ|; `huber`: squared up to a difference of
 * one, then straight (Huber 1964).
 */
export const losses = ['sparse-cross-entropy', 'cross-entropy', 'binary-cross-entropy', 'mse', 'mae', 'huber'] as const;
export const Loss = z.enum(losses);
export type Loss = z.infer<typeof Loss>;

/** How the learning rate changes with the epochs. After `warmUp` it is `learningRate` times what this says. */
export const Schedule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('constant') }),
  /** Times `factor` after every so many epochs. */
  z.object({ type: z.literal('step'), epochs: count.max(1000), factor: z.number().gt(0).lt(1) }),
  /** By half a cosine from one to `floor` over all epochs, anew at each step (Loshchilov and Hutter 2017). */
  z.object({ type: z.literal('cosine'), floor: z.number().min(0).max(1).default(0) }),
  /** Times `factor` whenever the validation loss has not become smaller for `patience` epochs; never below `floor`. */
  z.object({
    type: z.literal('plateau'),
    patience: count.max(1000),
    factor: z.number().gt(0).lt(1),
    floor: z.number().min(0).max(1).default(0),
  }),
]);
export type Schedule = z.infer<typeof Schedule>;

/** What is kept of a run while it goes on, so that it can go on from there after whatever ended it. */
export const CheckpointRule = z.object({
  /** Null = only at the end of an epoch that is the best by `best`. */
  everyMinutes: z.number().min(0.01).max(1440).nullable().default(5),
  /** A scalar that is told at the end of an epoch: the weights with its best value are kept, and are what is saved at the end. */
  best: ScalarName.nullable().default(null),
  /** How often a run whose trainer died goes on by itself from its last checkpoint. */
  resumes: z.number().int().min(0).max(20).default(0),
});
export type CheckpointRule = z.infer<typeof CheckpointRule>;

/** A number of the document that is asked for when a run is started; what stands there is its default. */
export const RecipeParam = z.object({
  name: ParamName,
  /** Where it stands: names and places from zero, as `["model", "layers", 0, "units"]`. */
  at: z
    .array(z.union([z.string().min(1), z.number().int().nonnegative()]))
    .min(1)
    .max(10),
  /** Left out for one of the names that every recipe shares. */
  label: Message.optional(),
});
export type RecipeParam = z.infer<typeof RecipeParam>;

/**
 * All that decides a training besides the data itself and the engine: a document that is written, saved, duplicated and handed on.
 * One trainer trains every one of them, on any engine; the same document, seed and engine give the same curve.
 */
export const TrainingRecipe = z.object({
  v: z.literal(1),
  name: z.string().trim().min(1).max(120),
  about: z.string().trim().max(2_000).default(''),
  /** What a person has to be told wherever a result of it is shown. */
  notice: z.enum(['no-diagnosis']).nullable().default(null),
  /** A shipped data set or one of the person's own; version null = the newest. */
  data: z.object({ dataset: DatasetId, version: z.number().int().positive().nullable().default(null) }),
  /** Split, steps and augmentation; what a step learns it learns from the training part. Kept with the model, so that it is served alike. */
  prepare: DataRecipe.prefault({}),
  /** Share of the training part that is held out for validation, drawn by the seed; null = the split has a validation part. */
  holdOut: z.number().min(0.01).max(0.9).nullable().default(null),
  /** Columns that the model is given, as they are once prepared: an image or a vector alone, or numbers beside each other. Of `next-token` the text. */
  inputs: z.array(ColumnName).min(1).max(4_096),
  task: Task,
  model: z.object({
    /** Shape of one sample; null = as the inputs lie. Another one with as many numbers is taken in its place. */
    input: z.array(z.number().int().min(1).max(65_536)).min(1).max(3).nullable().default(null),
    layers: z.array(Layer).min(1).max(200),
  }),
  loss: Loss,
  optimizer: Optimizer.prefault({ type: 'adam' }),
  learningRate: z.number().gt(0).max(10),
  schedule: Schedule.prefault({ type: 'constant' }),
  /** Steps over which the learning rate rises in a straight line from zero; 0 = none. */
  warmUp: z.number().int().min(0).max(1_000_000).default(0),
  earlyStopping: EarlyStopping.nullable().default(null),
  /** Balanced: a row counts by how rare its class is, rows / (classes · rows of its class), so that each class weighs alike. */
  classWeights: z.enum(['none', 'balanced']).default('none'),
  epochs: z.number().int().min(1).max(1000),
  batchSize: z.number().int().min(1).max(4096),
  seed: z.number().int().min(0).max(0xffff_ffff),
  checkpoint: CheckpointRule.prefault({}),
  params: z.array(RecipeParam).max(40).default([]),
});
export type TrainingRecipe = Readonly<z.infer<typeof TrainingRecipe>>;
/** As it is written: what has a default may be left out. */
export type RecipeDeclaration = z.input<typeof TrainingRecipe>;
