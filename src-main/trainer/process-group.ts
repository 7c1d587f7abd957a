import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/**
 * Makes this process the leader of a process group of its own, as a child of plain Node is from its start: Electron starts
 * its utility processes within its own group. What the trainer starts from now on ends with it.
 */
export function leadOwnGroup(): void {
  if (process.platform === 'win32' || process.parentPort === undefined) return;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    const setpgid = koffi.load(null).func('int setpgid(int pid, int pgid)') as (pid: number, group: number) => number;
    if (setpgid(0, 0) !== 0) throw new Error('setpgid failed');
  } catch (error) {
    // The trainer works without; only what it starts might outlive it.
    process.stderr.write(`no process group of its own: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** Ends this process and all it started, at once. */
export function endOwnGroup(): void {
  try {
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
  } catch {
    // It leads no group.
    process.kill(process.pid, 'SIGKILL');
  }
}
