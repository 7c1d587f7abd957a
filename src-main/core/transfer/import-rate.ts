/** Over how long the rate is taken, ms. */
const OVER_MS = 3_000;

/** How many samples a second an import takes, of the last seconds. */
export class ImportRate {
  private readonly marks: { readonly atMs: number; readonly samples: number }[] = [];

  /** @param nowMs of a clock that only goes forward. @returns null at first */
  at(samples: number, nowMs = performance.now()): number | null {
    this.marks.push({ atMs: nowMs, samples });
    while (this.marks.length > 2 && nowMs - (this.marks[1]?.atMs ?? nowMs) >= OVER_MS) this.marks.shift();
    const [first] = this.marks;
    const spanMs = nowMs - (first?.atMs ?? nowMs);
    return first === undefined || spanMs <= 0 ? null : ((samples - first.samples) / spanMs) * 1000;
  }
}
