import { constants } from 'node:os';
import type { Disposable } from '@shared/base/disposable';

const asks = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first signal that asks this process to end into `stop`; a second one ends it at once, for a person who will
 * not wait. (Trainers notice that their parent is gone and end too.)
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): Disposable {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(128 + constants.signals[signal]);
    asked = true;
    stop(signal);
  };
  for (const signal of asks) process.on(signal, listener);
  return {
    dispose() {
      for (const signal of asks) process.off(signal, listener);
    },
  };
}
