import type { TrainerEvent } from '@shared/contract/trainer';

const LINE_EVERY_MS = 100;
/** Keeps a line well under the protocol's limit. */
const BATCHES_A_LINE = 500;

/** float32 holds seven digits; more would only lengthen the line. */
export const short = (value: number): number => Number(value.toPrecision(7));

/** Gathers batches into at most ten lines a second within an epoch. */
export class BatchReporter {
  private epoch = 0;
  private samples = 0;
  private windowStart = 0;
  private columns = { step: [] as number[], atMs: [] as number[], loss: [] as number[], accuracy: [] as number[] };

  /** @param now monotonic clock, ms */
  constructor(
    private readonly emit: (event: TrainerEvent) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Begins an epoch: the throughput of its first line does not count the time between epochs. */
  startEpoch(epoch: number): void {
    this.flush();
    this.epoch = epoch;
    this.windowStart = this.now();
  }

  /** @param step 1-based from the start of the run; @param samples rows of the batch */
  batch(step: number, loss: number, accuracy: number, samples: number): void {
    this.columns.step.push(step);
    this.columns.atMs.push(Date.now());
    this.columns.loss.push(short(loss));
    this.columns.accuracy.push(short(accuracy));
    this.samples += samples;
    if (this.now() - this.windowStart >= LINE_EVERY_MS || this.columns.step.length >= BATCHES_A_LINE) this.flush();
  }

  flush(): void {
    if (this.columns.step.length === 0) return;
    const now = this.now();
    const elapsedMs = now - this.windowStart;
    this.emit({
      t: 'batch',
      epoch: this.epoch,
      ...this.columns,
      samplesPerSecond: elapsedMs > 0 ? short((this.samples / elapsedMs) * 1000) : null,
    });
    this.columns = { step: [], atMs: [], loss: [], accuracy: [] };
    this.samples = 0;
    this.windowStart = now;
  }
}
