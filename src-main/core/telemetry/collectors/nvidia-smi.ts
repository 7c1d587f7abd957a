import { join } from 'node:path';
import type { DoctorItem } from '@shared/model/doctor';
import { saneValue, type MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { phrase, saidBy, type Phrase, type Said } from '@shared/phrases/phrase';
import type { Collector } from '../collector';
import { listFolder, readText } from './files';
import type { CollectorContext } from './index';
import { sensorItem } from './items';
import { loadNodeNvidiaSmi } from './nvidia/package';
import { NvidiaSmiError, NvidiaSmiProgram } from './nvidia/program';
import { readReport, withoutClockLists, type GpuReport, type SmiReport } from './nvidia/report';

/** While the program is not installed it is looked for this often. */
const LOOK_AGAIN_MS = 60_000;
/** For a question of the doctor or the inventory before the first read. */
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
export function createNvidiaSmiCollector({ env, monoMs }: CollectorContext): Collector {
  const program = new NvidiaSmiProgram(env.nvidiaSmi);
  /** The signal of the read under way; the package gives no way to hand it through. */
  let signal: AbortSignal = new AbortController().signal;
  const smi = loadNodeNvidiaSmi(async (args) => withoutClockLists(await program.run(args, signal)));
  /** A GPU keeps its number while this runs, also when another falls off the bus. */
  const numbers = new Map<string, number>();
  let last: { readonly report: SmiReport } | { readonly error: NvidiaSmiError } | null = null;
  let lookAgainMono = -Infinity;
  let reading: Promise<SmiReport> | null = null;

  const deviceOf = (gpu: GpuReport): string => {
    const number = numbers.get(gpu.key) ?? numbers.size;
    numbers.set(gpu.key, number);
    return `gpu${number}`;
  };

  const ask = async (given: AbortSignal): Promise<SmiReport> => {
    signal = given;
    try {
      const report = readReport(await smi());
      last = { report };
      return report;
    } catch (error) {
      const named = error instanceof NvidiaSmiError ? error : new NvidiaSmiError(saidBy(error), 'failed');
      last = { error: named };
      if (named.kind === 'missing') lookAgainMono = monoMs() + LOOK_AGAIN_MS;
      if (named.kind === 'missing' || named.kind === 'no-devices') return { driver: null, gpus: [] };
      throw named;
    }
  };

  /** One question at a time, whoever asks; the first one's signal counts. */
  const askOnce = (given: AbortSignal): Promise<SmiReport> => {
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
      return gpus.flatMap((gpu) => {
        const device = deviceOf(gpu);
        return metricsOf.map(([metric, pick]): Reading => ({ device, label: gpu.name, metric, provenance: 'measured', value: pick(gpu) }));
      });
    },
    async doctor() {
      const known = await askUnlessKnown();
      if (known !== null && 'report' in known) return [worksItem(known.report)];
      return [await errorItem(known?.error ?? new NvidiaSmiError(phrase('said.smi.notAsked'), 'failed'), env)];
    },
    async gpus() {
      const known = await askUnlessKnown();
      if (known === null || !('report' in known)) return [];
      const { driver, gpus } = known.report;
      return gpus.map((gpu) => ({ device: deviceOf(gpu), name: gpu.name, powerLimitW: saneValue('gpu.power.limit', gpu.powerLimitW), driver }));
    },
    close: () => program.close(),
  };
}

function item(state: DoctorItem['state'], detail: Said, repair: Said | null = null): DoctorItem {
  return { ...sensorItem('nvidia', state, detail, repair), name: phrase('doctor.item.sensor.nvidia-smi') };
}

/** "8 × NVIDIA H100", a term for each kind. */
export function countByName(gpus: readonly { readonly name: string }[]): string {
  return [...new Set(gpus.map(({ name }) => name))].map((name) => `${gpus.filter((gpu) => gpu.name === name).length} × ${name}`).join(', ');
}

function worksItem({ gpus, driver }: SmiReport): DoctorItem {
  if (gpus.length === 0) return item('missing', phrase('said.nvidia.noGpu', { driver: driver ?? '?' }));
  const found = phrase('said.nvidia.found', { gpus: countByName(gpus), driver: driver ?? '?' });
  const silent = gpus.filter(({ powerW }) => powerW === null).length;
  return item('works', silent > 0 ? phrase('said.nvidia.silent', { found, silent }) : found);
}

async function errorItem(error: NvidiaSmiError, env: CollectorContext['env']): Promise<DoctorItem> {
  switch (error.kind) {
    case 'missing': {
      const fitted = await isGpuFitted(env);
      if (fitted === false) return item('missing', phrase('said.nvidia.none'));
      const program = env.nvidiaSmi[0];
      return item('missing', phrase(fitted ? 'said.smi.notInstalledThough' : 'said.smi.notInstalled', { program }), installDriver(env.platform));
    }
    case 'no-devices':
      return item('missing', phrase('said.nvidia.noDevices'));
    case 'driver':
      return item('failing', error.said, env.platform === 'linux' ? phrase('said.nvidia.modprobe', { command: 'sudo modprobe nvidia' }) : phrase('said.nvidia.restart'));
    case 'failed':
      return item('failing', error.said);
  }
}

function installDriver(platform: NodeJS.Platform): Phrase | null {
  if (platform === 'linux') {
    return phrase('said.nvidia.installLinux', { sources: 'contrib non-free non-free-firmware', debian: 'sudo apt-get install nvidia-driver nvidia-smi', ubuntu: 'sudo ubuntu-drivers install' });
  }
  if (platform === 'win32') return phrase('said.nvidia.installWindows', { page: 'nvidia.com/drivers', program: 'nvidia-smi.exe' });
  return null;
}

/** Whether the PCI bus has an NVIDIA display or 3D controller; null where that cannot be seen. */
async function isGpuFitted({ platform, sysRoot }: CollectorContext['env']): Promise<boolean | null> {
  if (platform === 'darwin') return false;
  if (platform !== 'linux') return null;
  const root = join(sysRoot, 'bus/pci/devices');
  for (const slot of await listFolder(root)) {
    const [vendor, kind] = await Promise.all([readText(join(root, slot, 'vendor')), readText(join(root, slot, 'class'))]);
    if (vendor === '0x10de' && kind?.startsWith('0x03')) return true;
  }
  return false;
}
