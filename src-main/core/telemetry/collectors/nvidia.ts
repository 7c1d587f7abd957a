import type { Disposable } from '@shared/base/disposable';
import { devicesByModel } from '@shared/model/device-record';
import type { DoctorItem } from '@shared/model/doctor';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { Inventory } from '@shared/model/room';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import { containsMessage, message, messageOf, MessageError, type Message } from '@shared/text/message';
import type { Collector, TimedReadings } from '../collector';
import type { CollectorContext } from '../collector-context';
import { sensorItem, withoutAway } from './items';
import { createNvidiaSmiCollector } from './nvidia-smi';
import { gpuItem, withUnread } from './nvidia/items';
import { NvidiaSmiLoop } from './nvidia/loop';
import { NvmlLabels } from './nvidia/nvml-source';
import { NvidiaRest } from './nvidia/rest';
import { NvmlClient } from './nvml/client';
import type { NvmlTick } from './nvml/protocol';

/** A better way that cannot be had is tried again this often: the driver may be installed meanwhile. */
const TRY_AGAIN_MS = 5 * 60_000;
/** While a known GPU is not listed, the list is made anew: after this, then after twice as long each time, at most an hour. */
const RELIST_MS = 60_000;
const MAX_RELIST_MS = 60 * 60_000;
/** A thread that ends at once, so often in a row, is no way to read anything. */
const MAX_CRASHES = 3;
const ASK_LIMIT_MS = 4_000;

/** How the GPUs are read, best first. */
type NvidiaBackend = 'nvml' | 'smi-loop' | 'smi-per-read';

/** How often GPUs are sampled now, and word of each change. */
export interface RatesInForce {
  current(): GpuRates;
  onChange(listener: () => void): Disposable;
}

/**
 * NVIDIA GPUs: through the driver's own library (NVML); where that cannot be loaded, through one nvidia-smi that runs on;
 * where that does not work either, through one nvidia-smi a read (node-nvidia-smi). The doctor says which is in force and why.
 * Whichever it is, a GPU is the device that the registry knows it as.
 * @returns the collector of the quickly changing values, and that of the processes and slow ones, asked ten times less often
 */
