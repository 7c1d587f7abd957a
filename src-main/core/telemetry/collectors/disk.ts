import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message, MessageError } from '@shared/text/message';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { listFolder, readAccount, readText } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { DiskNames } from './disk-names';
import { DiskTemperatures, DiskWaits } from './disk-health';
import { Rates } from './rate';

/** The unit of /proc/diskstats, whatever the disk's own sector size. */
const SECTOR_BYTES = 512;
/** Stacked on or made of other disks (dm, md), in memory (ram, zram, loop) or removable media readers: counted elsewhere or no disk. */
const NOT_A_DISK = /^(loop|ram|zram|dm-|md|sr|fd|nbd)\d*/;

/** Rates, latencies and temperatures of whole disks. */
export function createDiskCollector(context: CollectorContext): Collector {
  const { env } = context;
  const linux = env.platform === 'linux';
  const rates = new Rates(context);
  const waits = new DiskWaits(context.stretch);
  const labels = new Map<string, string>();
  const deviceNames = new DiskNames(context);
  const labelOf = async (name: string): Promise<string> => {
    const known = labels.get(name) ?? ((await readText(join(env.sysRoot, 'block', name, 'device/model'))) || name);
    labels.set(name, known);
    return known;
  };
  let named = '';
  let disks: readonly string[] = [];
  /** Which disks there are changes only with the names in /proc/diskstats. */
  const disksIn = async (names: string): Promise<readonly string[]> => {
    if (names !== named) disks = await wholeDisks(env);
    if (names !== named) await deviceNames.learn(disks);
    named = names;
    return disks;
  };
  const temperatures = new DiskTemperatures(context, () => wholeDisks(env), labelOf, deviceNames);
  return {
    id: 'disk',
    periodMs: linux ? 1000 : 5000,
    async read() {
      if (!linux) return fromSystem();
      const readings = await fromDiskstats(env, rates, waits, labelOf, disksIn, deviceNames);
      return [...readings, ...(await temperatures.read())];
    },
    async doctor() {
      if (!linux) {
        const known = (await fromSystem()).some(({ value }) => value !== null);
        return [
          known ? sensorItem('disk', 'works', message('message.disk.all')) : sensorItem('disk', 'missing', message('message.disk.untold')),
        ];
      }
      const disks = await wholeDisks(env);
      if (disks.length === 0) return [sensorItem('disk', 'missing', message('message.disk.none', { path: '/proc/diskstats' }))];
      await deviceNames.learn(disks);
      return [sensorItem('disk', 'works', disks.map((name) => deviceNames.shown(name)).join(', ')), await temperatures.doctor(disks)];
    },
    close: async () => undefined,
  };
}

/** Names in /proc/diskstats that are whole disks: those with a folder of their own in /sys/block. */
async function wholeDisks(env: CollectorContext['env']): Promise<string[]> {
  return (await listFolder(join(env.sysRoot, 'block'))).filter((name) => !NOT_A_DISK.test(name));
}

async function fromDiskstats(
  env: CollectorContext['env'],
  rates: Rates,
  waits: DiskWaits,
  labelOf: (name: string) => Promise<string>,
  disksIn: (names: string) => Promise<readonly string[]>,
  deviceNames: DiskNames,
): Promise<Reading[]> {
  const text = readAccount(join(env.procRoot, 'diskstats'));
  if (text === null) throw new MessageError(message('message.unreadable', { path: '/proc/diskstats' }));
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const disks = await disksIn(lines.map((fields) => fields[2]).join());
  const readings: Reading[] = [];
  const keys = new Set<string>();
  for (const fields of lines) {
    const name = fields[2];
    if (name === undefined || !disks.includes(name)) continue;
    const add = async (metric: 'disk.read' | 'disk.write', sectors: number): Promise<void> => {
      const key = `${name} ${metric}`;
      keys.add(key);
      const perSecond = rates.next(key, Number.isFinite(sectors) ? sectors : null);
      const value = perSecond === null ? null : perSecond * SECTOR_BYTES;
      readings.push({ device: deviceNames.of(name), label: await labelOf(name), metric, provenance: 'measured', value });
    };
    await add('disk.read', Number(fields[5]));
    await add('disk.write', Number(fields[9]));
    const label = await labelOf(name);
    for (const [metric, ended, ms] of [
      ['disk.latency.read', 3, 6],
      ['disk.latency.write', 7, 10],
    ] as const) {
      readings.push({
        device: deviceNames.of(name),
        label,
        metric,
        provenance: 'derived',
        value: waits.next(`${name} ${metric}`, Number(fields[ended]), Number(fields[ms])),
      });
    }
  }
  rates.keep(keys);
  waits.keep(disks);
  return readings;
}

/** systeminformation keeps its own counters between calls: null the first time, and where the system tells nothing. */
async function fromSystem(): Promise<Reading[]> {
  // Typed as always there, but null where the system has no such counters (Windows).
  const stats: { rx_sec: number | null; wx_sec: number | null } | null = await si.fsStats();
  const reading = (metric: 'disk.read' | 'disk.write', value: number | null | undefined): Reading => ({
    device: 'disk/all',
    label: 'All disks',
    metric,
    provenance: 'measured',
    value: value ?? null,
  });
  return [reading('disk.read', stats?.rx_sec), reading('disk.write', stats?.wx_sec)];
}
