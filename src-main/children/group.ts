import { spawnSync } from 'node:child_process';
import { win32 } from 'node:path';

/** Those that ask a program to end, the one that ends it, and those that halt it and let it go on. */
export type EndSignal = 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2' | 'SIGSTOP' | 'SIGCONT';

/** Spawn options of a child that {@link endGroup} can end with all that it starts. */
export const inOwnGroup = { detached: process.platform !== 'win32', windowsHide: true } as const;

const TASKKILL_MS = 5_000;

/** How the system ends processes; tests hand in another. */
export interface Ending {
  readonly platform: NodeJS.Platform;
  readonly kill: (pid: number, signal: EndSignal) => void;
  readonly run: (program: string, args: readonly string[]) => void;
}

const here: Ending = {
  platform: process.platform,
  kill: (pid, signal) => void process.kill(pid, signal),
  run: (program, args) => void spawnSync(program, args, { stdio: 'ignore', windowsHide: true, timeout: TASKKILL_MS }),
};

/**
 * Sends a signal to a child and everything that it has started, as a rule to end it. On POSIX that is its process group, also when the child itself is gone.
 * Windows has no such signal as SIGTERM, and knows the tree of a process only while that lives.
 * @returns whether there was such a group
 */
export function endGroup(pid: number | undefined, signal: EndSignal, ending: Ending = here): boolean {
  if (pid === undefined) return false;
  if (ending.platform !== 'win32') return sent(ending, -pid, signal);
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return false;
  ending.run(win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe'), ['/PID', String(pid), '/T', '/F']);
  return true;
}

/** Ends what a child that has just ended by itself left behind: its pid may be another's by now, its group's cannot. */
export function endLeftBehind(pid: number | undefined, ending: Ending = here): void {
  if (pid !== undefined && ending.platform !== 'win32') sent(ending, -pid, 'SIGKILL');
}

function sent(ending: Ending, target: number, signal: EndSignal): boolean {
  try {
    ending.kill(target, signal);
    return true;
  } catch {
    // ESRCH: nobody of it is there.
    return false;
  }
}
