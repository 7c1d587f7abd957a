import { AppError, isAppError } from '@shared/contract/errors';

/** Why something comes no more, and the way to ask for it again at once. */
export interface Stopped {
  readonly error: AppError;
  readonly resume: () => void;
}

/** Something asked for: not here yet, here, or refused with a named reason. What is here may have stopped coming: it stands still. */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T; readonly stopped?: Stopped }
  | { readonly state: 'failed'; readonly error: AppError; readonly resume?: () => void };

/** A question that can be asked again. */
export interface Asked {
  /** Asks again; what is there stays until the new answer comes. */
  readonly reload: () => void;
  readonly isAsking: boolean;
  /** When what is there was answered, ms since 1970 by this page's clock; null before the first answer. */
  readonly answeredAtMs: number | null;
}

export const LOADING: Loadable<never> = { state: 'loading' };

export function ready<T>(value: T, stopped?: Stopped): Loadable<T> {
  return { state: 'ready', value, ...(stopped ? { stopped } : {}) };
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
