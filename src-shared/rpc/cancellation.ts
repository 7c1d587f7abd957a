import { toDisposable, type Disposable } from '../base/disposable';
import type { Cancellation } from './api';

/**
 * The side that cancels; hand `token` to the work. Cancelling is once and for ever.
 * A listener added after that is called at once. A listener that throws does not keep the others from hearing.
 */
export class CancellationSource {
  private readonly listeners = new Set<() => void>();
  private done = false;
  readonly token: Cancellation;

  constructor() {
    const isDone = (): boolean => this.done;
    this.token = {
      get cancelled() {
        return isDone();
      },
      onCancel: (listener) => this.listen(listener),
    };
  }

  cancel(): void {
    if (this.done) return;
    this.done = true;
    const failures: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener();
      } catch (error) {
        failures.push(error);
      }
    }
    this.listeners.clear();
    if (failures.length > 0) throw failures[0];
  }

  private listen(listener: () => void): Disposable {
    if (this.done) {
      listener();
      return toDisposable(() => undefined);
    }
    const own = (): void => listener();
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  }
}
