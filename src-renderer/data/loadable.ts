import { AppError, isAppError } from '@shared/contract/errors';

/** Something asked for: not here yet, here, or refused with a named reason. */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: AppError; /** Asks again now, where that is possible. */ readonly resume?: () => void };

export const LOADING: Loadable<never> = { state: 'loading' };

export function ready<T>(value: T): Loadable<T> {
  return { state: 'ready', value };
}

export function failed(error: unknown, resume?: () => void): Loadable<never> {
  return { state: 'failed', error: toAppError(error), ...(resume ? { resume } : {}) };
}

/** The value, or null while there is none. */
export function valueOf<T>(loadable: Loadable<T>): T | null {
  return loadable.state === 'ready' ? loadable.value : null;
}

/** The client rejects with an AppError only; anything else is a fault of the page and keeps its words as `internal`. */
export function toAppError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
