import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { win32 } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from './environment';

/** Which process it is: a pid alone is given to another one day. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the system counts it: to be compared, not read. */
  readonly startedAt: string;
  /** Which start of the machine `startedAt` counts from; empty where it is a date. */
  readonly bootId: string;
}

const run = promisify(execFile);
/** Longest that the system's own program for it may take, ms. */
const ASK_MS = 10_000;

/** @returns null when there is no such process (any more) */
export async function identify(pid: number, platform: NodeJS.Platform = process.platform): Promise<ProcessIdentity | null> {
  const startedAt = await startOf(pid, platform);
  return startedAt === null ? null : { pid, startedAt, bootId: bootId(platform) };
}

/** Whether this very process lives. One that has ended and whom nobody has waited for does not. */
export async function isAlive({ pid, startedAt, bootId: boot }: ProcessIdentity, platform = process.platform): Promise<boolean> {
  return boot === bootId(platform) && (await startOf(pid, platform)) === startedAt;
}

/** Changes with each start of the machine; empty where starts of processes are dates. */
export function bootId(platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'linux') return '';
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

async function startOf(pid: number, platform: NodeJS.Platform): Promise<string | null> {
  try {
    if (platform === 'linux') return linuxStart(await readFile(`/proc/${pid}/stat`, 'utf8'));
    if (platform === 'win32') {
      const system = win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
      const ask = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
      return said(await run(system, ['-NoProfile', '-NonInteractive', '-Command', ask], options()));
    }
    return said(await run('ps', ['-o', 'lstart=', '-p', String(pid)], options()));
  } catch {
    // No such process, or it ended while it was asked for.
    return null;
  }
}

const options = () => ({ timeout: ASK_MS, windowsHide: true, env: { ...childEnvironment(), LC_ALL: 'C' } });

function said({ stdout }: { readonly stdout: string }): string | null {
  return stdout.trim() || null;
}

/** Field 22 of /proc/<pid>/stat, clock ticks after the boot; the name before may hold any character. */
function linuxStart(stat: string): string | null {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}
