import type { DoctorItem } from '@shared/model/doctor';
import type { Inventory } from '@shared/model/room';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import { mentions, phrase, saidBy, SaidError, type Said } from '@shared/phrases/phrase';
import type { Collector, TimedReadings } from '../collector';
import type { CollectorContext } from './index';
import { sensorItem } from './items';
import { countByName, createNvidiaSmiCollector } from './nvidia-smi';
import { NvidiaSmiLoop } from './nvidia/loop';
import { NvmlClient } from './nvml/client';
import type { NvmlTick } from './nvml/protocol';

/** A better way that cannot be had is tried again this often: the driver may be installed meanwhile. */
const TRY_AGAIN_MS = 5 * 60_000;
/** A thread that ends at once, so often in a row, is no way to read anything. */
const MAX_CRASHES = 3;
const ASK_LIMIT_MS = 4_000;

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
  let whyNotNvml: Said = phrase('said.nvml.unused');
  let whyNotLoop: Said = '';
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
      whyNotNvml = phrase('said.nvml.crashed', { times: MAX_CRASHES, why: saidBy(error) });
      return null;
    }
    lastTick = tick;
    for (const event of tick.events) context.onEvent(event);
    if (tick.state === 'works') {
      between = [...between, ...tick.between];
      return tick.readings;
    }
    if (tick.state === 'no-driver') throw new SaidError(tick.reason);
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
        whyNotLoop = failed.said;
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
          return items.map((item) => (item.state === 'missing' ? item : { ...item, detail: phrase('said.nvidia.byEach', { found: item.detail, whyNotNvml, whyNotLoop }) }));
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
  if (tick === null) return sensorItem('nvidia', 'failing', phrase('said.nvml.silent'));
  if (tick.state !== 'works') {
    const repair = mentions(tick.reason, 'said.nvml.notLoaded', 'said.nvml.versions') ? phrase('said.nvidia.modprobe', { command: 'sudo modprobe nvidia' }) : null;
    return sensorItem('nvidia', 'failing', phrase('said.nvml.because', { why: tick.reason }), repair);
  }
  const { gpus, driver } = tick;
  if (gpus.length === 0) return sensorItem('nvidia', 'missing', phrase('said.nvidia.noGpu', { driver: driver ?? '?' }));
  const lost = gpus.filter((gpu) => gpu.lost).map(({ device }) => device);
  const migs = gpus.reduce((sum, gpu) => sum + gpu.migs, 0);
  const read = phrase('said.nvidia.byNvml', { found: phrase('said.nvidia.found', { gpus: countByName(gpus), driver: driver ?? '?' }) });
  const found = migs > 0 ? phrase('said.nvidia.migs', { found: read, migs }) : read;
  if (lost.length > 0) return sensorItem('nvidia', 'failing', phrase('said.nvidia.lost', { found, gpus: lost.join(', ') }), phrase('said.nvidia.reseat'));
  return sensorItem('nvidia', 'works', found);
}

function loopItem(loop: NvidiaSmiLoop, why: Said): DoctorItem {
  const gpus = loop.gpus();
  if (gpus.length === 0) return sensorItem('nvidia', 'failing', phrase('said.nvidia.byLoop', { found: phrase('said.nvidia.printsNothing'), why }));
  const found = phrase('said.nvidia.found', { gpus: `${gpus.length} × ${gpus[0]?.name ?? ''}`, driver: gpus[0]?.driver ?? '?' });
  return sensorItem('nvidia', 'works', phrase('said.nvidia.byLoop', { found, why }));
}
