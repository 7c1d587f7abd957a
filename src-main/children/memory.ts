import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { childEnvironment } from './environment';
import { markedProcesses } from './marked';

const run = promisify(execFile);
const ASK_MS = 10_000;
const KIB = 1024;

/**
 * Main memory of a run's processes together, bytes: those of its group and, on Linux, whatever carries its mark. There memory that
 * several of them share counts once (PSS), where the kernel tells it; elsewhere it counts in each (RSS).
 * @returns null where it cannot be told: on Windows, and once they are gone
 */
export async function memoryOfRun(group: number, runId: string, platform: NodeJS.Platform = process.platform): Promise<number | null> {
  if (platform === 'win32') return null;
  if (platform !== 'linux') return memoryByPs(group);
  const pids = new Set([...(await groupMembers(group)), ...(await markedProcesses(runId))]);
  let bytes: number | null = null;
  for (const pid of pids) {
    const own = await memoryOf(pid);
    if (own !== null) bytes = (bytes ?? 0) + own;
  }
  return bytes;
}

async function groupMembers(group: number): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const members: number[] = [];
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // Field 5; the name before may hold any character.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group) members.push(pid);
  }
  return members;
}

async function memoryOf(pid: number): Promise<number | null> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const pss = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (pss !== undefined) return Number(pss) * KIB;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return rss === undefined ? null : Number(rss) * KIB;
}

async function memoryByPs(group: number): Promise<number | null> {
  try {
    const { stdout } = await run('ps', ['-A', '-o', 'pgid=,rss='], { timeout: ASK_MS, env: { ...childEnvironment(), LC_ALL: 'C' } });
    const own = stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([pgid]) => pgid === group);
    return own.length === 0 ? null : own.reduce((sum, [, kib = 0]) => sum + kib * KIB, 0);
  } catch {
    return null;
  }
}
