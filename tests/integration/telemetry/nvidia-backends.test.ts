import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collector, CollectorEnvironment, NvmlAccess } from '../../../src-main/core/telemetry/collector';
import { createNvidiaCollectors } from '../../../src-main/core/telemetry/collectors/nvidia';
import { checkReadings } from '../../../src-main/core/telemetry/readings';
import { bundleEntry } from '../../helpers/bundle';
import { byName, contextOf } from '../../unit/main/telemetry/collectors/context';
import { doctorOf } from '../../helpers/messages';

const MIB = 2 ** 20;
const signal = (): AbortSignal => new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let workerPath: string;
let folder: string;
let context: ReturnType<typeof contextOf>;
let fast: Collector;
let slow: Collector;

/** What the scheduler would make of one answer. */
const read = async (collector = fast, given = signal()): Promise<Record<string, number | null>> =>
  byName(checkReadings(await collector.read(given)) ?? []);
const item = async () => (await doctorOf(fast))[0];

describe('the ways to read NVIDIA GPUs', () => {
  const FAKE = resolve(import.meta.dirname, '../../fakes/nvidia-smi.mjs');
  const setMode = (mode: string): Promise<void> => writeFile(join(folder, 'mode'), mode);
  const smi = (): [string, ...string[]] => [process.execPath, FAKE, '--mode-file', join(folder, 'mode')];
  let nothing: NvmlAccess;

  beforeAll(async () => {
    workerPath = await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts');
    nothing = { workerPath, libraries: ['libcoldaisle-no-such-library.so.1'] };
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coldaisle-nvidia-'));
  });
  afterEach(async () => {
    await fast.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (env: Partial<CollectorEnvironment>): void => {
    context = contextOf({
      sysRoot: join(folder, 'sys'),
      procRoot: join(folder, 'proc'),
      platform: 'linux',
      nvidiaSmi: smi(),
      nvml: nothing,
      ...env,
    });
    [fast, slow] = createNvidiaCollectors(context, context.gpuRates);
  };

  it('keeps one nvidia-smi running where the library is missing, and says why', async () => {
    await setMode('loop');
    start({});
    expect(await read()).toMatchObject({
      'gpu0 gpu.power': 300.25,
      'gpu7 gpu.power': 370.25,
      'gpu7 gpu.memory.used': 1031 * MIB,
      'gpu0 gpu.fan': null,
      'gpu0 gpu.pcie.generation': 5,
    });
    expect(await read()).toMatchObject({ 'gpu7 gpu.temperature': 57 });
    const found = await item();
    expect(found).toMatchObject({ state: 'works' });
    expect(found?.detail).toMatch(
      /^8 × NVIDIA H100 80GB HBM3 \(gpu0–gpu7\), driver 535\.129\.03; read by one nvidia-smi that runs on: NVML: .*libcoldaisle-no-such-library/,
    );
    expect(await fast.gpus?.()).toHaveLength(8);
    expect(await read(slow)).toEqual({});
  });

  it('starts it again after it ended, not before its time', async () => {
    await setMode('loop-ends');
    start({});
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
    let error: unknown = null;
    while (error === null) {
      await pause(20);
      error = await read().then(
        () => null,
        (reason: unknown) => reason,
      );
    }
    expect(String(error)).toContain('nvidia-smi ended with code 1');
    await setMode('loop');
    await expect(read()).rejects.toThrow('ended with code 1');
    context.pass(1_000);
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
  });

  it('kills one that prints nothing any more', async () => {
    await setMode('loop-stalls');
    start({});
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
    context.pass(5_000);
    await expect(read()).rejects.toThrow('has printed nothing for 5 s');
  });

  it('asks nvidia-smi anew each time where it knows no loop, and says why not better', async () => {
    await setMode('one');
    start({});
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
    const found = await item();
    expect(found?.state).toBe('works');
    expect(found?.detail).toMatch(/read by one nvidia-smi a time: NVML: .*libcoldaisle.*; nvidia-smi as a loop: .*Invalid combination/);
  });

  it('says what is missing where there is nothing at all', async () => {
    start({ nvidiaSmi: ['coldaisle-no-such-program'] });
    expect(await read()).toEqual({});
    expect(await item()).toMatchObject({ state: 'missing', detail: 'no NVIDIA GPU in this machine', repair: null });
  });
});
