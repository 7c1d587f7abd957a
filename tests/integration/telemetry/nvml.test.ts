import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GpuRates } from '@shared/model/gpu-settings';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import type { Collector, CollectorEnvironment, TimedReadings } from '../../../src-main/core/telemetry/collector';
import { createNvidiaCollectors } from '../../../src-main/core/telemetry/collectors/nvidia';
import { checkReadings } from '../../../src-main/core/telemetry/readings';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../../fakes/nvml/build';
import { bundleEntry } from '../../helpers/bundle';
import { byName, contextOf } from '../../unit/main/telemetry/collectors/context';
import { doctorOf, inWindow } from '../../helpers/messages';

const SOURCE = resolve(import.meta.dirname, '../../fakes/nvml/nvml.c');
const MIB = 2 ** 20;
const signal = (): AbortSignal => new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let workerPath: string;
let folder: string;
let nvml: FakeNvml;
let context: ReturnType<typeof contextOf>;
let fast: Collector;
let slow: Collector;
let closed: boolean;

function build(env: Partial<CollectorEnvironment> = {}, rates: GpuRates = { hz: 1, devices: {} }): void {
  context = contextOf({
    sysRoot: join(folder, 'sys'),
    procRoot: join(folder, 'proc'),
    platform: 'linux',
    nvidiaSmi: ['coldaisle-no-such-program'],
    nvml: { workerPath, libraries: [nvml.library], lookAgainMs: 50 },
    ...env,
  });
  context.setRates(rates);
  [fast, slow] = createNvidiaCollectors(context, context.gpuRates);
}
/** What the scheduler would make of one answer. */
const read = async (collector = fast, given = signal()): Promise<Record<string, number | null>> =>
  byName(checkReadings(await collector.read(given)) ?? []);
const item = async () => (await doctorOf(fast))[0];

