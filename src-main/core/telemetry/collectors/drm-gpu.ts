import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Provenance } from '@shared/model/provenance';
import type { Inventory } from '@shared/model/room';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../collector';
import { pciAddress, type FoundDevice } from '../../devices/identity';
import { drmIdentity, namedCards } from './drm/identity';
import { drmItem } from './drm/item';
import { isAsleep, isIntegrated, pciAddressOf, restBeforeSleepMs } from './drm/kind';
import { amdSources, intelSources, type Source } from './drm/sources';
import { listFolder, readNumber, readText } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { Rates } from './rate';

const LOOK_AGAIN_MS = 30_000;
/** A card that rested for so many reads is left alone for a while, so that it can fall asleep. */
const RESTED_READS = 30;
/** Beyond the time the system waits for, ms. */
const REST_MARGIN_MS = 2_000;
/** How long it is not tried again where it did not, at first and at most, ms. */
const FIRST_RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;
const vendors: Readonly<Record<string, 'AMD' | 'Intel'>> = { '0x1002': 'AMD', '0x8086': 'Intel' };

/** One graphics card whose values the kernel shows as files. */
interface FoundCard {
  readonly found: FoundDevice;
  /** Its folder in sysfs. */
  readonly folder: string;
  readonly name: string;
  readonly driver: string | null;
  /** Part of the processor: its power is within the package's. */
  readonly integrated: boolean;
  /** Empty while it was never seen awake. */
  readonly sources: readonly Source[];
  /** After how long a rest the system suspends it, ms; null = never, or a display hangs on it. */
  readonly restMs: number | null;
}

/** One by the label it has for good. */
interface Card extends FoundCard {
  readonly device: string;
}

/** What is remembered of a card from one read to the next. */
interface Rest {
  asleep: boolean;
  /** Reads in a row in which it did nothing. */
  rested: number;
  /** Until then it is left alone, monotonic ms. */
  leaveUntilMono: number;
  tryAgainMono: number;
  retryMs: number;
}

/**
 * AMD and Intel GPUs, from the files their Linux drivers (amdgpu, i915, xe) keep in sysfs and hwmon. A metric whose file
 * does not exist has no series; integrated graphics tell little more than a clock and how long they rested. A card that the
 * system has suspended is not read, which would wake it; one that rests is left alone now and then, so that it can be.
 */
