import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MetricId } from '@shared/model/metrics';
import type { Provenance } from '@shared/model/provenance';
import type { Inventory } from '@shared/model/room';
import type { Reading } from '@shared/model/series';
import { phrase } from '@shared/phrases/phrase';
import type { Collector } from '../collector';
import { listFolder, readNumber, readText } from './files';
import { listInputs } from './hwmon';
import type { CollectorContext } from './index';
import { sensorItem } from './items';
import { Rates } from './rate';

const LOOK_AGAIN_MS = 30_000;
const vendors: Readonly<Record<string, 'AMD' | 'Intel'>> = { '0x1002': 'AMD', '0x8086': 'Intel' };

/** One graphics card whose values the kernel shows as files. */
interface Card {
  readonly device: string;
  readonly vendor: 'AMD' | 'Intel';
  readonly name: string;
  readonly driver: string | null;
  readonly sources: readonly Source[];
}

interface Source {
  readonly metric: MetricId;
  readonly path: string;
  /** Turns the file's number into the catalogue's unit. */
  readonly scale: number;
  /** The file counts; the metric is what it grows by in a second. `idle-share`: it counts idle ms, the metric is the busy share. */
  readonly count?: 'rate' | 'idle-share';
}

/**
 * AMD and Intel GPUs, from the files their Linux drivers (amdgpu, i915, xe) keep in sysfs and hwmon. A metric whose file
 * does not exist has no series; integrated Intel graphics tell little more than a clock and how long they rested.
 */
export function createDrmGpuCollector(context: CollectorContext): Collector {
  const { env, monoMs } = context;
  let cards: readonly Card[] = [];
  let lookAgainMono = -Infinity;
  const rates = new Rates(context);
  const look = async (): Promise<readonly Card[]> => {
    if (env.platform !== 'linux' || monoMs() < lookAgainMono) return cards;
    lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    cards = await findCards(env.sysRoot);
    return cards;
  };
  const readSource = async (card: Card, { metric, path, scale, count }: Source): Promise<Reading> => {
    const raw = await readNumber(path);
    const provenance: Provenance = count === 'idle-share' ? 'derived' : 'measured';
    const reading = (value: number | null): Reading => ({ device: card.device, label: card.name, metric, provenance, value });
    if (count === undefined) return reading(raw === null ? null : raw * scale);
    const perSecond = rates.next(path, raw === null ? null : raw * scale);
    if (perSecond === null || count === 'rate') return reading(perSecond);
    return reading(Math.min(100, Math.max(0, 100 * (1 - perSecond))));
  };
  return {
    id: 'drm-gpu',
    periodMs: 1000,
    read: async () => (await Promise.all((await look()).map((card) => Promise.all(card.sources.map((source) => readSource(card, source)))))).flat(),
    async doctor() {
      const found = await look();
      if (found.length === 0) return [sensorItem('drm-gpu', 'missing', phrase(env.platform === 'linux' ? 'said.drm.none' : 'said.drm.linuxOnly'))];
      const silent = found.filter(({ sources }) => !sources.some(({ metric }) => metric === 'gpu.power'));
      const gpus = found.map(({ name, driver }) => `${name} (${driver ?? '?'})`).join(', ');
      return [sensorItem('drm-gpu', 'works', silent.length > 0 ? phrase('said.drm.silent', { gpus, silent: silent.length }) : gpus)];
    },
    async gpus(): Promise<Inventory['gpus']> {
      return Promise.all(
        (await look()).map(async ({ device, name, driver, sources }) => {
          const limit = sources.find(({ metric }) => metric === 'gpu.power.limit');
          const raw = limit ? await readNumber(limit.path) : null;
          return { device, name, powerLimitW: limit && raw !== null ? raw * limit.scale : null, driver };
        }),
      );
    },
    close: async () => undefined,
  };
}

async function findCards(sysRoot: string): Promise<Card[]> {
  const root = join(sysRoot, 'class/drm');
  const cards: Card[] = [];
  for (const folder of (await listFolder(root)).filter((name) => /^card\d+$/.test(name))) {
    const card = join(root, folder);
    const device = join(card, 'device');
    const vendor = vendors[(await readText(join(device, 'vendor'))) ?? ''];
    if (vendor === undefined) continue;
    const [product, id, driver] = await Promise.all([
      readText(join(device, 'product_name')),
      readText(join(device, 'device')),
      realpath(join(device, 'driver')).then(basename, () => null),
    ]);
    const wanted = vendor === 'AMD' ? await amdSources(device) : await intelSources(card, device);
    const there = await Promise.all(wanted.map(async (source) => ((await readNumber(source.path)) === null ? null : source)));
    const sources = there.filter((source) => source !== null).filter(({ metric }, i, all) => all.findIndex((other) => other?.metric === metric) === i);
    cards.push({ device: `gpu/${folder}`, vendor, name: product || `${vendor} GPU ${id ?? ''}`.trim(), driver, sources });
  }
  return cards;
}

