import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { MachineProcess } from '@shared/model/processes';
import { message } from '@shared/text/message';
import si from 'systeminformation';
import { z } from 'zod';
import type { Collector } from '../collector';
import { settableKind } from '../collector-kind';
import { listFolder, readAccount } from './files';
import type { CollectorContext } from '../collector-context';
import type { ProcessDemand } from '../process-demand';
import { maskCommand } from '../../processes/mask-command';
import { runsByPid, type ProcessKin } from '../../processes/process-family';
import { UserNames } from '../../processes/user-names';
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
  // While someone looks. Elsewhere than on Linux one answer costs a program's start.
  params: [
    {
      name: 'everyS',
      label: message('message.collector.everyS'),
      type: 'integer',
      unit: 's',
      min: 1,
      max: 300,
      default: process.platform === 'linux' ? 2 : 10,
    },
    { name: 'most', label: message('message.collector.most'), type: 'integer', min: 1, max: 500, default: 40 },
  ],
  schema: Settings,
  create: ({ settings }, context) => ({ collectors: [createProcessCollector(context, settings)] }),
});

interface Seen extends ProcessKin {
  readonly key: string;
  readonly name: string;
  readonly cpuPercent: number | null;
  /** Resident; a page's size is the kernel's own, so this only ranks. */
  readonly pages: number;
  readonly startTicks: number;
}

/** The busiest processes of the machine, those of runs and those on a GPU; a table, not samples. Read only while someone looks. */
export function createProcessCollector(context: CollectorContext, { everyS, most }: ProcessSettings): Collector {
  const { env, processes: demand } = context;
  const linux = env.platform === 'linux';
  const cpu = new Rates(context, LONGEST_MS);
  const io = new Rates(context, LONGEST_MS);
  const users = new UserNames();
  let table: readonly MachineProcess[] = [];

  const everySeen = async (): Promise<Seen[]> => {
    const pids = (await listFolder(env.procRoot)).filter((name) => /^\d+$/.test(name));
    const seen: Seen[] = [];
    const keys = new Set<string>();
    for (let i = 0; i < pids.length; i += AT_ONCE) {
      if (i > 0) await setImmediate();
      for (const pid of pids.slice(i, i + AT_ONCE)) {
        const stat = readAccount(join(env.procRoot, pid, 'stat'));
        const parsed = stat === null ? null : parseStat(stat);
        if (parsed === null) continue;
        const { cpuTicks, ...rest } = parsed;
        // A process number is used again: with its start it names one process for good.
        const key = `${pid} ${parsed.startTicks}`;
        keys.add(key);
        const ticks = cpu.next(key, cpuTicks);
        seen.push({ ...rest, key, pid: Number(pid), cpuPercent: ticks === null ? null : (100 * ticks) / TICKS_PER_S });
      }
    }
    cpu.keep(keys);
    return seen;
  };

  const fromProc = async (): Promise<MachineProcess[]> => {
    const seen = await everySeen();
    users.refresh();
    const bootMs = bootAtMs(readAccount(join(env.procRoot, 'stat')));
    const ioKeys = new Set<string>();
    const made = choose(seen, most, demand, ({ pages }) => pages).map(({ one, runId }): MachineProcess => {
      const { key, pid, name, cpuPercent, startTicks } = one;
      const own = join(env.procRoot, String(pid));
      const counts = readAccount(join(own, 'io'));
      const status = readAccount(join(own, 'status')) ?? '';
      const residentKib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
      const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
      const bytes = (field: string): number | null => {
        const found = counts === null ? undefined : new RegExp(`^${field}: (\\d+)$`, 'm').exec(counts)?.[1];
        ioKeys.add(`${key} ${field}`);
        return io.next(`${key} ${field}`, found === undefined ? null : Number(found));
      };
      return {
        pid,
        name,
        command: commandOf(readAccount(join(own, 'cmdline')), demand.redact),
        user: uid === undefined ? null : users.nameOf(Number(uid)),
        runId,
        cpuPercent,
        memoryB: residentKib === undefined ? null : Number(residentKib) * 1024,
        readBps: bytes('read_bytes'),
        writeBps: bytes('write_bytes'),
        startedAtMs: bootMs === null ? null : bootMs + (startTicks * 1000) / TICKS_PER_S,
      };
    });
    io.keep(ioKeys);
    return made;
  };

  return {
    id: 'processes',
    periodMs: everyS * 1000,
    async read() {
      if (demand.isWanted) table = linux ? await fromProc() : await fromSystem(most, demand);
      else {
        table = [];
        // A share of the time since someone last looked would be none of now.
        cpu.keep(new Set());
        io.keep(new Set());
      }
      return [];
    },
    doctor: async () => [
      sensorItem('processes', 'works', linux ? message('message.from', { source: '/proc' }) : message('message.fromSystem')),
    ],
    processes: () => table,
    close: async () => undefined,
  };
}

