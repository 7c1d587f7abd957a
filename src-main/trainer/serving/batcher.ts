import { ServingError } from './serving-error';
import { sizeOf, type DenseTensor } from './tensors';

export interface BatcherOptions {
  /** Computes the outputs of some rows. Rows of one call are of one shape. */
  readonly run: (inputs: readonly DenseTensor[]) => readonly DenseTensor[];
  /** Rows that are computed together, at most. */
  readonly maxBatch: number;
  /** How long a request waits for others to be computed with, ms. 0 = as long as those that have come are read. */
  readonly maxDelayMs: number;
  /** Rows that wait at most. */
  readonly maxQueue: number;
  /** Told of each batch once it is computed: its rows. */
  readonly onBatch?: (rows: number) => void;
}

interface Waiting {
  readonly inputs: readonly DenseTensor[];
  readonly rows: number;
  /** Rows of these sizes can be computed together. */
  readonly shape: string;
  readonly resolve: (outputs: readonly DenseTensor[]) => void;
  readonly reject: (error: unknown) => void;
  /** Whoever asked is gone. */
  readonly isGone: () => boolean;
}

const rowsOf = (inputs: readonly DenseTensor[]): number => inputs[0]?.shape[0] ?? 0;

/**
 * Gathers requests that come together into one batch. While a batch is computed others wait, in order; beyond `maxQueue` rows
 * they are refused. A request with more rows than a batch is computed in parts, alone.
 */
export class Batcher {
  private waiting: Waiting[] = [];
  private rows = 0;
  private isScheduled = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: BatcherOptions) {}

  /** Rows that wait. */
  get queued(): number {
    return this.rows;
  }

  /** @returns the outputs of these rows @throws ServingError `Unavailable` when the queue is full, else what computing them throws */
  submit(inputs: readonly DenseTensor[], isGone: () => boolean = () => false): Promise<readonly DenseTensor[]> {
    const rows = rowsOf(inputs);
    const { maxQueue } = this.options;
    if (rows > maxQueue)
      throw new ServingError('ResourceExhausted', `The request has ${rows} rows, the queue takes ${maxQueue}: send fewer at a time`);
    if (this.rows + rows > maxQueue)
      throw new ServingError(
        'Unavailable',
        `The batch scheduling queue to which this task was submitted is full: ${this.rows} of ${maxQueue} rows wait`,
      );
    this.rows += rows;
    return new Promise((resolve, reject) => {
      const shape = inputs.map((tensor) => tensor.shape.slice(1).join('x')).join();
      this.waiting.push({ inputs, rows, shape, resolve, reject, isGone });
      this.schedule();
    });
  }

  private schedule(): void {
    const { maxDelayMs, maxBatch } = this.options;
    if (this.rows >= maxBatch && this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
      this.isScheduled = false;
    }
    if (this.isScheduled) return;
    this.isScheduled = true;
    if (maxDelayMs > 0 && this.rows < maxBatch)
      this.timer = setTimeout(() => {
        this.timer = null;
        this.next();
      }, maxDelayMs);
    // After what has arrived by now is read.
    else setImmediate(() => this.next());
  }

  private next(): void {
    this.isScheduled = false;
    const batch = this.take();
    if (batch.length > 0) this.compute(batch);
    if (this.waiting.length > 0) this.schedule();
  }

  /** The next requests that are computed together; those nobody waits for any more are dropped. */
  private take(): Waiting[] {
    const batch: Waiting[] = [];
    let rows = 0;
    let taken = 0;
    for (const each of this.waiting) {
      const isFirst = batch.length === 0;
      if (!each.isGone()) {
        if (!isFirst && (rows + each.rows > this.options.maxBatch || each.shape !== batch[0]?.shape)) break;
        batch.push(each);
        rows += each.rows;
      }
      this.rows -= each.rows;
      taken += 1;
    }
    this.waiting = this.waiting.slice(taken);
    return batch;
  }

  private compute(batch: readonly Waiting[]): void {
    const { maxBatch, run, onBatch } = this.options;
    try {
      const inputs = joined(batch.map((each) => each.inputs));
      const rows = rowsOf(inputs);
      const parts: (readonly DenseTensor[])[] = [];
      for (let from = 0; from < rows; from += maxBatch) {
        const part = rows <= maxBatch ? inputs : inputs.map((tensor) => rowsIn(tensor, from, Math.min(rows, from + maxBatch)));
        parts.push(run(part));
        onBatch?.(rowsOf(part));
      }
      const outputs = joined(parts);
      let from = 0;
      for (const { rows: own, resolve } of batch) {
        resolve(batch.length === 1 ? outputs : outputs.map((tensor) => rowsIn(tensor, from, from + own)));
        from += own;
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** Some rows of a tensor, as a view. */
export function rowsIn({ shape: [, ...row], values }: DenseTensor, from: number, to: number): DenseTensor {
  const size = sizeOf(row);
  return { shape: [to - from, ...row], values: values.subarray(from * size, to * size) };
}

/** Tensors of the same inputs, one under the other. */
export function joined(parts: readonly (readonly DenseTensor[])[]): readonly DenseTensor[] {
  const [first = []] = parts;
  if (parts.length === 1) return first;
  return first.map((tensor, i) => {
    const each = parts.flatMap((part) => part[i] ?? []);
    const [, ...row] = tensor.shape;
    const rows = each.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    const length = rows * sizeOf(row);
    const values = tensor.values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
    let at = 0;
    for (const part of each) {
      values.set(part.values, at);
      at += part.values.length;
    }
    return { shape: [rows, ...row], values };
  });
}
