import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message, MessageError } from '@shared/text/message';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { readAccount } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';

interface Memory {
  readonly totalB: number | null;
  /** What cannot be had without swapping: total less available, and less what ZFS gives back of its cache. */
  readonly usedB: number | null;
  readonly swapUsedB: number | null;
}

/** Memory and swap of the machine. */
export function createMemoryCollector({ env }: CollectorContext): Collector {
  const linux = env.platform === 'linux';
  const measure = linux ? async () => fromMeminfo(env.procRoot) : fromSystem;
  return {
    id: 'memory',
    // Off Linux one answer costs a program's start.
    periodMs: linux ? 1000 : 5000,
    async read() {
      const { totalB, usedB, swapUsedB } = await measure();
      const reading = (metric: Reading['metric'], value: number | null): Reading => ({
        device: 'host',
        label: 'Host',
        metric,
        provenance: 'measured',
        value,
      });
      return [reading('memory.used', usedB), reading('memory.total', totalB), reading('swap.used', swapUsedB)];
    },
    doctor: async () => [
      sensorItem('memory', 'works', linux ? message('message.from', { source: '/proc/meminfo' }) : message('message.fromSystem')),
    ],
    close: async () => undefined,
  };
}

function fromMeminfo(procRoot: string): Memory {
  const path = join(procRoot, 'meminfo');
  const text = readAccount(path);
  if (text === null) throw new MessageError(message('message.unreadable', { path }));
  const bytes = (key: string): number | null => {
    const kib = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  };
  const less = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
  const totalB = bytes('MemTotal');
  const usedB = less(totalB, bytes('MemAvailable'));
  const cacheB = zfsCacheB(procRoot);
  return { totalB, usedB: usedB === null ? null : Math.max(0, usedB - cacheB), swapUsedB: less(bytes('SwapTotal'), bytes('SwapFree')) };
}

/**
 * What ZFS's cache (ARC) gives back when memory gets scarce: all above its smallest size. The kernel counts it as used, since
 * it lies outside the page cache. 0 where there is no ZFS.
 */
function zfsCacheB(procRoot: string): number {
  const text = readAccount(join(procRoot, 'spl/kstat/zfs/arcstats'));
  if (text === null) return 0;
  const value = (name: string): number => Number(new RegExp(`^${name}\\s+\\d+\\s+(\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const cacheB = value('size') - value('c_min');
  return cacheB > 0 ? cacheB : 0;
}

async function fromSystem(): Promise<Memory> {
  const { total, available, swapused } = await si.mem();
  return { totalB: total, usedB: total - available, swapUsedB: swapused };
}
