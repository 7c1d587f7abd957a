import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { HostProcess } from '@shared/model/processes';
import { message } from '@shared/text/message';
import si from 'systeminformation';
import { z } from 'zod';
import type { Collector } from '../collector';
import { settableKind } from '../collector-kind';
import { listFolder, readAccount } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem, sensorName } from './items';
import { Rates } from './rate';

/** USER_HZ: what /proc counts CPU time in, on every Linux since 2.6. */
const TICKS_PER_S = 100;
/** Processes read in one go, before others have their turn: a machine may run thousands. */
const AT_ONCE = 64;

/** Three of the longest periods, ms. */
const LONGEST_MS = 900_000;

const Settings = z.object({
  /** How often they are looked through, s. */
  everyS: z.number(),
  /** Kept: those with the most CPU time, and those with the most memory, so many of each. */
  most: z.number(),
});
export type ProcessSettings = z.infer<typeof Settings>;

export const processesKind = settableKind({
  id: 'processes',
  name: sensorName('processes'),
  // Elsewhere than on Linux one answer costs a program's start.
  params: [
    {
      name: 'everyS',
      label: message('message.collector.everyS'),
      type: 'integer',
      unit: 's',
      min: 5,
      max: 300,
      default: process.platform === 'linux' ? 10 : 30,
    },
    { name: 'most', label: message('message.collector.most'), type: 'integer', min: 1, max: 100, default: 15 },
  ],
  schema: Settings,
  create: ({ settings }, context) => ({ collectors: [createProcessCollector(context, settings)] }),
});

interface Seen {
  readonly key: string;
  readonly pid: number;
  readonly name: string;
  readonly cpuPercent: number | null;
  /** Resident; a page's size is the kernel's own, so this only ranks. */
  readonly pages: number;
}

/** The busiest processes of the host; a table, not samples. */
export function createProcessCollector(context: CollectorContext, { everyS, most }: ProcessSettings): Collector {
  const { env } = context;
  const linux = env.platform === 'linux';
  const cpu = new Rates(context, LONGEST_MS);
  const io = new Rates(context, LONGEST_MS);
  let table: readonly HostProcess[] = [];

  const fromProc = async (): Promise<HostProcess[]> => {
    const pids = (await listFolder(env.procRoot)).filter((name) => /^\d+$/.test(name));
    const seen: Seen[] = [];
    const keys = new Set<string>();
    for (let i = 0; i < pids.length; i += AT_ONCE) {
      if (i > 0) await setImmediate();
      for (const pid of pids.slice(i, i + AT_ONCE)) {
        const stat = readAccount(join(env.procRoot, pid, 'stat'));
        const parsed = stat === null ? null : parseStat(stat);
        if (parsed === null) continue;
        // A process number is used again: with its start it names one process for good.
        const key = `${pid} ${parsed.startTicks}`;
        keys.add(key);
        const ticks = cpu.next(key, parsed.cpuTicks);
        seen.push({
          key,
          pid: Number(pid),
          name: parsed.name,
          cpuPercent: ticks === null ? null : (100 * ticks) / TICKS_PER_S,
          pages: parsed.pages,
        });
      }
    }
    cpu.keep(keys);
    const chosen = [...new Set([...top(seen, most, ({ cpuPercent }) => cpuPercent), ...top(seen, most, ({ pages }) => pages)])];
    const ioKeys = new Set<string>();
    const made = chosen.map(({ key, pid, name, cpuPercent }): HostProcess => {
      const text = readAccount(join(env.procRoot, String(pid), 'io'));
      const status = readAccount(join(env.procRoot, String(pid), 'status'));
      const residentKib = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
      const bytes = (field: string): number | null => {
        const found = text === null ? undefined : new RegExp(`^${field}: (\\d+)$`, 'm').exec(text)?.[1];
        ioKeys.add(`${key} ${field}`);
        return io.next(`${key} ${field}`, found === undefined ? null : Number(found));
      };
      return {
        pid,
        name,
        cpuPercent,
        memoryB: residentKib === undefined ? null : Number(residentKib) * 1024,
        readBps: bytes('read_bytes'),
        writeBps: bytes('write_bytes'),
      };
    });
    io.keep(ioKeys);
    return made;
  };

  return {
    id: 'processes',
    periodMs: everyS * 1000,
    async read() {
      table = linux ? await fromProc() : await fromSystem(most);
      return [];
    },
    doctor: async () => [
      sensorItem('processes', 'works', linux ? message('message.from', { source: '/proc' }) : message('message.fromSystem')),
    ],
    processes: () => table,
    close: async () => undefined,
  };
}

function top(seen: readonly Seen[], most: number, by: (one: Seen) => number | null): Seen[] {
  return [...seen].sort((a, b) => (by(b) ?? -1) - (by(a) ?? -1)).slice(0, most);
}

/** The name stands in parentheses and may hold any character, parentheses too; what follows the last one are numbers. */
function parseStat(text: string): { name: string; cpuTicks: number; startTicks: number; pages: number } | null {
  const open = text.indexOf('(');
  const end = text.lastIndexOf(')');
  if (open < 0 || end < open) return null;
  const fields = text
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const [userTicks = NaN, systemTicks = NaN, startTicks = NaN, pages = NaN] = [fields[11], fields[12], fields[19], fields[21]];
  if (![userTicks, systemTicks, startTicks, pages].every(Number.isFinite)) return null;
  return { name: text.slice(open + 1, end), cpuTicks: userTicks + systemTicks, startTicks, pages };
}

async function fromSystem(most: number): Promise<HostProcess[]> {
  const { list } = await si.processes();
  const made = list
    .filter(({ pid }) => pid > 0)
    .map(({ pid, name, cpu, memRss }): HostProcess => ({
      pid,
      name,
      cpuPercent: cpu,
      memoryB: memRss * 1024,
      readBps: null,
      writeBps: null,
    }));
  return [
    ...new Set([
      ...[...made].sort((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0)).slice(0, most),
      ...made.sort((a, b) => (b.memoryB ?? 0) - (a.memoryB ?? 0)).slice(0, most),
    ]),
  ];
}