// A C compiler builds the stand-in for the driver's library; without one there is nothing to call.
describe('NVML', compilerNeeded, () => {
  beforeAll(async () => {
    workerPath = await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts');
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coldaisle-nvml-test-'));
    nvml = buildFakeNvml(SOURCE);
    await nvml.control('gpus 8');
    closed = false;
    build();
  });

  afterEach(async () => {
    if (!closed) await fast.close();
    nvml.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('reads eight H100', async () => {
    await read();
    await pause(50);
    const values = await read();
    expect(values).toMatchObject({
      'gpu0 gpu.load': 90,
      'gpu0 gpu.memory.load': 40,
      'gpu0 gpu.memory.used': 1024 * MIB,
      'gpu0 gpu.memory.total': 81559 * MIB,
      'gpu0 gpu.power': 300.25,
      'gpu0 gpu.power.instant': 350.25,
      'gpu0 gpu.power.limit': 700,
      'gpu0 gpu.temperature': 50,
      'gpu0 gpu.temperature.memory': 60,
      'gpu0 gpu.clock.sm': 1755,
      'gpu0 gpu.clock.memory': 2619,
      'gpu0 gpu.clock.events': 0,
      'gpu7 gpu.power': 370.25,
      'gpu7 gpu.temperature': 57,
      'gpu7 gpu.load': 83,
    });
    // The stand-in counts 2 GB/s and 1 GB/s over PCIe, 3 and 4 million KiB/s over NVLink.
    expect(values['gpu3 gpu.pcie.transmit']! / 2e9).toBeCloseTo(1, 1);
    expect(values['gpu3 gpu.pcie.receive']! / 1e9).toBeCloseTo(1, 1);
    expect(values['gpu3 gpu.nvlink.transmit']! / (3e6 * 1024)).toBeCloseTo(1, 1);
    expect(values['gpu3 gpu.nvlink.receive']! / (4e6 * 1024)).toBeCloseTo(1, 1);
    // An H100 has no fan: no series for it, rather than an empty one.
    expect(values).not.toHaveProperty('gpu0 gpu.fan');
    expect(await item()).toMatchObject({
      id: 'sensor.nvidia',
      state: 'works',
      detail: '8 × NVIDIA H100 80GB HBM3 (gpu0–gpu7), driver 550.54.15, read through NVML',
    });
    expect(await fast.gpus?.()).toHaveLength(8);
    expect((await fast.gpus?.())?.[2]).toEqual({ device: 'gpu2', name: 'NVIDIA H100 80GB HBM3', powerLimitW: 700, driver: '550.54.15' });
  });

  it('says of a GPU that has no memory of its own that it is the host’s', async () => {
    await nvml.control('gpus 1', 'model 0 NVIDIA_GB10', 'unsupported nvmlDeviceGetMemoryInfo', 'unsupported nvmlDeviceGetMemoryInfo_v2');
    const values = await read();
    expect(values).not.toHaveProperty('gpu0 gpu.memory.used');
    expect(values['gpu0 gpu.power']).toBe(300.25);
    expect(await item()).toMatchObject({
      state: 'works',
      detail: '1 × NVIDIA_GB10 (gpu0), driver 550.54.15, read through NVML; the memory of gpu0 NVIDIA_GB10 is the host’s',
    });
    expect(await fast.gpus?.()).toEqual([
      { device: 'gpu0', name: 'NVIDIA_GB10', powerLimitW: 700, driver: '550.54.15', sharesMachineMemory: true },
    ]);
  });

  it('counts energy in joules', async () => {
    const first = (await read())['gpu1 gpu.energy']!;
    await pause(200);
    const second = (await read())['gpu1 gpu.energy']!;
    // 310.25 W for at least 0.2 s.
    expect(second - first).toBeGreaterThan(60);
    expect(second - first).toBeLessThan(6_000);
  });

  it('reads slow values and processes apart, and only there', async () => {
    await nvml.control('gpus 2', 'trace', 'processes 100');
    await read();
    await nvml.clearCalls();
    await read();
    expect((await nvml.calls()).filter((name) => /Process|Pcie|Ecc/.test(name))).toEqual([]);
    expect(await read(slow)).toMatchObject({
      'gpu0 gpu.pcie.generation': 5,
      'gpu0 gpu.pcie.width': 16,
      'gpu0 gpu.ecc.corrected': 3,
      'gpu0 gpu.ecc.uncorrected': 1,
      'gpu1 gpu.mig.mode': 0,
    });
    expect(slow.periodMs).toBe(10 * fast.periodMs);
    const processes = slow.gpuProcesses?.() ?? [];
    // More than fit into the first buffer.
    expect(processes).toHaveLength(100);
    expect(processes.find(({ pid }) => pid === 4711)).toEqual({
      device: 'gpu0',
      pid: 4711,
      name: '/usr/bin/python3.1',
      kind: 'compute',
      memoryB: 1024 * MIB,
      loadPercent: 87,
      memoryLoadPercent: 33,
      encoderPercent: 0,
      decoderPercent: 0,
    });
    expect(processes.find(({ pid }) => pid === 4712)).toMatchObject({ loadPercent: null });
  });

  it('asks the driver for PCIe throughput by the slow call only where it has no counters, and not every tick', async () => {
    await nvml.control('gpus 1', 'nofield 197', 'nofield 198', 'trace');
    expect(await read()).not.toHaveProperty('gpu0 gpu.pcie.transmit');
    expect(await nvml.calls()).not.toContain('nvmlDeviceGetPcieThroughput');
    expect(await read(slow)).toMatchObject({ 'gpu0 gpu.pcie.transmit': 2_000_000, 'gpu0 gpu.pcie.receive': 1_000_000 });
  });

  it('leaves out what a GPU does not support and does not ask it again at each tick', async () => {
    await nvml.control(
      'gpus 1',
      'unsupported nvmlDeviceGetEnforcedPowerLimit',
      'unsupported nvmlDeviceGetMemoryInfo_v2',
      'nofield 185',
      'nofield 82',
      'trace',
    );
    const values = await read();
    expect(values).not.toHaveProperty('gpu0 gpu.power.limit');
    expect(values).not.toHaveProperty('gpu0 gpu.temperature.memory');
    // The older calls stand in: power as the driver's one call tells it, memory with the driver's own part.
    expect(values).toMatchObject({ 'gpu0 gpu.power': 301.25, 'gpu0 gpu.memory.used': (551 + 1024) * MIB });
    await nvml.clearCalls();
    await read();
    const calls = await nvml.calls();
    expect(calls).not.toContain('nvmlDeviceGetEnforcedPowerLimit');
    expect(calls).toContain('nvmlDeviceGetPowerUsage');
  });

  it('takes huge integers for missing, and no other GPU for it', async () => {
    await nvml.control('gpus 2', 'sentinels 0');
    await read();
    const values = await read();
    const own = Object.entries(values).filter(([name]) => name.startsWith('gpu0 '));
    expect(own.length).toBeGreaterThan(12);
    expect(own.filter(([, value]) => value !== null)).toEqual([]);
    expect(values).toMatchObject({ 'gpu1 gpu.power': 310.25 });
    expect(Object.values(await read(slow)).filter((value) => value !== null)).toEqual([5, 16, 3, 1, 0]);
  });

  it('loses one GPU in the middle of a run, says so once, keeps the numbers of the others, and takes it back', async () => {
    await read();
    await nvml.control('gpus 8', 'lost 3');
    const values = await read();
    expect(Object.keys(values).filter((name) => name.startsWith('gpu3 '))).toEqual([]);
    expect(values).toMatchObject({ 'gpu2 gpu.power': 320.25, 'gpu4 gpu.power': 340.25, 'gpu7 gpu.power': 370.25 });
    await read();
    expect(context.events).toMatchObject([{ device: 'gpu3', kind: 'device.lost', severity: 'critical' }]);
    expect(context.events.map(({ text }) => [english(text), inWindow(text, 'zh-CN')])).toEqual([
      [
        expect.stringMatching(/^NVIDIA H100 80GB HBM3: nvml\w+: the GPU fell off the bus$/),
        expect.stringMatching(/^NVIDIA H100 80GB HBM3：nvml\w+：GPU 已从总线脱落$/),
      ],
    ]);
    expect(await item()).toMatchObject({
      state: 'partial',
      detail: '7 × NVIDIA H100 80GB HBM3 (gpu0–gpu2, gpu4–gpu7), driver 550.54.15, read through NVML; lost: gpu3 NVIDIA H100 80GB HBM3',
      repair: 'Restart the machine; if a GPU is lost again, reseat or replace it.',
    });
    await nvml.control('gpus 8');
    await pause(60);
    expect(await read()).toMatchObject({ 'gpu3 gpu.power': 330.25 });
    expect(context.events.map(({ kind }) => kind)).toEqual(['device.lost', 'device.back']);
  });

  it('finds a driver without the newer functions, logs each missing one once, and reads by the older ones', async () => {
    const old = buildFakeNvml(SOURCE, 'OLD_DRIVER');
    try {
      await old.control('gpus 1', 'throttle 0 4');
      build({ nvml: { workerPath, libraries: ['/nowhere/libnvidia-ml.so.1', old.library] } });
      for (let i = 0; i < 3; i++)
        expect(await read()).toMatchObject({
          'gpu0 gpu.power': 301.25,
          'gpu0 gpu.memory.used': (551 + 1024) * MIB,
          'gpu0 gpu.clock.events': 4,
        });
      await pause(20);
      expect(context.lines).toEqual([
        "warn: NVML: the driver's library has no nvmlDeviceGetCurrentClocksEventReasons",
        "warn: NVML: the driver's library has no nvmlDeviceGetMemoryInfo_v2",
      ]);
    } finally {
      await fast.close();
      closed = true;
      old.dispose();
    }
  });

  it('shows MIG devices below their GPU: memory of their own, no load anywhere', async () => {
    await nvml.control('gpus 2', 'mig 1');
    const values = await read();
    expect(values).not.toHaveProperty('gpu1 gpu.load');
    expect(values).toMatchObject({
      'gpu0 gpu.load': 90,
      'gpu1 gpu.power': 310.25,
      'gpu1/mig0 gpu.memory.used': 100 * MIB,
      'gpu1/mig2 gpu.memory.used': 101 * MIB,
      'gpu1/mig2 gpu.memory.total': 40000 * MIB,
    });
    expect(await read(slow)).toMatchObject({ 'gpu0 gpu.mig.mode': 0, 'gpu1 gpu.mig.mode': 1 });
    await nvml.control('gpus 2');
    await read(slow);
    expect(Object.keys(await read()).filter((name) => name.includes('/mig'))).toEqual([]);
  });

  it('tells an XID with its GPU, its meaning and its weight, once', async () => {
    await read();
    await nvml.control('gpus 8', 'xid 1 5 79', 'xid 2 0 31', 'xid 3 2 12345');
    await read();
    await read();
    expect(context.events.map((event) => ({ ...event, text: english(event.text) }))).toMatchObject([
      {
        device: 'gpu5',
        kind: 'gpu.xid',
        code: '79',
        severity: 'critical',
        text: 'NVIDIA H100 80GB HBM3: XID 79: the GPU has fallen off the bus',
      },
      { device: 'gpu0', kind: 'gpu.xid', code: '31', severity: 'warning' },
      { device: 'gpu2', kind: 'gpu.xid', code: '12345', severity: 'warning', text: 'NVIDIA H100 80GB HBM3: XID 12345' },
    ]);
  });

  it('survives a driver that is reloaded between two ticks', async () => {
    await read();
    await nvml.control('gpus 8', 'epoch 1');
    await expect(read()).rejects.toThrow('the NVIDIA driver is not loaded');
    expect(await read()).toMatchObject({ 'gpu0 gpu.power': 300.25, 'gpu7 gpu.power': 370.25 });
    expect(context.events.map(({ kind, device }) => [kind, device])).toEqual([
      ['driver.lost', 'host'],
      ['driver.back', 'host'],
    ]);
    expect(await item()).toMatchObject({ state: 'works', detail: expect.stringContaining('560.35.01') as string });
  });

  it('waits for a driver that was unloaded, without leaving NVML', async () => {
    await read();
    await nvml.control('driver gone');
    for (let i = 0; i < 3; i++) await expect(read()).rejects.toThrow('the NVIDIA driver is not loaded');
    expect(await item()).toMatchObject({ state: 'failing', repair: expect.stringContaining('modprobe') as string });
    expect(context.events.map(({ kind }) => kind)).toEqual(['driver.lost']);
    await nvml.control('gpus 8', 'epoch 2');
    expect(await read()).toMatchObject({ 'gpu7 gpu.power': 370.25 });
  });

  it('holds a slow driver call off the event loop, names it, and refuses to queue behind it', async () => {
    await read();
    await nvml.control('gpus 1', 'slow nvmlDeviceGetTotalEnergyConsumption 700');
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    const abort = new AbortController();
    const reading = read(fast, abort.signal);
    await pause(200);
    abort.abort();
    await expect(reading).rejects.toThrow('did not answer in time: nvmlDeviceGetTotalEnergyConsumption of gpu0 is under way');
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    await expect(read()).rejects.toThrow('the NVIDIA driver hangs: nvmlDeviceGetTotalEnergyConsumption of gpu0 does not return');
    await nvml.control('gpus 1');
    // The call returns in the end, and with it the source.
    let values: Record<string, number | null> = {};
    while (values['gpu0 gpu.power'] === undefined) {
      await pause(50);
      values = await read().catch(() => ({}));
    }
    expect(values).toMatchObject({ 'gpu0 gpu.power': 300.25 });
  });

  it("samples ten times a second where that is wanted, at times of their own, without the ticks' whole seconds", async () => {
    await fast.close();
    await nvml.control('gpus 8');
    build({}, { hz: 10, devices: {} });
    await read();
    await pause(1_200);
    await read();
    const rows = fast.between?.() ?? [];
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows.every(({ atMs }) => atMs % 100 === 0 && atMs % 1000 !== 0)).toBe(true);
    expect(new Set(rows.map(({ atMs }) => atMs)).size).toBe(rows.length);
    expect(byName(rows[0]!.readings)).toMatchObject({ 'gpu0 gpu.power': 300.25, 'gpu7 gpu.load': 83, 'gpu7 gpu.temperature': 57 });
    expect(fast.between?.()).toEqual([]);
  });

  it('samples each GPU as often as it is set to, and follows a change without a new start', async () => {
    await nvml.control('gpus 3');
    await read();
    await pause(700);
    await read();
    expect(fast.between?.()).toEqual([]);
    context.setRates({ hz: 1, devices: { gpu1: 10, gpu2: 2 } });
    const rows: TimedReadings[] = [];
    const timesOf = (gpu: string): number[] =>
      rows.filter(({ readings }) => readings.some(({ device }) => device === gpu)).map(({ atMs }) => atMs % 1000);
    for (let i = 0; i < 40 && timesOf('gpu2').length === 0; i++) {
      await pause(100);
      await read();
      rows.push(...(fast.between?.() ?? []));
    }
    expect(timesOf('gpu0')).toEqual([]);
    expect(new Set(timesOf('gpu2'))).toEqual(new Set([500]));
    expect(timesOf('gpu1').every((ms) => ms % 100 === 0 && ms > 0)).toBe(true);
    // Both are due at the half second: one row.
    expect(
      rows.filter(({ atMs }) => atMs % 1000 === 500).every(({ readings }) => new Set(readings.map(({ device }) => device)).size === 2),
    ).toBe(true);
    context.setRates({ hz: 1, devices: {} });
    await read();
    fast.between?.();
    await pause(500);
    await read();
    expect(fast.between?.()).toEqual([]);
  });

  it('ends with its process even while a driver call never returns', async () => {
    await nvml.control('gpus 8', 'slow nvmlDeviceGetPowerUsage 3600000', 'nofield 185');
    const child = spawn(
      process.execPath,
      [await bundleEntry('tests/integration/telemetry/programs/hung-driver.ts'), workerPath, nvml.library],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    await once(child, 'close');
    expect(text.trim().split('\n')).toEqual([
      'the NVIDIA driver did not answer in time: nvmlDeviceGetPowerUsage of gpu0 is under way',
      'warn: nvmlDeviceGetPowerUsage of gpu0 does not return: its thread is left behind',
      'closed',
    ]);
  });

  it('gives the driver back when it closes, twice without harm', async () => {
    await nvml.control('gpus 1', 'trace');
    await read();
    await Promise.all([fast.close(), fast.close()]);
    closed = true;
    expect((await nvml.calls()).slice(-2)).toEqual(['nvmlEventSetFree', 'nvmlShutdown']);
    await expect(read()).rejects.toThrow('stopped');
  });
});
