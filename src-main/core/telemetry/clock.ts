import { toDisposable, type Disposable } from '@shared/base/disposable';
import { phrase, SaidError } from '@shared/phrases/phrase';

/** Both clocks and the timer, so that a test can step them by hand. */
export interface Clock {
  /** Wall clock, ms since the Unix epoch; may jump either way. Only for stamping samples. */
  wallMs(): number;
  /** Monotonic, ms; for every duration. */
  monoMs(): number;
  /** Calls back once after `delayMs` unless disposed before. */
  setTimer(callback: () => void, delayMs: number): Disposable;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
};

/** Resolves with `fallback` when `work` has not settled after `limitMs`; leaves no timer behind. Never rejects. */
export function settledWithin<T>(clock: Clock, work: Promise<T>, limitMs: number, fallback: (error: unknown) => T): Promise<T> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(fallback(new SaidError(phrase('said.noAnswer', { seconds: limitMs / 1000 })))), limitMs);
    work.then(
      (value) => {
        timer.dispose();
        resolve(value);
      },
      (error: unknown) => {
        timer.dispose();
        resolve(fallback(error));
      },
    );
  });
}
