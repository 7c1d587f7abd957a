import { join } from 'node:path';
import type { DoctorItem } from '@shared/model/doctor';
import { saneValue, type MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { message, messageOf, type KeyedMessage, type Message } from '@shared/text/message';
import type { Collector } from '../collector';
import { listFolder, readText } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { pciAddress } from '../../devices/identity';
import { gpuItem, withUnread } from './nvidia/items';
import { NvidiaSmiError, NvidiaSmiProgram } from './nvidia/program';
import type { GpuReport } from './nvidia/report';
import { SmiReports, type WholeReport } from './nvidia/reports';

/** While the program is not installed it is looked for this often. */
const LOOK_AGAIN_MS = 60_000;
/** For a request of the doctor or the inventory before the first read. */
const ASK_LIMIT_MS = 4_000;

const metricsOf: readonly (readonly [MetricId, (gpu: GpuReport) => number | null])[] = [
  ['gpu.power', (gpu) => gpu.powerW],
  ['gpu.power.limit', (gpu) => gpu.powerLimitW],
  ['gpu.temperature', (gpu) => gpu.tempC],
  ['gpu.load', (gpu) => gpu.loadPercent],
  ['gpu.memory.load', (gpu) => gpu.memoryLoadPercent],
  ['gpu.memory.used', (gpu) => gpu.memoryUsedB],
  ['gpu.memory.total', (gpu) => gpu.memoryTotalB],
  ['gpu.fan', (gpu) => gpu.fanPercent],
  ['gpu.clock.sm', (gpu) => gpu.clockSmMhz],
  ['gpu.clock.memory', (gpu) => gpu.clockMemoryMhz],
];

/**
 * NVIDIA GPUs through node-nvidia-smi: one run of the program per read. The scheduler lets a slow program take its time
 * without holding up a tick, and asks it less often.
 */
export function createNvidiaSmiCollector({ env, monoMs, devices }: CollectorContext): Collector {
  const program = new NvidiaSmiProgram(env.nvidiaSmi);
  const places = async (): Promise<string[]> => {
    const known = devices.list('nvidia').flatMap(({ bus, state }) => (bus === null || state === 'removed' ? [] : [bus]));
    return [...new Set([...((await nvidiaSlots(env)) ?? []), ...known])].sort();
  };
  const reports = new SmiReports(program, monoMs, places);
  let last: { readonly report: Resolved } | { readonly error: NvidiaSmiError } | null = null;
  let lookAgainMono = -Infinity;
  let reading: Promise<Resolved> | null = null;

  /** Gives each GPU its label and tells the registry who is there. */
  const resolve = ({ driver, gpus, lost, complete }: WholeReport): Resolved => {
    const answering = gpus.filter((gpu) => !tellsNothing(gpu));
    const labels = devices.resolve(
      'nvidia',
      answering.map(({ uuid, serial, bus, pciId, name, index }) => ({ uuid, serial, bus, pciId, model: name, preferred: `gpu${index}` })),
    );
    const named = answering.flatMap((gpu, i) => {
      const device = labels[i];
      return device ? [{ ...gpu, device, name: gpu.name ?? 'NVIDIA GPU' }] : [];
    });
    const silent = [...lost, ...gpus.filter(tellsNothing).map(({ bus }) => ({ bus, why: message('message.smi.tellsNothing') as Message }))];
    const byBus = new Map(devices.list('nvidia').flatMap(({ device, bus }) => (bus === null ? [] : [[bus, device] as const])));
    const gone = silent.flatMap(({ bus, why }) => {
      const device = bus === null ? undefined : byBus.get(bus);
      return device === undefined || labels.includes(device) ? [] : [{ device, lost: why }];
    });
    if (complete) devices.report('nvidia', [...named.map(({ device }) => ({ device, lost: null })), ...gone]);
    return { driver, gpus: named, unreachable: silent.length };
  };

  const ask = async (given: AbortSignal): Promise<Resolved> => {
    try {
      const report = resolve(await reports.ask(given));
      last = { report };
      return report;
    } catch (error) {
      const named = error instanceof NvidiaSmiError ? error : new NvidiaSmiError(messageOf(error), 'failed');
      last = { error: named };
      if (named.kind === 'missing') lookAgainMono = monoMs() + LOOK_AGAIN_MS;
      if (named.kind === 'no-devices') devices.report('nvidia', []);
      if (named.kind === 'missing' || named.kind === 'no-devices') return { driver: null, gpus: [], unreachable: 0 };
      throw named;
    }
  };

  /** One request at a time, whoever asks; the first one's signal counts. */
  const askOnce = (given: AbortSignal): Promise<Resolved> => {
    reading ??= ask(given).finally(() => {
      reading = null;
    });
    return reading;
  };

  const askUnlessKnown = async (): Promise<typeof last> => {
    if (last === null) await askOnce(AbortSignal.timeout(ASK_LIMIT_MS)).catch(() => undefined);
    return last;
  };

  return {
    id: 'nvidia-smi',
    periodMs: 1000,
    async read(given) {
      if (monoMs() < lookAgainMono) return [];
      const { gpus } = await askOnce(given);
      return gpus.flatMap((gpu) =>
        metricsOf.map(([metric, pick]): Reading => ({
          device: gpu.device,
          label: gpu.name,
          metric,
          provenance: 'measured',
          value: pick(gpu),
        })),
      );
    },
    async doctor() {
      const known = await askUnlessKnown();
      const name = message('doctor.item.sensor.nvidia-smi');
      if (known !== null && 'report' in known) {
        const { driver, gpus, unreachable } = known.report;
        const seen = gpus.map(({ device, name: model, powerW }) => ({ device, model, powerW: saneValue('gpu.power', powerW) }));
        return [{ ...gpuItem({ driver, gpus: seen, migs: 0, unreachable }, devices.list('nvidia'), (found) => found), name }];
      }
      const item = await errorItem(known?.error ?? new NvidiaSmiError(message('message.smi.notAsked'), 'failed'), env);
      return [{ ...withUnread(item, devices.list('nvidia')), name }];
    },
    async gpus() {
      const known = await askUnlessKnown();
      if (known === null || !('report' in known)) return [];
      const { driver, gpus } = known.report;
      return gpus.map(({ device, name, powerLimitW }) => ({
        device,
        name,
        powerLimitW: saneValue('gpu.power.limit', powerLimitW),
        driver,
      }));
    },
    close: () => program.close(),
  };
}

/** A report with the labels its GPUs have for good. */
interface Resolved {
  readonly driver: string | null;
  readonly gpus: readonly (GpuReport & { readonly device: string; readonly name: string })[];
  readonly unreachable: number;
}

/** A GPU that is in the report and says nothing at all: it fell off its bus meanwhile. */
function tellsNothing(gpu: GpuReport): boolean {
  return gpu.name === null && gpu.uuid === null && metricsOf.every(([, pick]) => pick(gpu) === null);
}

function item(state: DoctorItem['state'], detail: Message, repair: Message | null = null): DoctorItem {
  return sensorItem('nvidia', state, detail, repair);
}

async function errorItem(error: NvidiaSmiError, env: CollectorContext['env']): Promise<DoctorItem> {
  switch (error.kind) {
    case 'missing': {
      const fitted = await isGpuFitted(env);
      if (fitted === false) return item('missing', message('message.nvidia.none'));
      const program = env.nvidiaSmi[0];
      return item(
        'missing',
        message(fitted ? 'message.smi.notInstalledThough' : 'message.smi.notInstalled', { program }),
        installDriver(env.platform),
      );
    }
    case 'no-devices':
      return item('missing', message('message.nvidia.noDevices'));
    case 'driver':
      return item(
        'failing',
        error.localized,
        env.platform === 'linux'
          ? message('message.nvidia.modprobe', { command: 'sudo modprobe nvidia' })
          : message('message.nvidia.restart'),
      );
    case 'lost-gpu':
      return item('failing', error.localized, message('message.gpu.reseat'));
    case 'failed':
      return item('failing', error.localized);
  }
}

function installDriver(platform: NodeJS.Platform): KeyedMessage | null {
  if (platform === 'linux') {
    return message('message.nvidia.installLinux', {
      sources: 'contrib non-free non-free-firmware',
      debian: 'sudo apt-get install nvidia-driver nvidia-smi',
      ubuntu: 'sudo ubuntu-drivers install',
    });
  }
  if (platform === 'win32') return message('message.nvidia.installWindows', { page: 'nvidia.com/drivers', program: 'nvidia-smi.exe' });
  return null;
}

/** Whether an NVIDIA GPU is fitted; null where that cannot be seen. */
async function isGpuFitted(env: CollectorContext['env']): Promise<boolean | null> {
  if (env.platform === 'darwin') return false;
  const slots = await nvidiaSlots(env);
  return slots === null ? null : slots.length > 0;
}

/** The addresses of the NVIDIA display and 3D controllers on the PCI bus; null where that cannot be seen. */
async function nvidiaSlots({ platform, sysRoot }: CollectorContext['env']): Promise<string[] | null> {
  if (platform !== 'linux') return null;
  const root = join(sysRoot, 'bus/pci/devices');
  const slots = await Promise.all(
    (await listFolder(root)).map(async (slot) => {
      const [vendor, kind] = await Promise.all([readText(join(root, slot, 'vendor')), readText(join(root, slot, 'class'))]);
      return vendor === '0x10de' && kind?.startsWith('0x03') ? pciAddress(slot) : null;
    }),
  );
  return slots.filter((slot) => slot !== null);
}
