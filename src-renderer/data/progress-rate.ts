/** How much time a rate is taken over, ms: long enough to be calm, short enough to follow a disk that slows down. */
const WINDOW_MS = 10_000;

interface Reading {
  readonly atMs: number;
  readonly done: number;
}

/** How fast something gets on, over the last seconds. `atMs` is of a clock that nobody sets. */
export class ProgressRate {
  private readings: readonly Reading[] = [];

  /** What is done so far. Less than before: it began anew, and so does the rate. */
  note(done: number, atMs: number): void {
    const last = this.readings.at(-1);
    const kept = last !== undefined && done < last.done ? [] : this.readings.filter((reading) => atMs - reading.atMs <= WINDOW_MS);
    // The moment at which it came so far is when it was first told of.
    this.readings = last?.done === done && kept.length > 0 ? kept : [...kept, { atMs, done }];
  }

  /** In a second; null while too little is known. */
  perS(atMs: number): number | null {
    const first = this.readings.find((reading) => atMs - reading.atMs <= WINDOW_MS);
    const last = this.readings.at(-1);
    if (first === undefined || last === undefined || last.done <= first.done || last.atMs <= first.atMs) return null;
    return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
  }

  /** Until `total` is done at this rate, ms; null while the rate is not known. */
  remainingMs(total: number, atMs: number): number | null {
    const perS = this.perS(atMs);
    const last = this.readings.at(-1);
    return perS === null || last === undefined ? null : (Math.max(0, total - last.done) * 1000) / perS;
  }
}
