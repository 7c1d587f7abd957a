import { Worker } from 'node:worker_threads';
import { toDisposable, type Disposable } from '@shared/base/disposable';

export interface WatchdogOptions {
  /** Whose end ends this process. Default: the process that started it. */
  readonly parentPid: number;
  /** How often it looks, ms. */
  readonly everyMs?: number;
  /** How long this process may take to end by itself once the parent is gone, ms. */
  readonly graceMs?: number;
}

/**
 * Runs in a worker thread, so that it acts even while the main thread is stuck in a loop. Kept as text because a worker
 * needs a program of its own and this one has no dependency. When the watched process started this one, its end shows in
 * getppid (POSIX: this process gets a new parent); otherwise, and on Windows, in a signal 0 that finds nobody.
 */
const WATCH = `
const { workerData, parentPort } = require('node:worker_threads');
const { parentPid, everyMs, graceMs } = workerData;
const isChild = process.platform !== 'win32' && process.ppid === parentPid;
const exists = () => {
  if (isChild) return process.ppid === parentPid;
  try { process.kill(parentPid, 0); return true; } catch (error) { return error.code === 'EPERM'; }
};
const timer = setInterval(() => {
  if (exists()) return;
  clearInterval(timer);
  parentPort.postMessage('gone');
  setTimeout(() => {
    try { process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
  }, graceMs);
}, everyMs);
`;

/**
 * Ends this process, and what it started, with SIGKILL soon after its parent vanished, whatever the main thread does.
 *
 * @param onParentLost called on the main thread first, when it still runs: the chance to end in order
 */
export function startWatchdog({ parentPid, everyMs = 500, graceMs = 2000 }: WatchdogOptions, onParentLost: () => void): Disposable {
  const worker = new Worker(WATCH, { eval: true, workerData: { parentPid, everyMs, graceMs }, stdin: false, execArgv: [] });
  worker.unref();
  worker.once('message', onParentLost);
  // Without a watchdog this process could outlive its parent: better no run than an orphan.
  worker.once('error', (error) => {
    throw error;
  });
  return toDisposable(() => void worker.terminate());
}
