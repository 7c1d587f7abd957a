import os from 'node:os';
import { join } from 'node:path';
import { message, MessageError } from '@shared/text/message';
import type { CollectorEnvironment } from '../collector';
import { readAccount } from './files';

/** Time a logical CPU has spent since start, in any one unit. */
interface Times {
  readonly busy: number;
  readonly total: number;
}

export interface CpuLoad {
  /** Of all logical CPUs, %. */
  readonly totalPercent: number | null;
  /** By logical CPU number, %. */
  readonly byThread: ReadonlyMap<number, number | null>;
}

/** Measures load between two calls: busy time over all time, each from the kernel's own counters. */
export class CpuLoadMeter {
  private last: { readonly times: Map<number, Times>; readonly stretch: number } | null = null;

  constructor(
    private readonly context: { readonly env: Pick<CollectorEnvironment, 'platform' | 'procRoot'>; readonly stretch: () => number },
  ) {}

  /** Loads since the last call; null at the first, across a sleep or pause, and for a CPU that was offline or whose counters did not move. */
  next(): CpuLoad {
    const { env, stretch: stretchNow } = this.context;
    const now = env.platform === 'linux' ? parseProcStat(readAccount(join(env.procRoot, 'stat'))) : fromNode();
    const stretch = stretchNow();
    const before = this.last?.stretch === stretch ? this.last.times : null;
    this.last = { times: now, stretch };
    const byThread = new Map<number, number | null>();
    let busy = 0;
    let total = 0;
    for (const [thread, times] of now) {
      const earlier = before?.get(thread);
      const spent = earlier ? times.total - earlier.total : 0;
      const worked = earlier ? times.busy - earlier.busy : 0;
      byThread.set(thread, spent > 0 ? clampPercent((100 * worked) / spent) : null);
      if (spent > 0) {
        busy += worked;
        total += spent;
      }
    }
    return { totalPercent: total > 0 ? clampPercent((100 * busy) / total) : null, byThread };
  }
}

/** iowait may run backwards in the kernel's accounts, so a share can leave 0–100 by a hair. */
function clampPercent(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

/** Lines `cpuN user nice system idle iowait irq softirq steal guest guest_nice`; guest time is already within user and nice. */
function parseProcStat(text: string | null): Map<number, Times> {
  if (text === null) throw new MessageError(message('message.unreadable', { path: '/proc/stat' }));
  const times = new Map<number, Times>();
  for (const match of text.matchAll(/^cpu(\d+) (.+)$/gm)) {
    const fields = (match[2] ?? '').split(' ').map(Number);
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
    const busy = user + nice + system + irq + softirq + steal;
    times.set(Number(match[1]), { busy, total: busy + idle + iowait });
  }
  if (times.size === 0) throw new MessageError(message('message.cpu.none', { path: '/proc/stat' }));
  return times;
}

function fromNode(): Map<number, Times> {
  return new Map(
    os
      .cpus()
      .map(({ times: { user, nice, sys, idle, irq } }, thread) => [
        thread,
        { busy: user + nice + sys + irq, total: user + nice + sys + irq + idle },
      ]),
  );
}
