import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { EngineId } from '@shared/model/recipes';
import { shippedParams, shippedTraining } from '../../helpers/training-sources';
import type { ParamValues } from '@shared/model/param';
import { isFinal, type Run } from '@shared/model/run';
import type { LogLine } from '@shared/model/run-log';
import type { Reading } from '@shared/model/series';
import { createJobs } from '../../../src-main/core/jobs/jobs';
import type { Jobs, JobsOptions } from '../../../src-main/core/jobs/jobs-api';
import { RunLogs } from '../../../src-main/core/jobs/log/run-logs';
import type { StoreWriter } from '../../../src-main/core/store/types';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import type { TrainerSpec } from '@shared/contract/trainer';
import { TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import { bundleEntry } from '../../helpers/bundle';
import { afterThisTest, temporaryFolder, testWriter } from '../store/support/stores';

export const repo = join(import.meta.dirname, '..', '..', '..');
export const defaults = shippedParams('mnist-mlp');

/** What a trainer is told to train this recipe, with numbers of the test's own. */
export function specOf(declared: RecipeDeclaration | TrainingRecipe, over: Partial<TrainerSpec> = {}): TrainerSpec {
  const folder = temporaryFolder();
  const recipe = TrainingRecipe.parse(declared);
  const recipeFile = join(folder, 'recipe.json');
  writeFileSync(recipeFile, JSON.stringify(recipe));
  const { dataset, version } = recipe.data;
  return {
    ...{ runId: 'r', recipe: 'test', engine: 'wasm', params: {}, recipeFile, enginesDir: '', artifactsDir: folder, checkpointFile: null },
    datasetFolder: shippedTraining().dataset(dataset, version).folder,
    ...over,
  };
}

export { fakeTrainer } from '../../helpers/fake-trainer';
export const realTrainer = (): Promise<string> => bundleEntry('src-main/trainer/main.ts');

type TestWriter = JobsOptions['writer'] & Pick<StoreWriter, 'path'>;

export interface TestJobs {
  readonly jobs: Jobs;
  readonly writer: TestWriter;
  readonly readings: { atMs: number; reading: Reading }[];
  readonly said: string[];
  readonly logs: RunLogs;
  /** The newest lines of a run's log, or those from a line on. */
  readonly log: (runId: string, fromLine?: number) => Promise<LogLine[]>;
}

/** Jobs over a real database, starting this program; closed after the test. */
export function testJobs(program: string, over: Partial<JobsOptions> & { readonly writer?: TestWriter } = {}): TestJobs {
  const runsDir = over.runsDir ?? join(temporaryFolder(), 'runs');
  const writer = over.writer ?? testWriter();
  const readings: TestJobs['readings'] = [];
  const said: string[] = [];
  const logs =
    over.logs ??
    new RunLogs({
      runsDir,
      maxBytes: () => 64 * 2 ** 20,
      now: Date.now,
      log: (level, text) => said.push(`${level} ${text}`),
    });
  afterThisTest(() => logs.close());
  const jobs = createJobs({
    writer,
    logs,
    launcher: createChildLauncher({ program }),
    append: (atMs, batch) => readings.push(...batch.map((reading) => ({ atMs, reading }))),
    runsDir,
    training: shippedTraining(),
    pythonDir: join(repo, 'resources', 'python'),
    enginesDir: join(temporaryFolder(), 'engines'),
    log: (level, text) => said.push(`${level} ${text}`),
    ...over,
  });
  afterThisTest(() => jobs.close());
  const log = async (runId: string, fromLine?: number): Promise<LogLine[]> =>
    (await logs.read(runId, { limit: 2000, ...(fromLine === undefined ? {} : { fromLine }) })).lines;
  return { jobs, writer, readings, said, logs, log };
}

export const startRun = (jobs: Jobs, params: ParamValues = {}, engine: EngineId = 'wasm'): string =>
  jobs.start({ recipe: 'mnist-mlp', engine, params: { ...defaults, ...params } });

/** Resolves when the run is in the wanted state; its trainer's own pace decides when. */
export function reached(jobs: Jobs, runId: string, wanted: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve) => {
    const now = jobs.get(runId);
    if (now && wanted(now)) return resolve(now);
    const listening = jobs.onRun((run) => {
      if (run.id !== runId || !wanted(run)) return;
      listening.dispose();
      resolve(run);
    });
  });
}

export const ended = (jobs: Jobs, runId: string): Promise<Run> => reached(jobs, runId, (run) => isFinal(run.status));

/** Whether this process exists and is not merely waiting for its parent to notice its end. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') {
    if (!existsSync(`/proc/${pid}/stat`)) return false;
    try {
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process is gone; the test's own limit is the only clock. */
export async function gone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 50_000, interval: 50 });
}
