import { join } from 'node:path';
import { shippedParams } from '../../helpers/training-sources';
import { coreServices, createCore, type Core } from '../../../src-main/core/core';
import type { CoreOptions } from '../../../src-main/core/options';
import type { AnyService } from '../../../src-main/core/service';
import { openWriter } from '../../../src-main/core/store/writer';
import { LogWriter } from '../../../src-main/core/jobs/log/log-writer';
import { logFolder } from '../../../src-main/core/jobs/run-folders';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { account, warmUp, type Account } from './account';
import { unlabelled } from '../../helpers/runs';

// Starts a core again and again, each time failing at another step, and prints what this process holds after each.
const [, , folder = '', resourcesDir = '', readerWorker = '', program = '', nvmlWorker = '', smi = ''] = process.argv;
const dataDir = join(folder, 'data');

const options: CoreOptions = {
  dataDir,
  resourcesDir,
  enginesDir: join(folder, 'engines'),
  readerWorker,
  nvmlWorker,
  // A driver whose program runs for as long as it is metered.
  environment: { nvidiaSmi: [process.execPath, smi], nvml: null },
  launcher: createChildLauncher({ program }),
  chooseFile: () => Promise.resolve(null),
  runtime: 'headless',
  version: '0.0.0',
  log: () => undefined,
};

class Broken extends Error {}

/** The same options; the `last`-th look at them fails. Each part of the start looks at what it needs of them where it begins. */
function failingAt(last: number, seen: string[]): CoreOptions {
  return new Proxy(options, {
    get(target, name, receiver) {
      if (name === 'log') return target.log;
      seen.push(String(name));
      if (seen.length === last) throw new Broken(String(name));
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

/** When a service fails: before its own start, when it has done all of that, or when it is to begin. */
const moments = ['before', 'after', 'begin'] as const;

function failing(service: AnyService, moment: (typeof moments)[number]): AnyService {
  return {
    ...service,
    async start(needed, life) {
      if (moment === 'before') throw new Broken(service.name);
      const api = await service.start(needed, life);
      if (moment === 'after') throw new Broken(service.name);
      life.onBegin(() => {
        throw new Broken(service.name);
      });
      return api;
    },
  };
}

/** What makes the start do all that it ever does: a run whose core was lost and that has samples, and one that waits. */
function furnish(nowMs: number): void {
  const writer = openWriter({ dataDir });
  const run = {
    ...unlabelled,
    recipe: 'mnist-mlp',
    engine: 'wasm',
    engineUsed: null,
    params: shippedParams('mnist-mlp'),
    createdAtMs: nowMs - 60_000,
    endedAtMs: null,
    failure: null,
    plan: null,
    progress: { epoch: 0, step: 0 },
    last: {},
    result: null,
    energy: null,
  };
  const id = `lost-${nowMs}`;
  writer.runs.save({ ...run, id, status: 'running', startedAtMs: nowMs - 50_000 });
  const log = new LogWriter({ dir: logFolder(join(dataDir, 'runs'), id), maxBytes: () => 2 ** 20, now: () => nowMs - 10_000 });
  log.append('core', 'still there');
  log.close();
  const { id: seriesId } = writer.samples.ensureSeries({ device: 'room', metric: 'room.it_power', provenance: 'measured', label: 'Room' });
  writer.samples.commit([50, 40, 30, 20, 10].map((agoS) => ({ seriesId, atMs: nowMs - agoS * 1000, value: 100 })));
  writer.close();
}

/** Whose start is broken how, and the core that it would be. */
interface Attempt {
  readonly step: string;
  start(): Promise<Core>;
}

function attempts(): Attempt[] {
  return coreServices.flatMap((service) =>
    moments.map((moment) => ({
      step: `${moment} ${service.name}`,
      start: () =>
        createCore(
          options,
          coreServices.map((one) => (one === service ? failing(one, moment) : one)),
        ),
    })),
  );
}

async function main(): Promise<void> {
  await warmUp();
  let nowMs = Date.now();
  const failed: { step: string; after: Account }[] = [];
  const settle = (): Promise<unknown> => new Promise((done) => setTimeout(done, 50));
  furnish(nowMs);
  await (await createCore(options)).close();
  await settle();
  const before = account(folder);
  /** @returns whether it failed as it was to */
  const attempt = async ({ step, start }: Attempt): Promise<boolean> => {
    nowMs += 60_000;
    furnish(nowMs);
    const error: unknown = await start().then(
      async (core) => {
        await core.close();
        return null;
      },
      (reason: unknown) => reason,
    );
    if (error === null) return false;
    if (!(error instanceof Broken)) throw error;
    await settle();
    failed.push({ step, after: account(folder) });
    return true;
  };
  for (const one of attempts()) if (!(await attempt(one))) throw new Error(`the start did not fail: ${one.step}`);
  for (let last = 1; ; last++) {
    const seen: string[] = [];
    const start = (): Promise<Core> => createCore(failingAt(last, seen));
    if (!(await attempt({ step: `option ${last}`, start }))) break;
  }
  process.stdout.write(JSON.stringify({ before, failed, services: coreServices.map(({ name }) => name) }));
}

void main();
