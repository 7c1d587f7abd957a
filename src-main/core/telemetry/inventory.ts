import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import type { Inventory } from '@shared/model/room';
import si from 'systeminformation';
import type { Collector } from './collector';

const ASK_LIMIT_MS = 10_000;

/** What does not change while this runs. */
type Fixed = Omit<Inventory, 'gpus'>;

/**
 * What this machine is made of. Asked of the system once, on the first call, then remembered, but for the GPUs, which come
 * and go; a part that cannot be told falls back to what Node knows. `si.graphics` and `si.osInfo` are not used: both wait
 * for programs with the event loop held.
 */
export function createInventory(collectors: () => readonly Collector[]): () => Promise<Inventory> {
  let known: Promise<Fixed> | null = null;
  return async () => {
    known ??= gather();
    const gpus = Promise.all(collectors().map((collector) => (collector.gpus ? orNull(collector.gpus()) : Promise.resolve([]))));
    return { ...(await known), gpus: (await gpus).flatMap((list) => list ?? []) };
  };
}

async function gather(): Promise<Fixed> {
  const [cpu, disks, system] = await Promise.all([orNull(si.cpu()), orNull(si.blockDevices()), systemName()]);
  const threads = os.cpus();
  return {
    hostname: os.hostname(),
    os: system,
    cpu: {
      brand: (threads[0]?.model ?? '').trim() || [cpu?.manufacturer, cpu?.brand].filter(Boolean).join(' ') || 'unknown',
      sockets: Math.max(1, cpu?.processors ?? 1),
      physicalCores: Math.max(1, cpu?.physicalCores ?? threads.length),
      logicalCores: Math.max(1, threads.length),
    },
    memoryBytes: os.totalmem(),
    disks: (disks ?? [])
      .filter((disk) => disk.type === 'disk' && !/^(loop|ram|zram)/.test(disk.name))
      .map((disk) => ({ device: `disk/${disk.name}`, name: disk.model || disk.name, bytes: disk.size > 0 ? disk.size : null })),
  };
}

async function systemName(): Promise<string> {
  if (process.platform === 'linux') {
    const release = await readFile(join('/etc', 'os-release'), 'utf8').catch(() => '');
    const pretty = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release)?.[1];
    if (pretty) return `${pretty}, Linux ${os.release()}`;
  }
  return `${os.type()} ${os.release()}`;
}

/** A part that fails or does not answer in time is unknown, not an error of the whole. */
function orNull<T>(work: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ASK_LIMIT_MS);
    timer.unref();
    const end = (value: T | null): void => {
      clearTimeout(timer);
      resolve(value);
    };
    work.then(end, () => end(null));
  });
}
