import { readdir, readFile } from 'node:fs/promises';
import type { EndSignal } from './group';

/** The run a process belongs to, in its environment: whatever it starts inherits it, also what leaves its group. */
export const RUN_MARK = 'COLDAISLE_RUN_ID';

/** Processes read in one go, before others have their turn. */
const AT_ONCE = 64;

/** The processes that carry the mark of this run. Linux only: elsewhere the environment of another process is not to be seen. */
export async function markedProcesses(runId: string, platform: NodeJS.Platform = process.platform): Promise<number[]> {
  if (platform !== 'linux') return [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const mark = Buffer.from(`${RUN_MARK}=${runId}\0`);
  const found: number[] = [];
  for (let i = 0; i < pids.length; i += AT_ONCE) {
    const part = pids.slice(i, i + AT_ONCE).filter((pid) => pid !== process.pid);
    const marked = await Promise.all(part.map((pid) => carries(pid, mark)));
    found.push(...part.filter((_, at) => marked[at]));
  }
  return found;
}

/**
 * Sends the signal to whatever carries the mark of this run.
 *
 * @returns how many there were
 * @param group whose processes have had it: to many a program a second SIGTERM means to end at once, without saving anything
 */
export async function endMarked(runId: string | null, signal: EndSignal, group?: number): Promise<number> {
  const pids = runId === null ? [] : await markedProcesses(runId);
  for (const pid of pids) {
    if (group !== undefined && (await groupOf(pid)) === group) continue;
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  }
  return pids.length;
}

/** Field 5 of /proc/<pid>/stat; null = it has just ended. */
async function groupOf(pid: number): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return null;
  }
}

/** False for those of others, and the system's own: they cannot be read. */
async function carries(pid: number, mark: Buffer): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`);
    const at = environment.indexOf(mark);
    return at === 0 || (at > 0 && environment[at - 1] === 0);
  } catch {
    return false;
  }
}
