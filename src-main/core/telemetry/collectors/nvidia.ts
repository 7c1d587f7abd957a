import type { DoctorItem } from '@shared/model/doctor';
import type { Inventory } from '@shared/model/room';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import type { Collector, TimedReadings } from '../collector';
import { messageOf } from '../ingest';
import type { CollectorContext } from './index';
import { sensorItem } from './items';
import { createNvidiaSmiCollector } from './nvidia-smi';
import { NvidiaSmiLoop } from './nvidia/loop';
import { NvmlClient } from './nvml/client';
import type { NvmlTick } from './nvml/protocol';

/** A better way that cannot be had is tried again this often: the driver may be installed meanwhile. */
const TRY_AGAIN_MS = 5 * 60_000;
/** A thread that ends at once, so often in a row, is no way to read anything. */
const MAX_CRASHES = 3;
const ASK_LIMIT_MS = 4_000;
const NAME = 'NVIDIA GPUs';

/** How the GPUs are read, best first. */
type Way = 'nvml' | 'smi-loop' | 'smi-each';

/**
 * NVIDIA GPUs: through the driver's own library (NVML); where that cannot be loaded, through one nvidia-smi that runs on;
 * where that does not work either, through one nvidia-smi a read (node-nvidia-smi). The doctor says which is in force and why.
 * @returns the collector of the quickly changing values, and that of the processes and slow ones, asked ten times less often
 */
export function createNvidiaCollectors(context: CollectorContext): [Collector, Collector] {
  const { env, monoMs } = context;
  const client = env.nvml ? new NvmlClient({ access: env.nvml, platform: env.platform, rates: () => context.gpuRates.current(), log: context.log }) : null;
  const stopHearing = context.gpuRates.onChange(() => client?.setRates(context.gpuRates.current()));
  const loop = new NvidiaSmiLoop(env.nvidiaSmi, monoMs);
  const each = createNvidiaSmiCollector(context);
  let way: Way = client ? 'nvml' : 'smi-loop';
  /** Why the better ways are not in force. */
  let whyNotNvml = 'NVML is not used here';
  let whyNotLoop = '';
  let lastTick: NvmlTick | null = null;
  let between: readonly TimedReadings[] = [];
  let processes: readonly GpuProcess[] = [];
  let crashes = 0;
  let tryAgainMono = Infinity;

  const fall = (to: Way): void => {
    way = to;
    tryAgainMono = monoMs() + TRY_AGAIN_MS;
    lastTick = null;
    processes = [];
  };

  /** Null when NVML is no way here (any more); throws while its driver is away or it hangs. */
  const readNvml = async (nvml: NvmlClient, signal: AbortSignal): Promise<readonly Reading[] | null> => {
    let tick: NvmlTick;
    try {
      tick = await nvml.ask('tick', signal);
      crashes = 0;
    } catch (error) {
      lastTick = null;
      if (nvml.running || signal.aborted || ++crashes < MAX_CRASHES) throw error;
      whyNotNvml = `its thread ended ${MAX_CRASHES} times: ${messageOf(error)}`;
      return null;
    }
    lastTick = tick;
    for (const event of tick.events) context.onEvent(event);
    if (tick.state === 'works') {
      between = [...between, ...tick.between];
      return tick.readings;
    }
    if (tick.state === 'no-driver') throw new Error(tick.reason);
    whyNotNvml = tick.reason;
    await nvml.rest();
    return null;
  };

  const read = async (signal: AbortSignal): Promise<readonly Reading[]> => {
    if (way !== 'nvml' && monoMs() >= tryAgainMono) {
      tryAgainMono = monoMs() + TRY_AGAIN_MS;
      if (client) way = 'nvml';
    }
    if (way === 'nvml' && client) {
      const readings = await readNvml(client, signal);
      if (readings !== null) return readings;
      fall('smi-loop');
    }
    if (way === 'smi-loop') {
      try {
        return await loop.read(signal);
      } catch (error) {
        // One that has worked is started again by itself; one that never printed a line does not know these words.
        const { failed } = loop;
        if (failed === null) throw error;
        whyNotLoop = failed.message;
        fall('smi-each');
      }
    }
    return each.read(signal);
  };

  const askUnlessKnown = async (): Promise<void> => {
    if (way === 'nvml' && lastTick === null) await read(AbortSignal.timeout(ASK_LIMIT_MS)).catch(() => undefined);
  };

  const fast: Collector = {
    id: 'nvidia',
    periodMs: 1000,
    read,
    between() {
      const taken = between;
      between = [];
      return taken;
    },
    async doctor() {
      await askUnlessKnown();
      switch (way) {
        case 'nvml':
          return [nvmlItem(lastTick)];
        case 'smi-loop':
          return [loopItem(loop, whyNotNvml)];
        case 'smi-each': {
          const items = await each.doctor();
          // A machine without GPUs needs no account of the ways not taken.
          return items.map((item) => (item.state === 'missing' ? item : { ...item, detail: `${item.detail}; read by one nvidia-smi a time: NVML: ${whyNotNvml}; nvidia-smi as a loop: ${whyNotLoop}` }));
        }
      }
    },
    async gpus(): Promise<Inventory['gpus']> {
      await askUnlessKnown();
      if (way === 'smi-each') return (await each.gpus?.()) ?? [];
      if (way === 'smi-loop') return loop.gpus();
      if (lastTick?.state !== 'works') return [];
      const { driver, gpus } = lastTick;
      return gpus.map(({ device, name, powerLimitW }) => ({ device, name, powerLimitW, driver }));
    },
    async close() {
      stopHearing.dispose();
      await Promise.all([client?.close(), loop.close(), each.close()]);
    },
  };

  const slow: Collector = {
    id: 'nvidia-slow',
    periodMs: 10_000,
    async read(signal) {
      if (way !== 'nvml' || !client || lastTick?.state !== 'works') {
        processes = [];
        return [];
      }
      const answer = await client.ask('slow', signal);
      processes = answer.processes;
      return answer.readings;
    },
    doctor: async () => [],
    gpuProcesses: () => processes,
    // The thread and the programs are the other collector's.
    close: async () => undefined,
  };
  return [fast, slow];
}

