import { z } from 'zod';
import { EngineId, RecipeId } from '../model/recipes';
import { RunParams, RunResult } from '../model/run';
import { Message } from '../text/message';

/** The trainer protocol: one JSON object a line, both ways. A line is at most this many UTF-16 units. */
export const TRAINER_LINE_MAX = 64 * 1024;

/** What a trainer is told to do; its first request line. */
export const TrainerSpec = z.object({
  runId: z.string(),
  recipe: RecipeId,
  engine: EngineId,
  /** Complete, and checked by the recipe's specifications. */
  params: RunParams,
  /** Folder of the shipped data sets. */
  datasetsDir: z.string(),
  /** Folder where `engine cuda` installs the second engine. */
  enginesDir: z.string(),
});
export type TrainerSpec = z.infer<typeof TrainerSpec>;

/** `probe` only loads the engine: answered by hello and exit 0, or by failed. */
export const TrainerRequest = z.discriminatedUnion('t', [
  z.object({ t: z.literal('start'), spec: TrainerSpec }),
  z.object({ t: z.literal('probe'), engine: EngineId, enginesDir: z.string() }),
  z.object({ t: z.literal('stop') }),
]);
export type TrainerRequest = z.infer<typeof TrainerRequest>;

const column = z.array(z.number().nullable()).max(4096);

/** What a trainer says. Order: hello, plan, (batch | epoch | log)*, then exactly one of result, stopped, failed; then it exits 0 (failed: 1). */
export const TrainerEvent = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), v: z.literal(1), engine: EngineId, detail: z.string().max(500) }),
  z.object({
    t: z.literal('plan'),
    epochs: z.number().int(),
    stepsPerEpoch: z.number().int(),
    trainSamples: z.number().int(),
    validationSamples: z.number().int(),
    testSamples: z.number().int(),
    weights: z.number().int(),
  }),
  /** Batches since the last such line, at most ten lines a second. `step` counts from the start of the run, 1-based. */
  z.object({
    t: z.literal('batch'),
    epoch: z.number().int(),
    step: z.array(z.number().int()).max(4096),
    atMs: z.array(z.number()).max(4096),
    loss: column,
    accuracy: column,
    samplesPerSecond: z.number().nullable(),
  }),
  z.object({
    t: z.literal('epoch'),
    epoch: z.number().int(),
    atMs: z.number(),
    loss: z.number(),
    accuracy: z.number(),
    valLoss: z.number().nullable(),
    valAccuracy: z.number().nullable(),
    samplesPerSecond: z.number(),
  }),
  z.object({ t: z.literal('log'), text: z.string().max(8192) }),
  z.object({ t: z.literal('result'), result: RunResult }),
  z.object({ t: z.literal('stopped') }),
  z.object({
    t: z.literal('failed'),
    code: z.enum(['engine-unavailable', 'trainer-error']),
    message: z.string().max(8192),
    localized: Message.optional(),
  }),
]);
export type TrainerEvent = z.infer<typeof TrainerEvent>;
