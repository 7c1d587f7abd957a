/** What a count of steps goes by. */
interface Count {
  epoch: number | null;
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
      this.counts.set(key, { epoch, base: 0, last: step, total });
      return step;
    }
    const nextEpoch = epoch !== null && count.epoch !== null && epoch > count.epoch;
    const beginsAnew = nextEpoch ? kind === 'within' || step <= count.last : isRestart(kind, step, count.last);
    if (beginsAnew) {
      count.base += count.total ?? count.last;
      count.last = step;
    }
    count.last = Math.max(count.last, step);
    count.epoch = epoch ?? count.epoch;
    count.total = total ?? (beginsAnew ? null : count.total);
    return count.base + step;
  }

  /** All counters begin their next epoch, whatever their lines tell: a heading said so. */
  nextEpoch(): void {
    for (const count of this.counts.values()) {
      count.base += count.total ?? count.last;
      count.last = 0;
      count.epoch = null;
    }
  }
}

/** A bar that went back has begun anew. Lines of several writers overtake each other by little: only a counter far behind has. */
function isRestart(kind: StepKind, step: number, last: number): boolean {
  return kind === 'within' ? step < last : step <= last / 2;
}
