import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { z } from 'zod';
import type { EngineSession } from './engines/engine';
import { optimizerState, restoreOptimizer } from './optimizer';
import { dropoutDraws } from './seeded-dropout';
import type { Learner } from './learner';

const patience = z.object({ best: z.number().nullable(), without: z.number() });

/** Where a fit stands between two batches; of numbers only, so that JSON gives them back as they were. */
export const FitState = z.object({
  /** The epoch under way, from 1, and how many of its batches are done. */
  epoch: z.number().int().min(1),
  batch: z.number().int().min(0),
  /** Sums of the epoch so far, by name, and the rows they are of. */
  sums: z.record(z.string(), z.number()),
  rows: z.number(),
  /** Time of fitting in the epochs before, ms, and samples seen in them. */
  fitMs: z.number(),
  trained: z.number(),
  rate: z.object({ factor: z.number(), patience }),
  stopping: patience,
  /** The best so far by the recipe's rule. */
  best: z.object({ value: z.number(), epoch: z.number() }).nullable(),
});
export type FitState = z.infer<typeof FitState>;

const Head = z.object({
  v: z.literal(1),
  /** What was trained: a checkpoint of anything else is none. */
  recipe: z.string(),
  state: FitState,
  draws: z.array(z.number()),
  iterations: z.number(),
  betas: z.tuple([z.number(), z.number()]).nullable(),
  weights: z.array(z.number()),
  moments: z.array(z.number()),
  bestWeights: z.array(z.number()),
});

export interface Checkpoint {
  /** The recipe's document, as text. */
  readonly recipe: string;
  readonly state: FitState;
  /** Of the best epoch; none = there is none yet. */
  readonly bestWeights: readonly Float32Array[];
}

/** The weights of a model, in its order. */
export const weightsOf = (model: LayersModel): Float32Array[] =>
  model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);

export function setWeights({ core }: EngineSession, model: LayersModel, values: readonly Float32Array[]): void {
  core.tidy(() => model.setWeights(model.getWeights().map((weight, i) => core.tensor(values[i] ?? [], weight.shape, 'float32'))));
}

/**
 * Writes a checkpoint in place of the one before: in a file beside it, on the disk before it has its name. Whatever ends this
 * process, one of the two is there, whole. Its head is one line of JSON, and behind it stand the numbers as float32, little-endian.
 */
export async function writeCheckpoint(path: string, learner: Learner, { recipe, state, bestWeights }: Checkpoint): Promise<void> {
  const { iterations, betas, values } = await optimizerState(learner.optimizer);
  const weights = weightsOf(learner.model);
  const lengths = (arrays: readonly Float32Array[]): number[] => arrays.map(({ length }) => length);
  const head: z.infer<typeof Head> = {
    v: 1,
    recipe,
    state,
    draws: dropoutDraws(learner.model).map((random) => random.state),
    iterations,
    betas: betas === null ? null : [...betas],
    weights: lengths(weights),
    moments: lengths(values),
    bestWeights: lengths(bestWeights),
  };
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(head)}\n`);
    for (const array of [...weights, ...values, ...bestWeights])
      await file.writeFile(Buffer.from(array.buffer, array.byteOffset, array.byteLength));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  // The name is on the disk only once its folder is; Windows opens no folders, and needs none of this.
  const folder = await open(dirname(path), 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/**
 * Puts a model and its optimizer where a checkpoint left them.
 * @param path null = none is looked for
 * @returns null = there is none
 * @throws Error for one that is damaged, or of another recipe
 */
export async function readCheckpoint(
  session: EngineSession,
  path: string | null,
  learner: Learner,
  recipe: string,
): Promise<Omit<Checkpoint, 'recipe'> | null> {
  const bytes = path === null ? null : await readFile(path).catch(ifThere);
  if (bytes === null) return null;
  const end = bytes.indexOf('\n');
  const head = Head.safeParse(end < 0 ? null : JSON.parse(bytes.toString('utf8', 0, end)));
  if (!head.success) throw new Error(`${path ?? ''} is no checkpoint of this version`);
  if (head.data.recipe !== recipe) throw new Error(`${path ?? ''} is a checkpoint of another recipe`);
  const { state, draws, iterations, betas, weights, moments, bestWeights } = head.data;
  let at = end + 1;
  const take = (lengths: readonly number[]): Float32Array[] =>
    lengths.map((length) => {
      const values = new Float32Array(length);
      if (at + values.byteLength > bytes.length) throw new Error(`${path ?? ''} is cut short`);
      new Uint8Array(values.buffer).set(bytes.subarray(at, at + values.byteLength));
      at += values.byteLength;
      return values;
    });
  setWeights(session, learner.model, take(weights));
  await restoreOptimizer(session, learner.optimizer, { iterations, betas, values: take(moments) }, learner.weights);
  dropoutDraws(learner.model).forEach((random, i) => (random.state = draws[i] ?? 0));
  return { state, bestWeights: take(bestWeights) };
}

function ifThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
