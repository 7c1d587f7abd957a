import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector, CollectorEnvironment } from '../../../src-main/core/telemetry/collector';
import { createNvidiaSmiCollector } from '../../../src-main/core/telemetry/collectors/nvidia-smi';
import { checkReadings } from '../../../src-main/core/telemetry/readings';
import { fakeMachine } from '../../fakes/sysfs';
import { byName, contextOf } from '../../unit/main/telemetry/collectors/context';
import { doctorOf } from '../../helpers/messages';

const FAKE = resolve(import.meta.dirname, '../../fakes/nvidia-smi.mjs');

let folder: string;
let collector: Collector;
let context: ReturnType<typeof contextOf>;
const signal = (): AbortSignal => new AbortController().signal;
const setMode = (mode: string): Promise<void> => writeFile(join(folder, 'mode'), mode);
const pids = async (): Promise<number[]> =>
  (await readFile(join(folder, 'pids'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** What the scheduler would make of one answer. */
const read = async (given = signal()): Promise<Record<string, number | null>> => byName(checkReadings(await collector.read(given)) ?? []);
const item = async () => (await doctorOf(collector))[0];
/** Until something that a child process does has happened; bounded by the test's own time limit. */
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((r) => setTimeout(r, 20));
};

function build(env: Partial<CollectorEnvironment> = {}): void {
  const nvidiaSmi = [process.execPath, FAKE, '--mode-file', join(folder, 'mode'), '--pid-file', join(folder, 'pids')] as const;
  context = contextOf({
    sysRoot: join(folder, 'sys'),
    procRoot: join(folder, 'proc'),
    platform: 'linux',
    nvidiaSmi: [...nvidiaSmi],
    ...env,
  });
  collector = createNvidiaSmiCollector(context);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-smi-'));
  build();
});

afterEach(async () => {
  await collector.close();
  expect((await pids()).filter(isAlive)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

const MIB = 2 ** 20;

describe('nvidia-smi', () => {
  it('reads one GPU of driver 535', async () => {
    await setMode('one');
    expect(await read()).toEqual({
      'gpu0 gpu.power': 300.25,
      'gpu0 gpu.power.limit': 700,
      'gpu0 gpu.temperature': 50,
      'gpu0 gpu.load': 90,
      'gpu0 gpu.memory.load': 40,
      'gpu0 gpu.memory.used': 1024 * MIB,
      'gpu0 gpu.memory.total': 81559 * MIB,
      'gpu0 gpu.fan': null,
      'gpu0 gpu.clock.sm': 1755,
      'gpu0 gpu.clock.memory': 2619,
    });
    expect(await item()).toMatchObject({
      id: 'sensor.nvidia',
      state: 'works',
      detail: '1 × NVIDIA H100 80GB HBM3 (gpu0), driver 535.129.03',
    });
    expect(await collector.gpus?.()).toEqual([{ device: 'gpu0', name: 'NVIDIA H100 80GB HBM3', powerLimitW: 700, driver: '535.129.03' }]);
  });

  it('reads eight GPUs, whose report is longer than the package by itself could take', async () => {
    await setMode('eight');
    const values = await read();
    for (let gpu = 0; gpu < 8; gpu++)
      expect(values).toMatchObject({ [`gpu${gpu} gpu.power`]: 300.25 + 10 * gpu, [`gpu${gpu} gpu.temperature`]: 50 + gpu });
    expect(Object.keys(values)).toHaveLength(80);
    expect((await item())?.detail).toContain('8 × NVIDIA H100');
  });

  it('reads drivers of before 535 and of today', async () => {
    await setMode('old');
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 26.78, 'gpu0 gpu.power.limit': 70, 'gpu0 gpu.temperature': 40 });
    build();
    await setMode('new');
    expect(await read()).toMatchObject({
      'gpu0 gpu.power': 3.97,
      'gpu0 gpu.power.limit': 300,
      'gpu0 gpu.fan': 30,
      'gpu0 gpu.memory.total': 97887 * MIB,
    });
  });

  it('takes N/A, errors and deprecated fields as missing, never as zero', async () => {
    await setMode('na');
    const values = await read();
    expect(values).toMatchObject({ 'gpu0 gpu.memory.total': 2048 * MIB, 'gpu0 gpu.memory.used': 100 * MIB });
    const rest = Object.entries(values).filter(([name]) => !/memory\.(total|used)$/.test(name));
    expect(rest).toHaveLength(8);
    for (const [, value] of rest) expect(value).toBeNull();
    // It answers, but tells nothing that is power.
    expect(await item()).toMatchObject({
      state: 'failing',
      detail: '1 × NVIDIA GeForce GT 1030 (gpu0), driver 535.129.03; without a power reading: gpu0 NVIDIA GeForce GT 1030',
    });
  });

  it('takes the driver\'s huge "not supported" numbers as missing', async () => {
    await setMode('sentinels');
    expect(await read()).toMatchObject({
      'gpu0 gpu.power': null,
      'gpu0 gpu.power.limit': null,
      'gpu0 gpu.temperature': null,
      'gpu0 gpu.load': null,
      'gpu0 gpu.memory.used': null,
      'gpu0 gpu.fan': null,
      'gpu0 gpu.clock.sm': null,
      'gpu0 gpu.memory.load': 12,
      'gpu0 gpu.memory.total': 81559 * MIB,
    });
    expect((await collector.gpus?.())?.[0]?.powerLimitW).toBeNull();
  });

  it('has nothing to say of a driver without GPUs', async () => {
    await setMode('zero');
    expect(await read()).toEqual({});
    expect(await item()).toMatchObject({ state: 'missing', detail: 'driver 535.129.03 runs, no GPU found' });
    await setMode('no-devices');
    expect(await read()).toEqual({});
    expect(await item()).toMatchObject({ state: 'missing', detail: 'the driver runs but finds no GPU' });
  });

  it("keeps each GPU's number when another falls off the bus", async () => {
    await setMode('eight');
    await read();
    await setMode('lost');
    const values = await read();
    expect(values).not.toHaveProperty('gpu2 gpu.power');
    expect(values).toMatchObject({ 'gpu1 gpu.power': 310.25, 'gpu3 gpu.power': 330.25, 'gpu7 gpu.power': 370.25 });
  });

  it('is not put off by a warning', async () => {
    await setMode('warning');
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
  });

  it.each([
    ['crash', /ended with SIGKILL/],
    ['garbage', /./],
    ['other-xml', /not its report/],
    ['flood', /prints without end/],
    ['no-driver', /couldn't communicate with the NVIDIA driver/],
    ['no-such-mode', /ended with code 64: unknown mode/],
  ])('fails with its own words on %s, and works again afterwards', async (mode, words) => {
    await setMode(mode);
    await expect(read()).rejects.toThrow(words);
    const failing = await item();
    expect(failing?.state).toBe('failing');
    expect(failing?.detail).toMatch(words);
    await setMode('one');
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
  });

  it('stops a program that hangs when told to, though it ignores being asked', async () => {
    await setMode('hang');
    const abort = new AbortController();
    const reading = read(abort.signal);
    await until(async () => (await pids()).length === 1);
    abort.abort();
    await expect(reading).rejects.toThrow('did not answer in time');
    await until(async () => !(await pids()).some(isAlive));
    await setMode('one');
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
  });

  it('leaves no program behind when closed during a hang, and starts none afterwards', async () => {
    await setMode('hang');
    const reading = read();
    reading.catch(() => undefined);
    await until(async () => (await pids()).length === 1);
    await Promise.all([collector.close(), collector.close()]);
    await expect(reading).rejects.toThrow();
    expect((await pids()).filter(isAlive)).toEqual([]);
    await expect(read()).rejects.toThrow();
    expect(await pids()).toHaveLength(1);
  });

  it('stops what a wrapper script started along with it', async () => {
    const wrapper = join(folder, 'wrapper');
    await writeFile(wrapper, `#!/bin/sh\n"${process.execPath}" "${FAKE}" --mode hang --pid-file "${folder}/pids" "$@"\necho never\n`, {
      mode: 0o755,
    });
    build({ nvidiaSmi: [wrapper] });
    const abort = new AbortController();
    const reading = read(abort.signal);
    await until(async () => (await pids()).length === 1);
    abort.abort();
    await expect(reading).rejects.toThrow('did not answer in time');
    await until(async () => !(await pids()).some(isAlive));
  });

  it('never runs twice at once, whoever asks', async () => {
    await setMode('slow');
    const [values] = await Promise.all([read(), collector.doctor(), collector.gpus?.()]);
    expect(values).toMatchObject({ 'gpu0 gpu.power': 300.25 });
    expect(await pids()).toHaveLength(1);
  });

  it('leaves child_process.exec as it was for everyone else', async () => {
    const { exec } = await import('node:child_process');
    const text = await new Promise<string>((resolve, reject) =>
      exec('echo still here', (error, stdout) => (error ? reject(error) : resolve(stdout.trim()))),
    );
    expect(text).toBe('still here');
  });

  describe('without the program', () => {
    it('says that there is nothing to install where no NVIDIA GPU is fitted', async () => {
      build({ nvidiaSmi: ['coldaisle-no-such-program'] });
      expect(await read()).toEqual({});
      expect(await item()).toMatchObject({ state: 'missing', detail: 'no NVIDIA GPU in this machine', repair: null });
      expect(await collector.gpus?.()).toEqual([]);
    });

    it('says how to install the driver where one is', async () => {
      const machine = await fakeMachine({
        'sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
        'sys/bus/pci/devices/0000:01:00.0/class': '0x030200\n',
      });
      try {
        build({ nvidiaSmi: ['coldaisle-no-such-program'], sysRoot: machine.env.sysRoot });
        const found = await item();
        expect(found).toMatchObject({
          state: 'missing',
          detail: 'coldaisle-no-such-program is not installed, though an NVIDIA GPU is fitted',
        });
        expect(found?.repair).toContain('sudo apt-get install nvidia-driver');
      } finally {
        await machine.dispose();
      }
    });

    it('looks for it again after a minute, not every second', async () => {
      const late = join(folder, 'nvidia-smi-late');
      build({ nvidiaSmi: [late, '--mode-file', join(folder, 'mode')] });
      await setMode('one');
      expect(await read()).toEqual({});
      await writeFile(late, `#!/bin/sh\nexec "${process.execPath}" "${FAKE}" "$@"\n`, { mode: 0o755 });
      context.pass(30_000);
      expect(await read()).toEqual({});
      context.pass(31_000);
      expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25 });
    });
  });
});
