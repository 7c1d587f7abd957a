import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { english } from '@shared/text/message';
import { cString, Ret } from '../telemetry/collectors/nvml/bindings';
import { NvmlDevice } from '../telemetry/collectors/nvml/device';
import { GpuLost, NvmlLibrary } from '../telemetry/collectors/nvml/library';
import { burn } from './cuda-load';
import { PhaseMeter } from './phase-meter';
import type { FoundGpu, LoadReply, MeasureReply, MeasureRequest, SelftestWorkerData } from './protocol';

/** As the meter reads. */
const TICK_MS = 1000;
/** Between two looks of the fast polling, beyond what they take. */
const POLL_MS = 5;

/** A thread of its own: the driver's calls are synchronous, and a kernel's end is waited for. */
if (!parentPort) throw new Error('the self-test’s worker runs as a worker thread only');
const port = parentPort;
const data = workerData as SelftestWorkerData;
if (data.role === 'load') load(data);
else measureAll(data);

function load({ libraries, bus, stop }: Extract<SelftestWorkerData, { role: 'load' }>): void {
  const post = (reply: LoadReply): void => port.postMessage(reply);
  const flag = new Int32Array(stop);
  try {
    burn(
      libraries,
      bus,
      () => Atomics.load(flag, 0) === 0,
      () => post({ t: 'busy' }),
    );
  } catch (error) {
    post({ t: 'failed', why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) });
  }
}

interface Gpu extends FoundGpu {
  readonly device: NvmlDevice;
}

function measureAll({ libraries, platform }: Extract<SelftestWorkerData, { role: 'measure' }>): void {
  const post = (reply: MeasureReply): void => port.postMessage(reply);
  const library = new NvmlLibrary({ libraries, log: () => undefined, calling: new Int32Array(1) });
  const started = library.start();
  if (started.state !== 'running') {
    post({ t: 'none', why: english(started.reason) });
    port.close();
    return;
  }
  const gpus = findGpus(library, platform);
  post({ t: 'found', driver: driverOf(library), gpus: gpus.map(({ index, name, uuid, bus }) => ({ index, name, uuid, bus })) });
  port.on('message', ({ phase, ms }: MeasureRequest) => {
    void measure(gpus, ms).then((meters) => {
      post({ t: 'phase', results: [...meters].map(([index, meter]) => [index, meter.result(phase)] as const) });
    });
  });
}

function driverOf(library: NvmlLibrary): string | null {
  const buffer = Buffer.alloc(80);
  return library.call('nvmlSystemGetDriverVersion', buffer, buffer.length) === Ret.success ? cString(buffer) : null;
}

function findGpus(library: NvmlLibrary, platform: NodeJS.Platform): Gpu[] {
  const buffer = Buffer.alloc(8);
  if (library.call('nvmlDeviceGetCount_v2', buffer) !== Ret.success) return [];
  const count = buffer.readUInt32LE(0);
  return Array.from({ length: count }, (_, index) => index).flatMap((index): Gpu[] => {
    try {
      if (library.call('nvmlDeviceGetHandleByIndex_v2', index, buffer) !== Ret.success) return [];
      const device = new NvmlDevice(library, buffer.readBigUInt64LE(0), () => performance.now(), platform);
      const { uuid, bus } = device.identity();
      return [{ index, device, name: device.text('nvmlDeviceGetName') ?? 'NVIDIA GPU', uuid, bus }];
    } catch (error) {
      if (!(error instanceof GpuLost)) throw error;
      return [];
    }
  });
}

/** A GPU that is lost meanwhile has no result. */
async function measure(gpus: readonly Gpu[], ms: number): Promise<Map<number, PhaseMeter>> {
  const meters = new Map(gpus.map(({ index }) => [index, new PhaseMeter()]));
  const beginMs = performance.now();
  for (let dueMs = beginMs; ;) {
    const isTick = performance.now() >= dueMs;
    if (isTick) dueMs += TICK_MS;
    for (const { index, device } of gpus) {
      const meter = meters.get(index);
      if (meter === undefined) continue;
      try {
        if (isTick) readTick(device, meter);
        const atMs = performance.now();
        const { powerW, energyJ } = device.readPower();
        meter.poll(atMs, powerW, energyJ);
      } catch (error) {
        if (!(error instanceof GpuLost)) throw error;
        meters.delete(index);
      }
    }
    // The last tick is the end: both energies are of the time between ticks.
    if (isTick && dueMs > beginMs + ms + TICK_MS / 2) return meters;
    await sleep(POLL_MS);
  }
}

function readTick(device: NvmlDevice, meter: PhaseMeter): void {
  const before = process.cpuUsage();
  const fromMs = performance.now();
  const values = device.readTick();
  const toMs = performance.now();
  const { user, system } = process.cpuUsage(before);
  meter.tick({
    // The driver answered somewhere between.
    monoMs: (fromMs + toMs) / 2,
    powerW: values.get('gpu.power') ?? null,
    energyJ: values.get('gpu.energy') ?? null,
    loadPercent: values.get('gpu.load') ?? null,
    tookMs: toMs - fromMs,
    cpuMs: (user + system) / 1000,
  });
}
