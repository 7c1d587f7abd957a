import { StepClock } from './step-clock';

/** Names that are remembered: a program that invents more has lost count of its own. */
export const NAMES_MAX = 1000;

interface Bar {
  readonly key: string;
  readonly total: number | null;
  /** Steps done since the program began. */
  step: number;
}

/** How far a program is, as its bars and headings tell: lines that tell no step of their own lie there. */
export class Position {
  readonly clock = new StepClock();
  /** As written. */
  epoch: number | null = null;
  epochs: number | null = null;
  /** The newest step that a line counted; null = none has. */
  counted: number | null = null;
  /** The counted step at which a number without one came last, by its name. */
  private readonly placed = new Map<string, number>();
  private main: Bar | null = null;

  /** The first bar that shows is the training's; those of an evaluation come later, and have another total. */
  bar(key: string, total: number | null, step: number): void {
    if (this.main === null) this.main = { key, step, total };
    else if (this.main.key === key && this.main.total === total) this.main.step = step;
  }

  /** @returns null = no bar has shown */
  get barStep(): number | null {
    return this.main?.step ?? null;
  }

  /**
   * Where the number `name` lies of a line that tells an epoch at most. Where steps are counted beside it, the epoch's number would
   * misplace it among them: it lies at the newest step. A bar that is not beyond the epoch counts epochs itself.
   * @returns null = nowhere known: the steps of other lines have stood still since it came last, so they do not count it
   */
  placeOf(name: string, epoch: number | null): number | null {
    if (this.counted !== null) {
      if (epoch !== null) return this.counted;
      if (this.placed.get(name) === this.counted) return null;
      if (this.placed.has(name) || this.placed.size < NAMES_MAX) this.placed.set(name, this.counted);
      return this.counted;
    }
    const bar = this.barStep;
    return bar !== null && bar > (epoch ?? -1) ? bar : (epoch ?? this.epoch);
  }

  /** A heading such as "Epoch 3/10". */
  heading(epoch: number, epochs: number | null): void {
    if (this.epoch !== null && epoch !== this.epoch) this.clock.nextEpoch();
    this.epoch = epoch;
    this.epochs = epochs ?? this.epochs;
  }
}
