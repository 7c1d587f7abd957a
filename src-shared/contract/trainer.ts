import { z } from 'zod';
import { ScalarName, ScalarValue } from '../model/curve';
import { EngineId } from '../model/recipes';
import { RunParams } from '../model/run';
import { Served } from '../model/serving';
import { Message } from '../text/message';

/** The trainer protocol: one JSON object a line, both ways. A line is at most this many UTF-16 units. */
export const TRAINER_LINE_MAX = 64 * 1024;

/** What a trainer is told to do; its first request line. */
export const TrainerSpec = z.object({
  runId: z.string(),
  /** What its recipe is called; the document itself is a file. */
  recipe: z.string(),
  recipeFile: z.string(),
  engine: EngineId,
  /** The numbers of the document that were asked for, as they stand in it. */
  params: RunParams,
  /** Folder of the version of the data set that it learns from. */
  datasetFolder: z.string(),
  /** Folder where `engine cuda` installs the second engine. */
  enginesDir: z.string(),
  /** Where it may leave what is kept of the run; the folder is there. */
  artifactsDir: z.string(),
  /** Where it leaves its checkpoints, and goes on from one that is there; null = none are wanted. */
  checkpointFile: z.string().nullable(),
});
export type TrainerSpec = z.infer<typeof TrainerSpec>;

/** What a trainer serves instead of training: the same program, since it has the engines. */
export const ServingSpec = z.object({
  runId: z.string(),
  engine: EngineId,
  enginesDir: z.string(),
  artifactsDir: z.string(),
  /** With the model, or with a folder for each of its versions. */
  folder: z.string(),
  name: z.string(),
  host: z.string(),
  /** 0 = any free one. */
  port: z.number().int().min(0).max(65_535),
  versions: z.union([z.enum(['all', 'newest']), z.array(z.number().int().positive())]),
  labels: z.record(z.string(), z.number().int().positive()),
  maxBatch: z.number().int().positive(),
  maxDelayMs: z.number().nonnegative(),
  maxQueue: z.number().int().positive(),
  /** Numbers that are not finite are `NaN` and `Infinity`, as TensorFlow Serving has them; else they are refused. */
  tokens: z.boolean(),
  tokenFile: z.string().nullable(),
});
export type ServingSpec = z.infer<typeof ServingSpec>;

/** All rows of a file that a trainer predicts instead of training. */
export const PredictionSpec = z.object({
  runId: z.string(),
  engine: EngineId,
  enginesDir: z.string(),
  artifactsDir: z.string(),
  /** With the model, or with a folder for each of its versions. */
  folder: z.string(),
  /** Null = the newest. */
  version: z.number().int().positive().nullable(),
  input: z.string(),
  output: z.string(),
  columns: z.array(z.string()),
  batch: z.number().int().positive(),
});
export type PredictionSpec = z.infer<typeof PredictionSpec>;

/** `probe` only loads the engine: answered by hello and exit 0, or by failed. */
export const TrainerRequest = z.discriminatedUnion('t', [
  z.object({ t: z.literal('start'), spec: TrainerSpec }),
  z.object({ t: z.literal('serve'), spec: ServingSpec }),
  z.object({ t: z.literal('predict'), spec: PredictionSpec }),
  z.object({ t: z.literal('probe'), engine: EngineId, enginesDir: z.string() }),
  z.object({ t: z.literal('stop') }),
]);
export type TrainerRequest = z.infer<typeof TrainerRequest>;
/** What a run is begun with. */
export type RunRequestLine = Extract<TrainerRequest, { t: 'start' | 'serve' | 'predict' }>;

/** Rows of one `scalars` line. */
const ROWS = 4096;

/**
 * Numbers of some steps, as columns of equal length: at most ten such lines a second. `values` by name; null = this name has
 * no number at this step. `progress` tells how far the run is, where there is a plan or where the newest step is not it.
 */
export const TrainerScalars = z.object({
  t: z.literal('scalars'),
  step: z.array(z.number().int().nonnegative()).max(ROWS),
  atMs: z.array(z.number()).max(ROWS),
  values: z.record(ScalarName, z.array(ScalarValue.nullable()).max(ROWS)),
  progress: z.object({ epoch: z.number().int().nonnegative(), step: z.number().int().nonnegative() }).optional(),
});
export type TrainerScalars = z.infer<typeof TrainerScalars>;

/** What a trainer says. Order: hello, plan, (define | scalars | serving | log)*, then exactly one of result, stopped, failed; then it exits 0 (failed: 1). */
export const TrainerEvent = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), v: z.literal(2), engine: EngineId, detail: z.string().max(500) }),
  z.object({
    t: z.literal('plan'),
    epochs: z.number().int().positive(),
    stepsPerEpoch: z.number().int().positive(),
    trainSamples: z.number().int().nonnegative(),
    validationSamples: z.number().int().nonnegative(),
    testSamples: z.number().int().nonnegative(),
    weights: z.number().int().nonnegative(),
  }),
  /**
   * What scalars of these names are (src-shared/model/scalar-declaration.ts), at any time. A definition that cannot be taken
   * becomes a line of the log, and the run goes on.
   */
  z.object({ t: z.literal('define'), scalars: z.record(z.string(), z.unknown()) }),
  TrainerScalars,
  /** It listens; once, of a trainer that serves. */
  z.object({ t: z.literal('serving'), served: Served }),
  z.object({ t: z.literal('log'), text: z.string().max(8192) }),
  /** What the run ended with. */
  z.object({ t: z.literal('result'), values: z.record(ScalarName, ScalarValue) }),
  z.object({ t: z.literal('stopped') }),
  z.object({
    t: z.literal('failed'),
    code: z.enum(['engine-unavailable', 'trainer-error']),
    message: z.string().max(8192),
    localized: Message.optional(),
  }),
]);
export type TrainerEvent = z.infer<typeof TrainerEvent>;
