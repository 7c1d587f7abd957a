import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CpuUse } from '@shared/energy/attribution';
import si from 'systeminformation';
import { familyOf, type ProcessKin } from '../processes/process-family';
import { listFolder, readAccount } from '../telemetry/collectors/files';

/** USER_HZ: what /proc counts CPU time in, on every Linux since 2.6. */
const TICKS_PER_S = 100;
/** How often the processes of the runs are looked for, ms: /proc is cheap, elsewhere a program is started for it. */
const LOOK_EVERY_MS = { proc: 5_000, system: 10_000 };
/** Processes read in one go, before others have their turn. */
const AT_ONCE = 64;

export interface RunProcessesOptions {
  /** "/proc" on Linux; null elsewhere. */
  readonly procRoot: string | null;
  readonly logicalCpus: number;
}

interface Known {
  /** Its first process. */
  readonly pid: number;
  pids: ReadonlySet<number>;
  /** CPU time of all of them, s, at a moment of the clock that nobody sets. */
  last: { readonly seconds: number; readonly passedMs: number } | null;
  /** By the system, of all processors, 0–1; null = not told yet. */
  systemShare: number | null;
}

interface ProcessRow extends ProcessKin {
  /** Of one logical CPU, %. */
  readonly cpuPercent: number;
}

/** The processes of the runs on this machine, each run's from its first on: its group, and whatever it started. */
export class RunProcesses {
  private readonly runs = new Map<string, Known>();
  private lookedAtMs = -Infinity;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: RunProcessesOptions) {}

  /**
   * What each run used of the processors since the last call.
   * @param live the first process of each run that is running; undefined = its runtime does not tell it
   */
  use(live: ReadonlyMap<string, number | undefined>, passedMs: number): CpuUse[] {
    for (const id of this.runs.keys()) if (live.get(id) !== this.runs.get(id)?.pid) this.runs.delete(id);
    for (const [id, pid] of live) {
      if (pid === undefined || this.runs.has(id)) continue;
      this.runs.set(id, { pid, pids: new Set([pid]), last: null, systemShare: null });
      this.lookedAtMs = -Infinity;
    }
    this.lookAgain(passedMs);
    return [...live.keys()].map((runId) => ({ runId, share: this.shareOf(this.runs.get(runId), passedMs) }));
  }

  runOf(pid: number): string | null {
    for (const [id, { pids }] of this.runs) if (pids.has(pid)) return id;
    return null;
  }

  /** Waits for the look under way. */
  async close(): Promise<void> {
    await this.looking;
  }

  private shareOf(known: Known | undefined, passedMs: number): number | null {
    if (known === undefined) return null;
    const { procRoot, logicalCpus } = this.options;
    if (procRoot === null) return known.systemShare;
    const told = [...known.pids].flatMap((pid) => cpuTicks(readAccount(join(procRoot, String(pid), 'stat'))) ?? []);
    const { last } = known;
    known.last = told.length === 0 ? null : { seconds: told.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_S, passedMs };
    if (last === null || known.last === null || passedMs <= last.passedMs) return null;
    // Less than before: a process ended that nobody waited for, and took its time along.
    const usedS = Math.max(0, known.last.seconds - last.seconds);
    return Math.min(1, usedS / (((passedMs - last.passedMs) / 1000) * logicalCpus));
  }

  private lookAgain(passedMs: number): void {
    const everyMs = this.options.procRoot === null ? LOOK_EVERY_MS.system : LOOK_EVERY_MS.proc;
    if (this.runs.size === 0 || this.looking !== null || passedMs - this.lookedAtMs < everyMs) return;
    this.lookedAtMs = passedMs;
    this.looking = this.look().finally(() => (this.looking = null));
  }

  private async look(): Promise<void> {
    const { procRoot, logicalCpus } = this.options;
    // A table that cannot be had leaves the processes known so far.
    const rows = await (procRoot === null ? fromSystem() : fromProc(procRoot)).catch(() => null);
    if (rows === null) return;
    for (const known of this.runs.values()) {
      const pids = familyOf(known.pid, rows);
      known.pids = pids;
      const percent = rows.reduce((sum, { pid, cpuPercent }) => sum + (pids.has(pid) ? cpuPercent : 0), 0);
      known.systemShare = Math.min(1, percent / 100 / logicalCpus);
    }
  }
}

/** Fields of /proc/<pid>/stat from the third on; the name before stands in parentheses and may hold any character. */
function statFields(text: string | null): number[] | null {
  const end = text === null ? -1 : text.lastIndexOf(')');
  return text === null || end < 0
    ? null
    : text
        .slice(end + 2)
        .split(' ')
        .map(Number);
}

/** Time of its own and of the children it waited for, user and system. */
function cpuTicks(stat: string | null): number | null {
  const fields = statFields(stat);
  if (fields === null) return null;
  const ticks = fields.slice(11, 15).reduce((sum, own) => sum + own, 0);
  return Number.isFinite(ticks) ? ticks : null;
}

/** Who descends from whom, of all processes. @param procRoot "/proc" on Linux; null elsewhere */
export const processKin = (procRoot: string | null): Promise<readonly ProcessKin[]> =>
  procRoot === null ? fromSystem() : fromProc(procRoot);

async function fromProc(procRoot: string): Promise<ProcessRow[]> {
  const pids = (await listFolder(procRoot)).filter((name) => /^\d+$/.test(name));
  const rows: ProcessRow[] = [];
  for (let i = 0; i < pids.length; i += AT_ONCE) {
    if (i > 0) await setImmediate();
    for (const pid of pids.slice(i, i + AT_ONCE)) {
      const [, parent = Number.NaN, group = Number.NaN] = statFields(readAccount(join(procRoot, pid, 'stat'))) ?? [];
      if (Number.isFinite(parent) && Number.isFinite(group)) rows.push({ pid: Number(pid), parent, group, cpuPercent: 0 });
    }
  }
  return rows;
}

async function fromSystem(): Promise<ProcessRow[]> {
  const { list } = await si.processes();
  return list.map(({ pid, parentPid, cpu }) => ({ pid, parent: parentPid, group: null, cpuPercent: cpu }));
}
