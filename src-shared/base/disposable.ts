/** Something that was started and can be stopped. `dispose` is safe to call twice. */
export interface Disposable {
  dispose(): void;
}

/** Makes a {@link Disposable} that runs `stop` once, however often it is disposed. */
export function toDisposable(stop: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      stop();
    },
  };
}

/** Holds the stops of what its owner started; disposes them last-first. An entry added after disposal is stopped at once. */
export class DisposableStore implements Disposable {
  private readonly entries = new Set<Disposable>();
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  add<T extends Disposable>(entry: T): T {
    if (this.disposed) entry.dispose();
    else this.entries.add(entry);
    return entry;
  }

  defer(stop: () => void): Disposable {
    return this.add(toDisposable(stop));
  }

  /** Forgets and stops one entry. */
  remove(entry: Disposable): void {
    this.entries.delete(entry);
    entry.dispose();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const failures: unknown[] = [];
    for (const entry of [...this.entries].reverse()) {
      try {
        entry.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    this.entries.clear();
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several parts could not be stopped');
  }
}
