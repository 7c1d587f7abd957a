import type { EarlyStopping } from '@shared/studio/model';
import type { Schedule, TrainingRecipe } from '@shared/studio/recipe';
import type { z } from 'zod';

/** Counts how long a loss has not become smaller. */
export interface PatienceState {
  readonly best: number | null;
  readonly without: number;
}

export class Patience {
  private best = Infinity;
  private without = 0;

  constructor(private readonly rule: z.infer<typeof EarlyStopping> | null) {}

  /** Whether it has not become smaller for long enough. */
  isOver(loss: number): boolean {
    if (this.rule === null) return false;
    if (loss < this.best - this.rule.minDelta) {
      this.best = loss;
      this.without = 0;
    } else this.without += 1;
    return this.without >= this.rule.patience;
  }

  /** Counts anew from here. */
  restart(): void {
    this.without = 0;
  }

  get state(): PatienceState {
    return { best: Number.isFinite(this.best) ? this.best : null, without: this.without };
  }

  set state({ best, without }: PatienceState) {
    this.best = best ?? Infinity;
    this.without = without;
  }
}

export interface RateState {
  readonly factor: number;
  readonly patience: PatienceState;
}

/** The learning rate of each step, by a recipe's schedule. */
export class LearningRate {
  /** Of the plateau rule: what the rate has been brought down to. */
  private factor = 1;
  private readonly patience: Patience;

  constructor(
    private readonly recipe: Pick<TrainingRecipe, 'learningRate' | 'schedule' | 'warmUp'>,
    private readonly stepsPerEpoch: number,
    private readonly epochs: number,
  ) {
    const { schedule } = recipe;
    this.patience = new Patience(schedule.type === 'plateau' ? { patience: schedule.patience, minDelta: 0 } : null);
  }

  /** @param step from 1 */
  at(step: number): number {
    const { learningRate, schedule, warmUp } = this.recipe;
    if (step <= warmUp) return (learningRate * step) / warmUp;
    return learningRate * this.share(schedule, step);
  }

  private share(schedule: Schedule, step: number): number {
    switch (schedule.type) {
      case 'constant':
        return 1;
      case 'step':
        return schedule.factor ** Math.floor((step - 1) / this.stepsPerEpoch / schedule.epochs);
      case 'cosine': {
        const warm = this.recipe.warmUp;
        const done = (step - warm - 1) / Math.max(1, this.stepsPerEpoch * this.epochs - warm);
        return schedule.floor + ((1 - schedule.floor) * (1 + Math.cos(Math.PI * done))) / 2;
      }
      case 'plateau':
        return this.factor;
    }
  }

  /** @param loss of the validation part */
  epochEnded(loss: number): void {
    const { schedule } = this.recipe;
    if (schedule.type !== 'plateau' || !this.patience.isOver(loss)) return;
    this.factor = Math.max(schedule.floor, this.factor * schedule.factor);
    this.patience.restart();
  }

  get state(): RateState {
    return { factor: this.factor, patience: this.patience.state };
  }

  set state({ factor, patience }: RateState) {
    this.factor = factor;
    this.patience.state = patience;
  }
}
