/** What React reads with useSyncExternalStore: a value that is the same object until it changes, and a way to hear of changes. */
export interface Readable<T> {
  readonly get: () => T;
  /** Returns the way to stop hearing. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** One value and who listens to it. Setting the same value (Object.is) tells nobody. */
export class Store<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => {
      this.listeners.delete(own);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}
