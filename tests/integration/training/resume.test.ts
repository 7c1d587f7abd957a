import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { TrainerEvent } from '@shared/contract/trainer';
import { isFinal } from '@shared/model/run';
import { TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import { checkpointFile } from '../../../src-main/core/jobs/kept-recipe';
import { bundleEntry } from '../../helpers/bundle';
import { curvesIn } from '../../helpers/curves';
import { shippedRecipe } from '../../helpers/training-sources';
import { temporaryFolder } from '../store/support/stores';
import { ended, reached, realTrainer, specOf, testJobs } from './support';

type Parts = typeof import('./programs/trainer-parts');

let parts: Parts;
let session: Awaited<ReturnType<Parts['wasm']['load']>>;

beforeAll(async () => {
  parts = createRequire(import.meta.url)(await bundleEntry('tests/integration/training/programs/trainer-parts.ts')) as Parts;
  session = await parts.wasm.load({ enginesDir: '' });
});

/** Uses all that a checkpoint has to keep: masks of dropout, moving means, moments, a schedule that looks back, weights of classes. */
const recipe = (over: Partial<RecipeDeclaration> = {}): TrainingRecipe =>
  TrainingRecipe.parse({
    ...shippedRecipe('breast-cancer'),
    model: {
      layers: [
        { type: 'dense', units: 8, activation: 'relu', l2: 0.001 },
        { type: 'batchNormalization' },
        { type: 'dropout', rate: 0.3 },
        { type: 'dense', units: 1, activation: 'sigmoid' },
      ],
    },
    schedule: { type: 'plateau', patience: 1, factor: 0.5 },
    warmUp: 7,
    earlyStopping: { patience: 20 },
    checkpoint: { everyMinutes: 5, best: 'val/loss' },
    epochs: 4,
    ...over,
  });

interface Told {
  /** By step. */
  readonly losses: ReadonlyMap<number, unknown>;
  readonly epochs: readonly unknown[];
  readonly result: Awaited<ReturnType<Parts['trainRecipe']>>;
}

/** @param stopAt batches until it is stopped, which leaves a checkpoint as a minute's does */
async function train(what: TrainingRecipe, checkpoint: string, stopAt = Infinity): Promise<Told> {
  const losses = new Map<number, unknown>();
  const epochs: unknown[] = [];
  let asked = 0;
  const emit = (event: TrainerEvent): void => {
    if (event.t !== 'scalars') return;
    event.step.forEach((step, i) => {
      const [loss, mean] = [event.values['train/loss']?.[i] ?? null, event.values['train/loss_epoch']?.[i] ?? null];
      if (loss !== null) losses.set(step, loss);
      if (mean !== null) epochs.push([step, mean, event.values['val/loss']?.[i]]);
    });
  };
  const spec = specOf(what, { checkpointFile: checkpoint });
  const result = await parts.trainRecipe({ spec, session, emit, stopRequested: () => ++asked >= stopAt }, what);
  return { losses, epochs, result };
}

const file = (): string => join(temporaryFolder(), 'checkpoint.bin');

describe('a training that goes on from its checkpoint', () => {
  it.each([
    ['Adam', { type: 'adam' }],
    ['momentum', { type: 'sgd', momentum: 0.9 }],
    ['gradient descent', { type: 'sgd' }],
  ] as const)('takes the identical next step, and all after it, with %s', async (_, optimizer) => {
    const what = recipe({ optimizer });
    const whole = await train(what, file());
    const steps = whole.losses.size;
    expect(steps).toBeGreaterThan(20);
    // In the midst of the first epoch, of a later one, and behind the last batch of one.
    for (const stopAt of [3, 19]) {
      const path = file();
      const first = await train(what, path, stopAt);
      expect(first.result).toBeNull();
      expect(existsSync(path)).toBe(true);
      const second = await train(what, path);
      const told = new Map([...first.losses, ...second.losses]);
      expect(second.losses.has(Math.max(...first.losses.keys()) + 1)).toBe(true);
      expect([...told]).toEqual([...whole.losses]);
      expect([...first.epochs, ...second.epochs]).toEqual(whole.epochs);
      const { 'train/samples_per_second': _speed, ...numbers } = second.result ?? {};
      expect(whole.result).toMatchObject(numbers);
      // One that has ended leaves none.
      expect(existsSync(path)).toBe(false);
    }
  });

  it('is not taken for that of another recipe', async () => {
    const path = file();
    await train(recipe(), path, 5);
    await expect(train(recipe({ learningRate: 0.01 }), path)).rejects.toThrow('of another recipe');
  });
});

describe('a trainer that is killed', () => {
  const params = { epochs: 150 };
  const killed = async (resumes: number) => {
    const document = TrainingRecipe.parse({
      ...shippedRecipe('breast-cancer'),
      checkpoint: { everyMinutes: 0.01, resumes },
      earlyStopping: null,
      seed: 5,
    });
    const runsDir = join(temporaryFolder(), 'runs');
    const test = testJobs(await realTrainer(), { runsDir });
    const first = test.jobs.start({ recipe: 'breast-cancer', document, engine: 'wasm', params });
    await vi.waitFor(() => expect(existsSync(checkpointFile(runsDir, first))).toBe(true), { timeout: 120_000, interval: 20 });
    const pid = test.jobs.processes().get(first);
    if (pid === undefined) throw new Error('it is under way');
    return { ...test, first, document, kill: () => process.kill(pid, 'SIGKILL') };
  };
  const lossesOf = (path: string, id: string): Map<number, number> => {
    const { x = [], y = [] } = curvesIn(path, id)['train/loss'] ?? {};
    return new Map([...x].map((step, i) => [step, y[i] ?? NaN]));
  };

  it('goes on by itself where its recipe says so, with the steps that one has which nobody killed', async () => {
    const { jobs, writer, first, document, kill } = await killed(1);
    const next = new Promise<string>((resolve) => jobs.onRetry((attempt) => resolve(attempt.next.id)));
    kill();
    const second = await next;
    expect(jobs.get(first)).toMatchObject({ status: 'failed' });
    await reached(jobs, second, (run) => isFinal(run.status));
    expect(jobs.get(second)).toMatchObject({ status: 'succeeded', control: { attempt: 2, retryOf: first } });
    const whole = jobs.start({
      recipe: 'breast-cancer',
      document: { ...document, checkpoint: { ...document.checkpoint, everyMinutes: null } },
      engine: 'wasm',
      params,
    });
    await ended(jobs, whole);
    const [expected, gone] = [lossesOf(writer.path, whole), lossesOf(writer.path, second)];
    expect(gone.size).toBeGreaterThan(0);
    expect(gone.size).toBeLessThan(expected.size);
    for (const [step, loss] of gone) expect([step, loss]).toEqual([step, expected.get(step)]);
    expect(jobs.get(second)?.result?.['test/loss']).toBe(jobs.get(whole)?.result?.['test/loss']);
  }, 300_000);

  it('goes on when it is asked to, and only from a checkpoint', async () => {
    const { jobs, first, kill } = await killed(0);
    kill();
    await ended(jobs, first);
    const second = jobs.resumeRun(first, null);
    const run = await ended(jobs, second);
    expect(run).toMatchObject({ status: 'succeeded', control: { attempt: 2, retryOf: first } });
    expect(() => jobs.resumeRun(second, null)).toThrow('left no checkpoint');
  }, 300_000);
});