/** The card's hwmon folders: usually one. */
async function hwmons(device: string): Promise<string[]> {
  return (await listFolder(join(device, 'hwmon'))).map((name) => join(device, 'hwmon', name));
}

/** Where several files could tell a metric, the first that exists counts. Units: Documentation/gpu/amdgpu/thermal.rst, hwmon/sysfs-interface.rst. */
async function amdSources(device: string): Promise<Source[]> {
  const sources: Source[] = [
    { metric: 'gpu.load', path: join(device, 'gpu_busy_percent'), scale: 1 },
    { metric: 'gpu.memory.load', path: join(device, 'mem_busy_percent'), scale: 1 },
    { metric: 'gpu.memory.used', path: join(device, 'mem_info_vram_used'), scale: 1 },
    { metric: 'gpu.memory.total', path: join(device, 'mem_info_vram_total'), scale: 1 },
    { metric: 'gpu.pcie.width', path: join(device, 'current_link_width'), scale: 1 },
  ];
  for (const path of await hwmons(device)) {
    // Without a limit of its own it is part of a processor, and its meter reads the whole package: RAPL counts that already.
    if ((await readNumber(join(path, 'power1_cap'))) !== null) {
      // power1_average is a mean of the firmware's, power1_input the moment; MI300 has only the latter.
      sources.push({ metric: 'gpu.power', path: join(path, 'power1_average'), scale: 1e-6 }, { metric: 'gpu.power', path: join(path, 'power1_input'), scale: 1e-6 });
    }
    sources.push(
      { metric: 'gpu.power.limit', path: join(path, 'power1_cap'), scale: 1e-6 },
      { metric: 'gpu.fan', path: join(path, 'pwm1'), scale: 100 / 255 },
      { metric: 'fan.speed', path: join(path, 'fan1_input'), scale: 1 },
    );
    for (const { input, label } of await listInputs({ path }, 'temp')) {
      const metric = label === 'mem' ? 'gpu.temperature.memory' : label === 'edge' || (label === null && input === 'temp1') ? 'gpu.temperature' : null;
      if (metric !== null) sources.push({ metric, path: join(path, `${input}_input`), scale: 1e-3 });
      // The data-centre cards have no edge sensor; their hottest spot is what is cooled to.
      if (label === 'junction') sources.push({ metric: 'gpu.temperature', path: join(path, `${input}_input`), scale: 1e-3 });
    }
    for (const input of (await listFolder(path)).flatMap((name) => /^(freq\d+)_input$/.exec(name)?.[1] ?? [])) {
      const label = await readText(join(path, `${input}_label`));
      if (label === 'sclk') sources.push({ metric: 'gpu.clock.sm', path: join(path, `${input}_input`), scale: 1e-6 });
      if (label === 'mclk') sources.push({ metric: 'gpu.clock.memory', path: join(path, `${input}_input`), scale: 1e-6 });
    }
  }
  return sources;
}

/** i915 (gt/gt0/…) and xe (device/tile0/gt0/…); power is what the energy counter grows by. */
async function intelSources(card: string, device: string): Promise<Source[]> {
  const sources: Source[] = [
    { metric: 'gpu.clock.sm', path: join(card, 'gt/gt0/rps_act_freq_mhz'), scale: 1 },
    { metric: 'gpu.clock.sm', path: join(card, 'gt_act_freq_mhz'), scale: 1 },
    { metric: 'gpu.clock.sm', path: join(device, 'tile0/gt0/freq0/act_freq'), scale: 1 },
    { metric: 'gpu.load', path: join(card, 'gt/gt0/rc6_residency_ms'), scale: 1e-3, count: 'idle-share' },
    { metric: 'gpu.load', path: join(card, 'power/rc6_residency_ms'), scale: 1e-3, count: 'idle-share' },
    { metric: 'gpu.load', path: join(device, 'tile0/gt0/gtidle/idle_residency_ms'), scale: 1e-3, count: 'idle-share' },
  ];
  for (const path of await hwmons(device)) {
    // Card before package: xe numbers them so and labels both.
    sources.push(
      { metric: 'gpu.power', path: join(path, 'energy1_input'), scale: 1e-6, count: 'rate' },
      { metric: 'gpu.power', path: join(path, 'energy2_input'), scale: 1e-6, count: 'rate' },
      { metric: 'gpu.energy', path: join(path, 'energy1_input'), scale: 1e-6 },
      { metric: 'gpu.energy', path: join(path, 'energy2_input'), scale: 1e-6 },
      { metric: 'gpu.power.limit', path: join(path, 'power1_max'), scale: 1e-6 },
      { metric: 'fan.speed', path: join(path, 'fan1_input'), scale: 1 },
    );
    for (const { input, label } of await listInputs({ path }, 'temp')) {
      sources.push({ metric: label === 'vram' ? 'gpu.temperature.memory' : 'gpu.temperature', path: join(path, `${input}_input`), scale: 1e-3 });
    }
  }
  return sources;
}