export function createNvidiaCollectors(context: CollectorContext, gpuRates: RatesInForce): [Collector, Collector] {
  const { env, monoMs, devices } = context;
  const labels = new NvmlLabels(devices);
  const rates = () => labels.rates(gpuRates.current());
  const nameOf = (slot: number): string => labels.of(slot);
  const client = env.nvml ? new NvmlClient({ access: env.nvml, platform: env.platform, rates, nameOf, log: context.log }) : null;
  const stopHearing = gpuRates.onChange(() => client?.setRates(rates()));
  const loop = new NvidiaSmiLoop(env.nvidiaSmi, monoMs, devices);
  const each = createNvidiaSmiCollector(context);
  let backend: NvidiaBackend = client ? 'nvml' : 'smi-loop';
  /** Why the better ways are not in force. */
  let whyNotNvml: Message = message('message.nvml.unused');
  let whyNotLoop: Message = '';
  let lastTick: NvmlTick | null = null;
  let power = new Map<string, number | null>();
  let between: readonly TimedReadings[] = [];
  let processes: readonly GpuProcess[] = [];
  let crashes = 0;
  let tryAgainMono = Infinity;
  let relistMs = RELIST_MS;
  let relistMono = -Infinity;

  const fallBackTo = (to: NvidiaBackend): void => {
    backend = to;
    tryAgainMono = monoMs() + TRY_AGAIN_MS;
    lastTick = null;
    processes = [];
  };

  /** The library lists what was there when it was started. */
  const relistIfMissing = (nvml: NvmlClient): void => {
    const missing = devices.list('nvidia').some(({ state }) => state === 'missing' || state === 'lost' || state === 'removed');
    if (!missing) {
      relistMs = RELIST_MS;
      relistMono = monoMs() + relistMs;
    } else if (monoMs() >= relistMono) {
      if (relistMono !== -Infinity) nvml.relist();
      relistMono = monoMs() + relistMs;
      relistMs = Math.min(MAX_RELIST_MS, relistMs * 2);
    }
  };

  const takeTick = (nvml: NvmlClient, tick: NvmlTick): void => {
    lastTick = tick;
    if (tick.state === 'works' && labels.learn(tick)) nvml.setRates(rates());
    for (const event of labels.events(tick.events)) context.onEvent(event);
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
      whyNotNvml = message('message.nvml.crashed', { count: MAX_CRASHES, why: messageOf(error) });
      return null;
    }
    takeTick(nvml, tick);
    if (tick.state === 'works') {
      between = [...between, ...tick.between.map((row) => ({ ...row, readings: labels.named(row.readings) }))];
      const readings = labels.named(tick.readings);
      power = new Map(readings.flatMap(({ device, metric, value }) => (metric === 'gpu.power' ? [[device, value]] : [])));
      relistIfMissing(nvml);
      return readings;
    }
    if (tick.state === 'no-driver') throw new MessageError(tick.reason);
    whyNotNvml = tick.reason;
    await nvml.rest();
    return null;
  };

  const rest = new NvidiaRest(context, async () => {
    lastTick = null;
    processes = [];
    await Promise.all([client?.rest(), loop.rest()]);
  });

  const ask = async (signal: AbortSignal): Promise<readonly Reading[]> => {
    if (backend !== 'nvml' && monoMs() >= tryAgainMono) {
      tryAgainMono = monoMs() + TRY_AGAIN_MS;
      backend = client ? 'nvml' : 'smi-loop';
    }
    if (backend === 'nvml' && client) {
      const readings = await readNvml(client, signal);
      if (readings !== null) return readings;
      fallBackTo('smi-loop');
    }
    if (backend === 'smi-loop') {
      try {
        return await loop.read(signal);
      } catch (error) {
        // One that has worked is started again by itself; one that prints no line, or is stopped by one lost GPU, is no way.
        const { failed } = loop;
        if (failed === null) throw error;
        whyNotLoop = failed.localized;
        fallBackTo('smi-per-read');
      }
    }
    return each.read(signal);
  };

  const read = async (signal: AbortSignal): Promise<readonly Reading[]> => {
    const instead = await rest.instead();
    if (instead !== null) return instead;
    const readings = await ask(signal);
    await rest.note(readings, processes.length > 0);
    return readings;
  };

  const askUnlessKnown = async (): Promise<void> => {
    if (backend === 'nvml' && lastTick === null) await read(AbortSignal.timeout(ASK_LIMIT_MS)).catch(() => undefined);
  };

  const nvmlItem = (): DoctorItem => {
    const known = devices.list('nvidia');
    if (lastTick === null) return withUnread(sensorItem('nvidia', 'failing', message('message.nvml.silent')), known);
    if (lastTick.state !== 'works') {
      const { reason } = lastTick;
      const repair = containsMessage(reason, 'message.nvml.notLoaded', 'message.nvml.versions')
        ? message('message.nvidia.modprobe', { command: 'sudo modprobe nvidia' })
        : null;
      return withUnread(sensorItem('nvidia', 'failing', message('message.nvml.because', { why: reason }), repair), known);
    }
    const { driver, gpus, unreachable } = lastTick;
    const answering = gpus.filter(({ lost }) => lost === null);
    const seen = answering.map(({ slot, name, sharesMachineMemory }) => ({
      device: labels.of(slot),
      model: name,
      sharesMachineMemory,
      powerW: power.get(labels.of(slot)) ?? null,
    }));
    const migs = answering.reduce((sum, gpu) => sum + gpu.migs.length, 0);
    return gpuItem({ driver, gpus: seen, migs, unreachable: unreachable.length }, known, (found) =>
      message('message.nvidia.byNvml', { found }),
    );
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
      if (rest.asleep) {
        const known = devices.list('nvidia');
        const asleep = known.filter(({ state }) => state === 'present' || state === 'unheard');
        return [withoutAway(sensorItem('nvidia', 'works', message('message.nvidia.asleep', { gpus: devicesByModel(asleep) })), known)];
      }
      switch (backend) {
        case 'nvml':
          return [nvmlItem()];
        case 'smi-loop': {
          const by = (found: Message): Message => message('message.nvidia.byLoop', { found, why: whyNotNvml });
          const seen = loop.gpus();
          const known = devices.list('nvidia');
          if (seen.length === 0) return [withUnread(sensorItem('nvidia', 'failing', by(message('message.nvidia.printsNothing'))), known)];
          return [
            gpuItem(
              { driver: seen[0]?.driver ?? null, gpus: seen.map((gpu) => ({ ...gpu, model: gpu.name })), migs: 0, unreachable: 0 },
              known,
              by,
            ),
          ];
        }
        case 'smi-per-read': {
          const items = await each.doctor();
          // A machine without GPUs needs no account of the ways not taken.
          return items.map((item) =>
            item.state === 'missing'
              ? item
              : { ...item, detail: message('message.nvidia.byEach', { found: item.detail, whyNotNvml, whyNotLoop }) },
          );
        }
      }
    },
    async gpus(): Promise<Inventory['gpus']> {
      await askUnlessKnown();
      if (rest.asleep)
        return devices.list('nvidia').map(({ device, model }) => ({ device, name: model ?? device, powerLimitW: null, driver: null }));
      if (backend === 'smi-per-read') return (await each.gpus?.()) ?? [];
      if (backend === 'smi-loop')
        return loop.gpus().map(({ device, name, powerLimitW, driver }) => ({ device, name, powerLimitW, driver }));
      if (lastTick?.state !== 'works') return [];
      const { driver, gpus } = lastTick;
      return gpus.map(({ slot, name, powerLimitW, sharesMachineMemory }) => ({
        device: labels.of(slot),
        name,
        powerLimitW,
        driver,
        ...(sharesMachineMemory ? { sharesMachineMemory } : {}),
      }));
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
      if (backend !== 'nvml' || !client || lastTick?.state !== 'works') {
        processes = [];
        return [];
      }
      const answer = await client.ask('slow', signal);
      processes = labels.named(answer.processes);
      return labels.named(answer.readings);
    },
    doctor: async () => [],
    gpuProcesses: () => processes,
    // The thread and the programs are the other collector's.
    close: async () => undefined,
  };
  return [fast, slow];
}
