import { toDisposable, type Disposable } from './disposable';

/** One event and its listeners. A listener that throws does not keep the others from hearing. */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** @param onListenerError receives what a listener threw; default: rethrown after all have heard. */
  constructor(private readonly onListenerError?: (error: unknown) => void) {}

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
        if (this.onListenerError) this.onListenerError(error);
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
