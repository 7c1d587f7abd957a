/** How a ring may grow: while it would forget a sample younger than `heldMs` and `take` grants the entries. */
export interface RingGrowth {
  readonly heldMs: number;
  /** Asks for so many entries more. */
  take(entries: number): boolean;
}

/**
 * The latest samples of one series in two typed arrays, ordered by time: 16 bytes an entry.
 * A null value (a gap) is held as NaN, which no sample can be (see saneValue).
 */
export class SeriesRing {
  private times: Float64Array;
  private values: Float64Array;
  private start = 0;
  private count = 0;

  /**
   * @param capacity entries kept, at least 1
   * @param growth default: it never grows
   */
  constructor(
    public capacity: number,
    private readonly growth: RingGrowth | null = null,
  ) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`capacity must be a whole number ≥ 1, got ${capacity}`);
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  get length(): number {
    return this.count;
  }

  /** Newest entry. */
  last(): { atMs: number; value: number | null } | null {
    return this.count === 0 ? null : this.at(this.count - 1);
  }

  /** Adds in order of time: the same time replaces, a late one is sorted in, one older than a full ring is forgotten. */
  put(atMs: number, value: number | null): void {
    let index = this.count;
    while (index > 0 && this.timeAt(index - 1) >= atMs) index--;
    if (index < this.count && this.timeAt(index) === atMs) {
      this.values[this.slot(index)] = value ?? Number.NaN;
      return;
    }
    if (this.count === this.capacity && !this.grow(atMs)) {
      if (index === 0) return;
      this.start = (this.start + 1) % this.capacity;
      this.count--;
      index--;
    }
    for (let i = this.count; i > index; i--) this.move(i - 1, i);
    this.times[this.slot(index)] = atMs;
    this.values[this.slot(index)] = value ?? Number.NaN;
    this.count++;
  }

  /** Entries at or after `sinceMs`, oldest first. */
  since(sinceMs: number): { atMs: number[]; values: (number | null)[] } {
    const atMs: number[] = [];
    const values: (number | null)[] = [];
    for (let i = 0; i < this.count; i++) {
      const entry = this.at(i);
      if (entry.atMs < sinceMs) continue;
      atMs.push(entry.atMs);
      values.push(entry.value);
    }
    return { atMs, values };
  }

  /** Forgets entries after `atMs`: used when the wall clock was set back and those times have not come yet. */
  forgetAfter(atMs: number): void {
    while (this.count > 0 && this.timeAt(this.count - 1) > atMs) this.count--;
  }

  /** A series sampled several times a second needs more room for the same time. */
  private grow(atMs: number): boolean {
    if (this.growth === null || this.timeAt(0) < atMs - this.growth.heldMs || !this.growth.take(this.capacity)) return false;
    const [times, values] = [new Float64Array(this.capacity * 2), new Float64Array(this.capacity * 2)];
    for (let i = 0; i < this.count; i++) {
      times[i] = this.timeAt(i);
      values[i] = this.values[this.slot(i)] ?? Number.NaN;
    }
    this.times = times;
    this.values = values;
    this.start = 0;
    this.capacity *= 2;
    return true;
  }

  private at(index: number): { atMs: number; value: number | null } {
    const value = this.values[this.slot(index)] ?? Number.NaN;
    return { atMs: this.timeAt(index), value: Number.isNaN(value) ? null : value };
  }

  private slot(index: number): number {
    return (this.start + index) % this.capacity;
  }

  private timeAt(index: number): number {
    return this.times[this.slot(index)] ?? Number.NaN;
  }

  private move(from: number, to: number): void {
    this.times[this.slot(to)] = this.timeAt(from);
    this.values[this.slot(to)] = this.values[this.slot(from)] ?? Number.NaN;
  }
}
