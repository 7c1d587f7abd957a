import { toDisposable, type Disposable } from './disposable';

/**
 * What becomes of an error that a listener threw: told to a function, or thrown on by `emit` once all have heard. The core
 * and the desktop have no use for the latter: out of a timer or a message it would end the process.
 */
export type OnListenerError = ((error: unknown) => void) | 'rethrow';

/** One event and its listeners. A listener that throws does not keep the others from hearing. */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(private readonly onListenerError: OnListenerError) {}

  get size(): number {
    return this.listeners.size;
  }

  on(listener: (value: T) => void): Disposable {
    const own = (value: T): void => listener(value);
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  }

  emit(value: T): void {
    let failed = false;
    let failure: unknown;
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        if (this.onListenerError !== 'rethrow') this.onListenerError(error);
        else {
          failed = true;
          failure = error;
        }
      }
    }
    if (failed) throw failure;
  }

  clear(): void {
    this.listeners.clear();
  }
}
