import type { Readable } from './store';

/**
 * A store as it is shown: a new value at most each `leastMs`, but at once where it is urgent. For figures that change many times a
 * second, which nobody reads as often and which cost a drawing of the page each time.
 */
export class Paced<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();
  private stop: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private shownAt = -Infinity;
  private shown: T;

  constructor(
    private readonly source: Readable<T>,
    private readonly leastMs: number,
    private readonly isUrgent: (shown: T, now: T) => boolean,
  ) {
    this.shown = source.get();
  }

  /** While nobody listens, what the source has. */
  readonly get = (): T => (this.stop === null ? this.source.get() : this.shown);

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener();
    this.listeners.add(own);
    if (this.stop === null) {
      this.shown = this.source.get();
      this.stop = this.source.subscribe(() => this.look());
    }
    return () => {
      this.listeners.delete(own);
      if (this.listeners.size > 0) return;
      this.stop?.();
      this.stop = null;
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = null;
    };
  };

  private look(): void {
    if (this.isUrgent(this.shown, this.source.get())) this.show();
    else this.timer ??= setTimeout(() => this.show(), Math.max(0, this.shownAt + this.leastMs - performance.now()));
  }

  private show(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.shownAt = performance.now();
    this.shown = this.source.get();
    for (const listener of [...this.listeners]) listener();
  }
}
