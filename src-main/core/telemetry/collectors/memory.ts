import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { phrase, SaidError } from '@shared/phrases/phrase';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { readAccount } from './files';
import type { CollectorContext } from './index';
import { sensorItem } from './items';

interface Memory {
  readonly totalB: number | null;
  /** What cannot be had without swapping: total less available. */
  readonly usedB: number | null;
  readonly swapUsedB: number | null;
}

/** Memory and swap of the host. */
export function createMemoryCollector({ env }: CollectorContext): Collector {
  const linux = env.platform === 'linux';
  const measure = linux ? async () => fromMeminfo(join(env.procRoot, 'meminfo')) : fromSystem;
  return {
    id: 'memory',
    // Off Linux one answer costs a program's start.
    periodMs: linux ? 1000 : 5000,
    async read() {
      const { totalB, usedB, swapUsedB } = await measure();
      const reading = (metric: Reading['metric'], value: number | null): Reading => ({ device: 'host', label: 'Host', metric, provenance: 'measured', value });
      return [reading('memory.used', usedB), reading('memory.total', totalB), reading('swap.used', swapUsedB)];
    },
    doctor: async () => [sensorItem('memory', 'works', linux ? phrase('said.from', { source: '/proc/meminfo' }) : phrase('said.fromSystem'))],
    close: async () => undefined,
  };
}

function fromMeminfo(path: string): Memory {
  const text = readAccount(path);
  if (text === null) throw new SaidError(phrase('said.unreadable', { path }));
  const bytes = (key: string): number | null => {
    const kib = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  };
  const less = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
  const totalB = bytes('MemTotal');
  return { totalB, usedB: less(totalB, bytes('MemAvailable')), swapUsedB: less(bytes('SwapTotal'), bytes('SwapFree')) };
}

async function fromSystem(): Promise<Memory> {
  const { total, available, swapused } = await si.mem();
  return { totalB: total, usedB: total - available, swapUsedB: swapused };
}
