/** A part of the window that is a chunk of its own: fetched when it is first wanted, and at hand from then on. */
export class Lazy<T> {
  private promise: Promise<T> | null = null;
  private value: T | null = null;

  constructor(private readonly load: () => Promise<T>) {}

  /** What was fetched; null before. */
  get(): T | null {
    return this.value;
  }

  /** The same promise each time, also when it failed: a page that is drawn again must not fetch for ever. */
  want(): Promise<T> {
    this.promise ??= this.load().then((value) => (this.value = value));
    return this.promise;
  }
}
