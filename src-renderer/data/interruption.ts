import type { AppError } from '@shared/contract/errors';
import type { Readable } from './store';

/** What comes by itself, and may cease to: why it does, and the way to ask for it again. */
export interface Interruptible {
  /** Null while all is well. */
  readonly failure: Readable<AppError | null>;
  readonly resume: () => void;
}

/** The first failure of several. */
export function firstFailure(failures: readonly Readable<AppError | null>[]): Readable<AppError | null> {
  return {
    get: () => failures.map((failure) => failure.get()).find((error) => error !== null) ?? null,
    subscribe: (listener) => {
      const stops = failures.map((failure) => failure.subscribe(listener));
      return () => stops.forEach((stop) => stop());
    },
  };
}
