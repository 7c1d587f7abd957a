import { gunzipSync } from 'node:zlib';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParamValues } from '@shared/model/param';
import { isFinal, type Run } from '@shared/model/run';
import type { Served } from '@shared/model/serving';
import { english } from '@shared/text/message';
import { createModels, type Models } from '../../../src-main/core/models/models';
import { ended, reached, realTrainer, repo, startRun, testJobs, type TestJobs } from '../training/support';

/** Images of the test part, each 784 numbers from 0 to 1, and what they show. */
export function testDigits(count: number): { images: number[][]; labels: number[] } {
  const read = (name: string): Buffer => gunzipSync(readFileSync(join(repo, 'tests', 'data', 'mnist-10k', name)));
  const [images, labels] = [read('test-images-idx3-ubyte.gz').subarray(16), read('test-labels-idx1-ubyte.gz').subarray(8)];
  return {
    images: Array.from({ length: count }, (_, i) => [...images.subarray(i * 784, (i + 1) * 784)].map((value) => value / 255)),
    labels: [...labels.subarray(0, count)],
  };
}

export interface ServingJobs extends TestJobs {
  readonly models: Models;
  /** A run whose model is saved. */
  readonly trained: string;
  /** Serves it, or another one, on a free port. */
  serve(params?: ParamValues): Promise<{ run: Run; served: Served }>;
}

let saved: Promise<string> | null = null;

/** The folder of a model that was trained for one epoch, once in this process. */
function savedModel(): Promise<string> {
  return (saved ??= train());
}

async function train(): Promise<string> {
  const { jobs } = testJobs(await realTrainer());
  const id = startRun(jobs, { epochs: 1 });
  await ended(jobs, id);
  const folder = mkdtempSync(join(tmpdir(), 'coldaisle-model-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(jobs.artifactsOf(id), folder, { recursive: true });
  return folder;
}

/** Jobs with a run that has a trained model, over the real trainer. */
export async function servingJobs(): Promise<ServingJobs> {
  const jobs = testJobs(await realTrainer());
  const models = createModels(jobs.jobs);
  const model = await savedModel();
  const trained = startRun(jobs.jobs, { epochs: 1 });
  jobs.jobs.stop(trained);
  await ended(jobs.jobs, trained);
  mkdirSync(jobs.jobs.artifactsOf(trained), { recursive: true });
  cpSync(model, jobs.jobs.artifactsOf(trained), { recursive: true });
  return {
    ...jobs,
    models,
    trained,
    async serve(params = {}) {
      const id = await models.serve({ engine: 'wasm', params: { model: trained, port: 0, ...params } }, 'terminal');
      const run = await reached(jobs.jobs, id, ({ status, control }) => control.served !== null || isFinal(status));
      if (run.control.served === null) throw new Error(`it does not serve: ${english(run.failure?.message ?? '')}`);
      return { run, served: run.control.served };
    },
  };
}

/** One request, as a client sends it. */
export async function ask(
  address: string,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<{ status: number; json: unknown; response: Response }> {
  const response = await fetch(`${address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...init,
  });
  return { status: response.status, json: await response.json(), response };
}