function nvmlItem(tick: NvmlTick | null): DoctorItem {
  if (tick === null) return sensorItem('nvidia', NAME, 'failing', 'NVML does not answer');
  if (tick.state !== 'works') return sensorItem('nvidia', NAME, 'failing', `NVML: ${tick.reason}`, /not loaded|versions differ/.test(tick.reason) ? 'sudo modprobe nvidia   (after a driver update: restart the machine)' : null);
  const { gpus, driver } = tick;
  if (gpus.length === 0) return sensorItem('nvidia', NAME, 'missing', `driver ${driver ?? '?'} runs, no GPU found`);
  const names = [...new Set(gpus.map(({ name }) => name))].map((name) => `${gpus.filter((gpu) => gpu.name === name).length} × ${name}`);
  const lost = gpus.filter((gpu) => gpu.lost).map(({ device }) => device);
  const migs = gpus.reduce((sum, gpu) => sum + gpu.migs, 0);
  const detail = `${names.join(', ')}, driver ${driver ?? '?'}, read through NVML${migs > 0 ? `, ${migs} MIG devices` : ''}`;
  if (lost.length > 0) return sensorItem('nvidia', NAME, 'failing', `${detail}; lost: ${lost.join(', ')}`, 'Restart the machine; if a GPU is lost again, reseat or replace it.');
  return sensorItem('nvidia', NAME, 'works', detail);
}

function loopItem(loop: NvidiaSmiLoop, whyNotNvml: string): DoctorItem {
  const gpus = loop.gpus();
  const why = `read by one nvidia-smi that runs on: NVML: ${whyNotNvml}`;
  if (gpus.length === 0) return sensorItem('nvidia', NAME, 'failing', `nvidia-smi prints nothing; ${why}`);
  return sensorItem('nvidia', NAME, 'works', `${gpus.length} × ${gpus[0]?.name ?? ''}, driver ${gpus[0]?.driver ?? '?'}; ${why}`);
}