export function createDrmGpuCollector(context: CollectorContext): Collector {
  const { env, monoMs, wallMs, onEvent, devices } = context;
  let cards: readonly Card[] = [];
  let lookAgainMono = -Infinity;
  const rates = new Rates(context);
  const rests = new Map<string, Rest>();
  const look = async (): Promise<readonly Card[]> => {
    if (env.platform !== 'linux' || monoMs() < lookAgainMono) return cards;
    lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    cards = namedCards(devices, await findCards(env.sysRoot, cards, (await context.topology()).virtual));
    return cards;
  };
  const restOf = (card: Card): Rest => {
    const known = rests.get(card.device) ?? {
      asleep: false,
      rested: 0,
      leaveUntilMono: -Infinity,
      tryAgainMono: -Infinity,
      retryMs: FIRST_RETRY_MS,
    };
    rests.set(card.device, known);
    return known;
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
  /** Notes whether a card sleeps now, and tells of a change. */
  const noteSleep = (card: Card, rest: Rest, asleep: boolean): void => {
    if (asleep === rest.asleep) return;
    rest.asleep = asleep;
    rest.leaveUntilMono = -Infinity;
    if (asleep) rest.retryMs = FIRST_RETRY_MS;
    // What it can tell is asked anew: it may never have been seen awake.
    else lookAgainMono = -Infinity;
    // A processor's graphics rest between two frames.
    if (card.integrated) return;
    const text = message(asleep ? 'message.event.slept' : 'message.event.woke');
    onEvent({ atMs: wallMs(), device: card.device, kind: asleep ? 'device.asleep' : 'device.awake', text, severity: 'info' });
  };
  /** Counts how long a card rests by what it told, and decides to leave it alone. */
  const noteRest = (card: Card, rest: Rest, readings: readonly Reading[]): void => {
    const load = readings.find(({ metric }) => metric === 'gpu.load')?.value ?? null;
    rest.rested = load === 0 ? rest.rested + 1 : 0;
    const mono = monoMs();
    if (card.restMs === null || rest.rested < RESTED_READS || mono < rest.tryAgainMono) return;
    rest.rested = 0;
    rest.leaveUntilMono = mono + card.restMs + REST_MARGIN_MS;
    rest.tryAgainMono = rest.leaveUntilMono + rest.retryMs;
    rest.retryMs = Math.min(MAX_RETRY_MS, rest.retryMs * 2);
  };
  const readCard = async (card: Card): Promise<Reading[]> => {
    const rest = restOf(card);
    noteSleep(card, rest, await isAsleep(card.folder));
    if (rest.asleep) return [];
    // A card without a meter is a part of the sum that nobody knows.
    const missing =
      card.integrated || card.sources.some(({ metric }) => metric === 'gpu.power')
        ? []
        : [{ device: card.device, label: card.name, metric: 'gpu.power', provenance: 'measured', value: null } as const];
    if (monoMs() < rest.leaveUntilMono)
      return [
        ...card.sources.map(({ metric, count }): Reading => ({
          device: card.device,
          label: card.name,
          metric,
          provenance: count === 'idle-share' ? 'derived' : 'measured',
          value: null,
        })),
        ...missing,
      ];
    const readings = await Promise.all(card.sources.map((source) => readSource(card, source)));
    noteRest(card, rest, readings);
    return [...readings, ...missing];
  };
  return {
    id: 'drm-gpu',
    periodMs: 1000,
    async read() {
      const found = await look();
      const readings = (await Promise.all(found.map(readCard))).flat();
      // One that woke meanwhile is looked at before the next read.
      if (lookAgainMono === -Infinity) await look();
      return readings;
    },
    async doctor() {
      if (env.platform !== 'linux') return [sensorItem('drm-gpu', 'missing', message('message.drm.linuxOnly'))];
      const found = (await look()).map((card) => ({
        ...card,
        asleep: restOf(card).asleep,
        metrics: card.sources.map(({ metric }) => metric),
      }));
      return [drmItem(found, devices.list('drm'))];
    },
    async gpus(): Promise<Inventory['gpus']> {
      return Promise.all(
        (await look()).map(async ({ device, folder, name, driver, sources }) => {
          const limit = (await isAsleep(folder)) ? undefined : sources.find(({ metric }) => metric === 'gpu.power.limit');
          const raw = limit ? await readNumber(limit.path) : null;
          return { device, name, powerLimitW: limit && raw !== null ? raw * limit.scale : null, driver };
        }),
      );
    },
    close: async () => undefined,
  };
}

async function findCards(sysRoot: string, known: readonly FoundCard[], virtual: boolean): Promise<FoundCard[]> {
  const root = join(sysRoot, 'class/drm');
  const cards: FoundCard[] = [];
  const names = await listFolder(root);
  for (const name of names.filter((each) => /^card\d+$/.test(each))) {
    const card = join(root, name);
    const folder = join(card, 'device');
    const vendor = vendors[(await readText(join(folder, 'vendor'))) ?? ''];
    if (vendor === undefined) continue;
    const [asleep, address] = await Promise.all([isAsleep(folder), pciAddressOf(folder)]);
    const before = known.find((other) => other.folder === folder && other.found.bus === pciAddress(address));
    if (asleep && before) {
      cards.push(before);
      continue;
    }
    const [product, id, driver, displays, sleepMs] = await Promise.all([
      readText(join(folder, 'product_name')),
      readText(join(folder, 'device')),
      realpath(join(folder, 'driver')).then(basename, () => null),
      Promise.all(names.filter((each) => each.startsWith(`${name}-`)).map((each) => readText(join(root, each, 'status')))),
      restBeforeSleepMs(folder),
    ]);
    const label = product || `${vendor} GPU ${id ?? ''}`.trim();
    const integrated = await isIntegrated({ vendor, device: folder, address, name: label, virtual, asleep });
    const sources = asleep
      ? []
      : await sourcesOf(vendor === 'AMD' ? await amdSources(folder, integrated) : await intelSources(card, folder));
    const restMs = integrated || displays.includes('connected') ? null : sleepMs;
    cards.push({ found: await drmIdentity(name, folder, label), folder, name: label, driver, integrated, sources, restMs });
  }
  return cards;
}

/** Those that can be read, the first of each metric. */
async function sourcesOf(wanted: readonly Source[]): Promise<Source[]> {
  const there = await Promise.all(wanted.map(async (source) => ((await readNumber(source.path)) === null ? null : source)));
  return there.filter((source) => source !== null).filter(({ metric }, i, all) => all.findIndex((other) => other.metric === metric) === i);
}
