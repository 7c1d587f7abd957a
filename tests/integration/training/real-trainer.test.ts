import { join } from 'node:path';
import { curvesIn } from '../../helpers/curves';
import { notOnWindows } from '../../helpers/needs';
import { describe, expect, it } from 'vitest';
import { TrainerEvent } from '@shared/contract/trainer';
import { scalarsOf } from '@shared/studio/recipe-scalars';
import { shippedRecipe, shippedTraining } from '../../helpers/training-sources';
import { english } from '@shared/text/message';
import { trainerSpec } from '../../../src-main/core/jobs/launcher';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { ended, reached, realTrainer, repo, specOf, startRun, testJobs } from './support';

const failed = (error: unknown): never => {
  throw error;
};

describe('mnist-mlp on the embedded engine', () => {
  it('trains five epochs to at least 0.92 on the test part, with its whole curve stored', async () => {
    const { jobs, writer, readings, said } = testJobs(await realTrainer());
    const id = startRun(jobs);
    const run = await ended(jobs, id);
    expect(run).toMatchObject({ status: 'succeeded', failure: null, engine: 'wasm' });
    expect(run.engineUsed).toMatch(/^wasm \(SIMD.*\), tfjs 4\.22\.0$/);
    expect(run.plan).toEqual({
      epochs: 5,
      stepsPerEpoch: 200,
      trainSamples: 6400,
      validationSamples: 1600,
      testSamples: 2000,
      weights: 784 * 128 + 128 + 128 * 10 + 10,
    });
    expect(run.progress).toEqual({ epoch: 5, step: 1000 });
    expect(Object.keys(run.result ?? {}).sort()).toEqual([...scalarsOf(shippedRecipe('mnist-mlp').task).result].sort());
    expect(run.result?.['test/accuracy']).toBeGreaterThanOrEqual(0.92);
    expect(run.result?.['train/samples_per_second']).toBeGreaterThan(0);

    const curves = curvesIn(writer.path, id);
    const { step, epoch } = scalarsOf(shippedRecipe('mnist-mlp').task);
    expect(Object.keys(curves).sort()).toEqual([...step, ...epoch, 'epoch'].sort());
    expect(curves['train/loss']?.x).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(curves['train/loss']?.y.every(Number.isFinite)).toBe(true);
    expect(curves.epoch).toEqual({ x: [1, 201, 401, 601, 801], y: [1, 2, 3, 4, 5] });
    expect(curves['val/loss']?.x).toEqual([200, 400, 600, 800, 1000]);
    const means = curves['train/loss_epoch']?.y ?? [];
    expect(means[4]).toBeLessThan(means[0] ?? 0);
    expect(curves['val/accuracy']?.y[4]).toBeCloseTo(run.result?.['val/accuracy'] ?? 0, 5);
    expect(said).toEqual([]);

    const metrics = new Set(readings.map(({ reading }) => reading.metric));
    expect(metrics).toEqual(new Set(['train.loss', 'train.accuracy', 'train.throughput', 'train.val_loss', 'train.val_accuracy']));
    expect(
      readings.every(({ atMs, reading }) => Number.isInteger(atMs) && reading.device === `run/${id}` && reading.provenance === 'measured'),
    ).toBe(true);
    const times = readings.filter(({ reading }) => reading.metric === 'train.loss').map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('gives the same curve for the same seed, another one for another', async () => {
    const { jobs, writer } = testJobs(await realTrainer());
    const curves: number[][] = [];
    for (const seed of [7, 7, 8]) {
      const id = startRun(jobs, { epochs: 1, seed });
      expect((await ended(jobs, id)).status).toBe('succeeded');
      curves.push(curvesIn(writer.path, id)['train/loss']?.y ?? []);
    }
    expect(curves[0]).toHaveLength(200);
    expect(curves[1]).toEqual(curves[0]);
    expect(curves[2]).not.toEqual(curves[0]);
  });

  it('stops in the middle when asked, without being killed, and keeps what it had', async () => {
    const { jobs, writer } = testJobs(await realTrainer(), { stopGraceMs: 600_000, termGraceMs: 600_000 });
    const id = startRun(jobs, { epochs: 1000 });
    await reached(jobs, id, (run) => run.progress.step > 0);
    jobs.stop(id);
    const run = await ended(jobs, id);
    expect(run).toMatchObject({ status: 'stopped', failure: null, result: null });
    expect(run.progress.step).toBeLessThan(200_000);
    expect(curvesIn(writer.path, id)['train/loss']?.x).toHaveLength(run.progress.step);
  });

  it('takes SIGTERM for a request to stop: it ends in order', notOnWindows, async () => {
    const trainer = createChildLauncher({ program: await realTrainer() }).launch(trainerSpec(null), failed);
    const said: string[] = [];
    const exit = new Promise((resolve) => trainer.onExit(resolve));
    trainer.onLine((line) => {
      const { t } = TrainerEvent.parse(JSON.parse(line));
      said.push(t);
      if (t === 'scalars') trainer.kill('SIGTERM');
    });
    const spec = specOf({ ...shippedRecipe('mnist-mlp'), epochs: 1000 });
    trainer.send(JSON.stringify({ t: 'start', spec }));
    expect(await exit).toEqual({ code: 0, signal: null, error: null });
    expect(said.at(-1)).toBe('stopped');
    expect(said).not.toContain('result');
  });

  it('does not do what it cannot understand', async () => {
    const trainer = createChildLauncher({ program: await realTrainer() }).launch(trainerSpec(null), failed);
    const said: TrainerEvent[] = [];
    const exit = new Promise((resolve) => trainer.onExit(resolve));
    trainer.onLine((line) => said.push(TrainerEvent.parse(JSON.parse(line))));
    trainer.send(JSON.stringify({ t: 'start', spec: { recipe: 'world-peace' } }));
    expect(await exit).toEqual({ code: 1, signal: null, error: null });
    expect(said).toMatchObject([
      { t: 'failed', code: 'trainer-error', message: expect.stringContaining('cannot be understood') as string },
    ]);
  });

  it('fails with its reason when the data set is not there', async () => {
    const nowhere = { folder: join(repo, 'nowhere'), version: 1 };
    const { jobs, log } = testJobs(await realTrainer(), { training: { ...shippedTraining(), dataset: () => nowhere } });
    const run = await ended(jobs, startRun(jobs));
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'trainer-error' } });
    expect(english(run.failure?.message ?? '')).toMatch(/^Error: ENOENT.*version\.json'$/);
    // Where it happened is for the log.
    expect((await log(run.id)).some(({ source, text }) => source === 'stderr' && text.includes('StoredVersion'))).toBe(true);
  });
});

describe('the second engine', () => {
  it('that is not installed is refused, with where to find how it is installed', async () => {
    const { jobs } = testJobs(await realTrainer());
    const run = await ended(jobs, startRun(jobs, {}, 'cuda'));
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'engine-unavailable' } });
    expect(english(run.failure?.message ?? '')).toContain('the doctor says how');
  });
});
