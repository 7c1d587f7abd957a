import { toDisposable, type Disposable } from '@shared/base/disposable';
import { message, MessageError } from '@shared/text/message';
import { PassingTime } from './passing-time';

/** The clocks and the timer, so that a test can step them by hand. */
export interface Clock {
  /** Wall clock, ms since the Unix epoch; may jump either way. Only for stamping samples. */
  wallMs(): number;
  /** Monotonic, ms; for every duration of this process. It stands while the machine sleeps. */
  monoMs(): number;
  /** Time that has really passed, ms from an arbitrary start: monotonic too, but it goes on while the machine sleeps, where the system tells that. */
  passedMs(): number;
  /** Whether {@link passedMs} goes on while the machine sleeps: else a sleep looks like a wall clock that was set ahead. */
  readonly knowsSleep: boolean;
  /** Calls back once after `delayMs` unless disposed before. */
  setTimer(callback: () => void, delayMs: number): Disposable;
}

const passing = new PassingTime({ procRoot: process.platform === 'linux' ? '/proc' : null });

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  passedMs: () => passing.passedMs(),
  knowsSleep: process.platform === 'linux',
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
};

/** What happened is told of within this time, ms. */
const LATEST_MS = 5_000;

/** Resolves with `fallback` when `work` has not settled after `limitMs`; leaves no timer behind. Never rejects. */
export function settledWithin<T>(clock: Clock, work: Promise<T>, limitMs: number, fallback: (error: unknown) => T): Promise<T> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(
      () => resolve(fallback(new MessageError(message('message.noAnswer', { seconds: limitMs / 1000 })))),
      limitMs,
    );
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

/**
 * When a moment of the wall clock was, on the clock of {@link Clock.passedMs}. A moment that is to come or long gone by the
 * wall clock of now was stamped before that was set: it counts as now.
 */
export function passedAt(clock: Pick<Clock, 'wallMs' | 'passedMs'>, atMs: number): number {
  const agoMs = clock.wallMs() - atMs;
  return clock.passedMs() - (agoMs >= 0 && agoMs <= LATEST_MS ? agoMs : 0);
}
