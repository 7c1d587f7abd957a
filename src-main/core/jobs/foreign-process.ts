import { Emitter } from '@shared/base/emitter';
import { toDisposable } from '@shared/base/disposable';
import { isAlive, type ProcessIdentity } from '../../children/identity';
import type { LaunchedProcess, ProcessExit } from './launcher';

/** How often it is looked whether it is still there, ms: /proc is cheap, elsewhere a program is started for it. */
const LOOK_EVERY_MS = process.platform === 'linux' ? 500 : 3_000;

const none = toDisposable(() => undefined);

/**
 * A process that was started elsewhere, as far as it can be watched: its output is not ours, and the system tells its end to nobody
 * here. It is never sent a signal: to end it here is to watch it no longer.
 */
export function watchForeign(identity: ProcessIdentity, onListenerError: (error: unknown) => void): LaunchedProcess {
  const exits = new Emitter<ProcessExit>(onListenerError);
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    if (timer) clearTimeout(timer);
    exits.emit({ code: null, signal: null, error: null });
    exits.clear();
  };
  const look = async (): Promise<void> => {
    const alive = await isAlive(identity);
    if (!alive) end();
    else if (!isOver && exits.size > 0) timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  return {
    pid: identity.pid,
    spawned: Promise.resolve(identity.pid),
    onLine: () => none,
    onText: () => none,
    onCut: () => none,
    onDelivered: () => none,
    onExit: (listener) => exits.on(listener),
    send: () => undefined,
    kill: end,
  };
}
