import { join } from 'node:path';
import { recipes } from '@shared/model/recipes';
import { createCore } from '../../../src-main/core/core';
import type { CoreOptions } from '../../../src-main/core/options';
import { openWriter } from '../../../src-main/core/store/writer';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { account, warmUp, type Account } from './account';

// Starts a core again and again, each time failing one step later, and prints what this process holds after each.
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
  host: 'headless',
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

/** What makes the start do all that it ever does: a run whose core was lost and that has samples, and one that waits. */
function furnish(nowMs: number): void {
  const writer = openWriter({ dataDir });
  const run = {
    recipe: 'mnist-mlp',
    engine: 'wasm',
    engineUsed: null,
    params: recipes['mnist-mlp'].defaults,
    createdAtMs: nowMs - 60_000,
    endedAtMs: null,
    failure: null,
    plan: null,
    progress: { epoch: 0, step: 0 },
    last: { loss: null, accuracy: null, valLoss: null, valAccuracy: null, samplesPerSecond: null },
    result: null,
    energy: null,
  };
  writer.runs.save(
    { ...run, id: `lost-${nowMs}`, status: 'running', startedAtMs: nowMs - 50_000 },
    { log: [{ seq: 1, atMs: nowMs - 10_000, source: 'core', text: 'still there' }] },
  );
  const { id } = writer.samples.ensureSeries({ device: 'room', metric: 'room.it_power', provenance: 'measured', label: 'Room' });
  writer.samples.commit([50, 40, 30, 20, 10].map((agoS) => ({ seriesId: id, atMs: nowMs - agoS * 1000, value: 100 })));
  writer.close();
}

async function main(): Promise<void> {
  await warmUp();
  furnish(Date.now());
  await (await createCore(options)).close();
  const settle = (): Promise<unknown> => new Promise((done) => setTimeout(done, 100));
  await settle();
  const before = account(folder);
  const failed: { step: string; after: Account }[] = [];
  for (let last = 1; ; last++) {
    furnish(Date.now() + last * 60_000);
    const seen: string[] = [];
    try {
      const core = await createCore(failingAt(last, seen));
      await core.close();
      break;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      await settle();
      failed.push({ step: `${last} ${error.message}`, after: account(folder) });
    }
  }
  process.stdout.write(JSON.stringify({ before, failed }));
}

void main();
