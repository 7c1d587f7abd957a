import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readArtifacts } from '../../../src-main/core/jobs/artifacts';
import { notOnWindows } from '../../helpers/needs';
import { temporaryFolder } from '../store/support/stores';
import { ended, realTrainer, startRun, testJobs } from './support';

it('a recipe leaves its trained model, what it was made by and how its rows are made ready, each listed with its size', async () => {
  const { jobs } = testJobs(await realTrainer());
  const id = startRun(jobs, { epochs: 1, hiddenUnits: 8 });
  const run = await ended(jobs, id);
  expect(run.status).toBe('succeeded');
  const { path, files, count, complete } = await readArtifacts(jobs.artifactsOf(id));
  expect(files.map((file) => file.path).sort()).toEqual(['model.json', 'preparation.json', 'recipe.json', 'weights.bin']);
  expect([count, complete]).toEqual([4, true]);
  // 784 × 8 + 8 + 8 × 10 + 10 weights of four bytes.
  expect(run.plan?.weights).toBe(6370);
  expect(files.find((file) => file.path === 'weights.bin')?.bytes).toBe(6370 * 4);
  const model = JSON.parse(readFileSync(join(path, 'model.json'), 'utf8')) as { format: string; weightsManifest: { weights: unknown[] }[] };
  expect(model.format).toBe('layers-model');
  expect(model.weightsManifest[0]?.weights).toHaveLength(4);
});

it('files are counted whole, the largest listed, links and what lies behind them left out', notOnWindows, async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'checkpoints', 'one'), { recursive: true });
  for (let i = 0; i < 450; i++) writeFileSync(join(dir, 'checkpoints', `${i}.bin`), Buffer.alloc(i));
  writeFileSync(join(dir, 'checkpoints', 'one', 'large.bin'), Buffer.alloc(10_000));
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret'), Buffer.alloc(1_000_000));
  symlinkSync(outside, join(dir, 'link'));
  symlinkSync(join(outside, 'secret'), join(dir, 'file'));
  const all = await readArtifacts(dir);
  expect(all).toMatchObject({ count: 451, bytes: (449 * 450) / 2 + 10_000, complete: true });
  expect(all.files).toHaveLength(200);
  expect(all.files.slice(0, 2).map(({ path }) => path)).toEqual(['checkpoints/one/large.bin', 'checkpoints/449.bin']);
  expect(await readArtifacts(dir, undefined, 100)).toMatchObject({ count: 100, complete: false });
  expect(await readArtifacts(join(dir, 'nowhere'))).toMatchObject({ count: 0, bytes: 0, files: [], complete: true });
});