interface Ranked extends ProcessKin {
  readonly cpuPercent: number | null;
}

/** Those with the most CPU time, those with the most memory, all on a GPU and all of runs; of the latter, which run. */
function choose<T extends Ranked>(
  seen: readonly T[],
  most: number,
  { runs, holders }: ProcessDemand,
  memoryOf: (one: T) => number | null,
): { readonly one: T; readonly runId: string | null }[] {
  const ofRuns = runsByPid(runs(), seen);
  const held = new Set(holders());
  const chosen = new Set([
    ...top(seen, most, ({ cpuPercent }) => cpuPercent),
    ...top(seen, most, memoryOf),
    ...seen.filter(({ pid }) => held.has(pid) || ofRuns.has(pid)),
  ]);
  return [...chosen].map((one) => ({ one, runId: ofRuns.get(one.pid) ?? null }));
}

/** Arguments stand in it one by one; a kernel thread has none, and some programs write one text over all. */
function commandOf(cmdline: string | null, redact: (text: string) => string): string | null {
  if (cmdline === null) return null;
  const args = cmdline.split('\0').filter((arg) => arg !== '');
  const [only = ''] = args;
  const text = maskCommand(args.length === 1 ? only.split(' ') : args, redact);
  return text === '' ? null : text;
}

function bootAtMs(stat: string | null): number | null {
  const seconds = /^btime (\d+)$/m.exec(stat ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function top<T>(seen: readonly T[], most: number, by: (one: T) => number | null): T[] {
  // Of thousands most rest, and threads of the kernel hold nothing: they are none of the busiest or largest.
  const some = seen.filter((one) => by(one) !== 0);
  return some.sort((a, b) => (by(b) ?? -1) - (by(a) ?? -1)).slice(0, most);
}

type Stat = Omit<Seen, 'key' | 'pid' | 'cpuPercent'> & { readonly cpuTicks: number };

/** The name stands in parentheses and may hold any character, parentheses too; what follows the last one are numbers. */
function parseStat(text: string): Stat | null {
  const open = text.indexOf('(');
  const end = text.lastIndexOf(')');
  if (open < 0 || end < open) return null;
  const fields = text
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const [parent = NaN, group = NaN] = [fields[1], fields[2]];
  const [userTicks = NaN, systemTicks = NaN, startTicks = NaN, pages = NaN] = [fields[11], fields[12], fields[19], fields[21]];
  if (![parent, group, userTicks, systemTicks, startTicks, pages].every(Number.isFinite)) return null;
  return { name: text.slice(open + 1, end), parent, group, cpuTicks: userTicks + systemTicks, startTicks, pages };
}

async function fromSystem(most: number, demand: ProcessDemand): Promise<MachineProcess[]> {
  const { list } = await si.processes();
  const seen = list
    .filter(({ pid }) => pid > 0)
    .map((process) => ({ ...process, parent: process.parentPid, group: null, cpuPercent: process.cpu }));
  return choose(seen, most, demand, ({ memRss }) => memRss).map(({ one, runId }): MachineProcess => {
    const startedAtMs = Date.parse(one.started);
    return {
      pid: one.pid,
      name: one.name,
      command: maskCommand(`${one.command} ${one.params}`.split(' '), demand.redact) || null,
      user: one.user || null,
      runId,
      cpuPercent: one.cpuPercent,
      memoryB: one.memRss * 1024,
      readBps: null,
      writeBps: null,
      startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
    };
  });
}
