import type { TrainerEvent } from '@shared/contract/trainer';
import { toScalarValue, type ScalarValue } from '@shared/model/curve';

const LINE_EVERY_MS = 100;
/** Keeps a line well under the protocol's limit. */
const BATCHES_A_LINE = 500;

/** float32 holds seven digits; more would only lengthen the line. */
export const toSignificant = (value: number): number => Number(value.toPrecision(7));

function named(values: Readonly<Record<string, number>>): Record<string, ScalarValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toScalarValue(toSignificant(value))]));
}

/** What a run ended with. */
export function resultEvent(values: Readonly<Record<string, number>>): TrainerEvent {
  return { t: 'result', values: named(values) };
}

/** Gathers the numbers of batches into at most ten lines a second within an epoch, and tells an epoch's own at its last batch. */
export class BatchReporter {
  private epoch = 0;
  private isFirst = false;
  private samples = 0;
  private windowStart = 0;
  private lastStep = 0;
  private step: number[] = [];
  private atMs: number[] = [];
  private columns: Record<string, ScalarValue[]> = {};

  /** @param now monotonic clock, ms */
  constructor(
    private readonly emit: (event: TrainerEvent) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Begins an epoch: the throughput of its first line does not count the time between epochs. */
  startEpoch(epoch: number): void {
    this.flush();
    this.epoch = epoch;
    this.isFirst = true;
    this.windowStart = this.now();
  }

  /** @param step 1-based from the start of the run; @param values the same names at each; @param samples rows of the batch */
  batch(step: number, values: Readonly<Record<string, number>>, samples: number): void {
    this.step.push(step);
    this.atMs.push(Date.now());
    for (const [name, value] of Object.entries(named(values))) (this.columns[name] ??= []).push(value);
    this.samples += samples;
    this.lastStep = step;
    if (this.now() - this.windowStart >= LINE_EVERY_MS || this.step.length >= BATCHES_A_LINE) this.flush();
  }

  flush(): void {
    const { step, atMs } = this;
    if (step.length === 0) return;
    const now = this.now();
    const elapsedMs = now - this.windowStart;
    const lastOnly = (value: ScalarValue | null): (ScalarValue | null)[] => step.map((_, i) => (i === step.length - 1 ? value : null));
    this.emit({
      t: 'scalars',
      step,
      atMs,
      values: {
        ...this.columns,
        ...(elapsedMs > 0 ? { 'train/samples_per_second': lastOnly(toSignificant((this.samples / elapsedMs) * 1000)) } : {}),
        // At its first batch: which epoch a step belongs to is told where that changes.
        ...(this.isFirst ? { epoch: step.map((_, i) => (i === 0 ? this.epoch : null)) } : {}),
      },
      progress: { epoch: this.epoch, step: this.lastStep },
    });
    [this.step, this.atMs, this.columns] = [[], [], {}];
    this.isFirst = false;
    this.samples = 0;
    this.windowStart = now;
  }

  /** Numbers of the whole epoch; they stand at its last batch. */
  endEpoch(values: Readonly<Record<string, number>>): void {
    this.flush();
    const columns = Object.entries(named(values)).map(([name, value]): [string, ScalarValue[]] => [name, [value]]);
    this.emit({
      t: 'scalars',
      step: [this.lastStep],
      atMs: [Date.now()],
      values: Object.fromEntries(columns),
      progress: { epoch: this.epoch, step: this.lastStep },
    });
  }
}
