/** A sample this much older than the last one is not late: the machine's clock was set back, and what lay ahead is forgotten. */
const CLOCK_SET_BACK_MS = 10_000;

/**
 * The recent samples of one series in typed arrays, oldest first; a missing value is NaN.
 * A sample for the last time replaces it; a slightly older one (part of a backlog seen before) is ignored.
 */
export class SeriesBuffer {
  private at: Float64Array;
  private values: Float64Array;
  private head = 0;
  private tail = 0;

  constructor(initialCapacity = 256) {
    this.at = new Float64Array(initialCapacity);
    this.values = new Float64Array(initialCapacity);
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** Time of the newest sample, ms; -Infinity when empty. */
  get lastAtMs(): number {
    return this.length === 0 ? -Infinity : (this.at[this.tail - 1] ?? -Infinity);
  }

  /** Time of the oldest sample, ms; Infinity when empty. */
  get firstAtMs(): number {
    return this.length === 0 ? Infinity : (this.at[this.head] ?? Infinity);
  }

  /** @returns whether it tells that the clock was set back */
  append(atMs: number, value: number | null): boolean {
    const setBack = atMs < this.lastAtMs - CLOCK_SET_BACK_MS;
    if (setBack) while (this.length > 0 && this.lastAtMs >= atMs) this.tail -= 1;
    else if (atMs < this.lastAtMs) return false;
    if (atMs === this.lastAtMs) this.tail -= 1;
    if (this.tail === this.at.length) this.makeRoom();
    this.at[this.tail] = atMs;
    this.values[this.tail] = value ?? Number.NaN;
    this.tail += 1;
    return setBack;
  }

  /** Forgets what is older than `atMs`. */
  dropBefore(atMs: number): void {
    while (this.head < this.tail && (this.at[this.head] ?? 0) < atMs) this.head += 1;
  }

  /** Views of the samples, not to be written; what is appended later is not in them. */
  columns(): { readonly at: Float64Array; readonly values: Float64Array } {
    return { at: this.at.subarray(this.head, this.tail), values: this.values.subarray(this.head, this.tail) };
  }

  /** Into new arrays: whoever draws still looks at the old ones. */
  private makeRoom(): void {
    const length = this.length;
    // Half empty at the front: that is room enough, else it grows. Either way an append stays cheap on average.
    const capacity = this.head <= this.at.length / 2 ? this.at.length * 2 : this.at.length;
    const at = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    at.set(this.at.subarray(this.head, this.tail));
    values.set(this.values.subarray(this.head, this.tail));
    this.at = at;
    this.values = values;
    this.head = 0;
    this.tail = length;
  }
}
