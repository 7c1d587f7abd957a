/** What a count of steps goes by. */
interface Count {
  epoch: number | null;
  /** A heading told of another epoch since the last step: it may begin anew. */
  isNextEpoch: boolean;
  /** Steps of the epochs before. */
  base: number;
  last: number;
  total: number | null;
}

/** How a counter is meant: `within` begins anew in each epoch, as bars do; `global` counts on, unless it turns out to begin anew. */
export type StepKind = 'within' | 'global';

/** Steps since the program began, from counters that begin anew in each epoch or stage. */
export class StepClock {
  private readonly counts = new Map<string, Count>();

  /**
   * @param key which counter it is: its label
   * @param epoch that the same line tells, if it does
   * @param total of this epoch, if it is known
   */
  at(key: string, kind: StepKind, step: number, epoch: number | null, total: number | null): number {
    const count = this.counts.get(key);
    if (count === undefined) {
      this.counts.set(key, { epoch, isNextEpoch: false, base: 0, last: step, total });
      return step;
    }
    const nextEpoch = count.isNextEpoch || (epoch !== null && count.epoch !== null && epoch > count.epoch);
    count.isNextEpoch = false;
    const beginsAnew = nextEpoch ? kind === 'within' || step <= count.last : isRestart(kind, step, count.last);
    if (beginsAnew) {
      // A counter that begins at 0 has counted one more than its last number says; a bar's number is how many are done.
      count.base += count.total ?? count.last + (kind === 'global' && step === 0 ? 1 : 0);
      count.last = step;
    }
    count.last = Math.max(count.last, step);
    count.epoch = epoch ?? count.epoch;
    count.total = total ?? (beginsAnew ? null : count.total);
    return count.base + step;
  }

  /** A heading told of another epoch: bars begin anew, and other counters may. */
  nextEpoch(): void {
    for (const count of this.counts.values()) count.isNextEpoch = true;
  }
}

/** A bar that went back has begun anew. Lines of several writers overtake each other by little: only a counter far behind has. */
function isRestart(kind: StepKind, step: number, last: number): boolean {
  return kind === 'within' ? step < last : step <= last / 2;
}
