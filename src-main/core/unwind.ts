import type { CoreLog } from './options';

type Step = () => void | Promise<void>;

/** What one service has begun: how it ends what it does by itself, then how it releases what it holds. */
export interface Begun {
  readonly name: string;
  readonly ends: Step[];
  readonly stops: Step[];
}

/**
 * What the services have begun, in the order they started in. All are ended, the last one first, then all are stopped, the
 * last one first; each step once, one after another, and one that fails keeps none of the others from theirs.
 */
export class Unwind {
  private readonly begun: Begun[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly log: CoreLog) {}

  open(name: string): Begun {
    const begun: Begun = { name, ends: [], stops: [] };
    this.begun.push(begun);
    return begun;
  }

  /** Safe twice; both calls wait. Throws what failed, once all was tried. */
  run(): Promise<void> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const phase of ['ends', 'stops'] as const) {
      for (const begun of [...this.begun].reverse()) {
        for (let step = begun[phase].pop(); step !== undefined; step = begun[phase].pop()) {
          try {
            await step();
          } catch (error) {
            this.log('error', `${begun.name} could not be stopped: ${String(error)}`);
            failures.push(error);
          }
        }
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several services could not be stopped');
  }
}
