import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_POLL_MS = 300;

/** @type {Map<import('node:child_process').ChildProcess, boolean>} each child, and whether it leads a group of its own */
const children = new Map();
let watching = false;
/** @type {NodeJS.Signals | null} */
let received = null;

/** @param {NodeJS.Signals | null} signal @returns {number} the exit code a shell gives for an end by this signal */
export function exitCodeOf(signal) {
  return 128 + (signal ? constants.signals[signal] : 1);
}

/** @returns {NodeJS.Signals | null} the signal that asked this process to end, if one has */
export function endingSignal() {
  return received;
}

/**
 * From now on a signal to this process goes to its children first and ends it when they have ended; with no child it
 * ends at once. npm puts a shell between itself and us that dies of a signal without passing it on, so the loss of the
 * parent counts as SIGTERM when npm started us.
 */
export function watchSignals() {
  if (watching) return;
  watching = true;
  for (const signal of FORWARDED) process.on(signal, () => onSignal(signal));
  if (process.platform === 'win32' || !process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onSignal('SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
}

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
  received = signal;
  if (children.size === 0) process.exit(exitCodeOf(signal));
  for (const [child, leadsGroup] of children) {
    if (leadsGroup && child.pid) killGroup(child.pid, signal);
    // Ctrl-C reaches the whole foreground group by itself; a second one would read as "now at once".
    else if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  }
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Spawn options of a child that leads its own process group, so that a signal also ends what it has started. */
export const OWN_GROUP = { detached: process.platform !== 'win32' };

/**
 * Makes a child one of those that get this process's signals, until it has ended.
 *
 * @template {import('node:child_process').ChildProcess} C
 * @param {C} child
 * @param {boolean} [leadsGroup] it was spawned with OWN_GROUP
 * @returns {C} the same
 */
export function adopt(child, leadsGroup = false) {
  children.set(child, leadsGroup && OWN_GROUP.detached);
  child.once('close', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}
