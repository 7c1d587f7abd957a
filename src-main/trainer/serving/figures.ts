import type { TrainerEvent } from '@shared/contract/trainer';
import type { KnownScalar } from '@shared/model/scalars';
import { resultEvent, toSignificant } from '../reporter';
import { Latencies } from './latencies';

/** How far apart the points of the curves are, ms. */
export const FIGURES_EVERY_MS = 1_000;

type Values = Partial<Record<KnownScalar, number>>;

/** The scalars that a serving run tells each second, and those it ends with. */
export const servingScalars = {
  second: [
    'serve/requests_per_second',
    'serve/predictions_per_second',
    'serve/latency_p50',
    'serve/latency_p95',
    'serve/latency_p99',
    'serve/queue',
    'serve/batch',
    'serve/errors_per_second',
  ],
  result: [
    'serve/requests',
    'serve/predictions',
    'serve/errors',
    'serve/latency_p50',
    'serve/latency_p95',
    'serve/latency_p99',
    'serve/batch',
  ],
} as const satisfies Record<string, readonly KnownScalar[]>;

const shares = [
  ['serve/latency_p50', 0.5],
  ['serve/latency_p95', 0.95],
  ['serve/latency_p99', 0.99],
] as const;

/** None where nothing was predicted. */
function percentiles(latencies: Latencies): Values {
  const told = shares.map(([name, share]) => [name, latencies.percentile(share)] as const);
  return Object.fromEntries(told.filter(([, value]) => value !== null)) as Values;
}

/** Counts what is asked and answered. The step of its curves is the number of predictions made so far. */
export class ServingFigures {
  private readonly ofSecond = new Latencies();
  private readonly ofAll = new Latencies();
  private second = { requests: 0, predictions: 0, errors: 0, batches: 0, rows: 0, queue: 0 };
  private all = { requests: 0, predictions: 0, errors: 0, batches: 0, rows: 0 };
  private sinceMs: number;
  private wasIdle = true;

  /** @param now monotonic clock, ms */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.sinceMs = now();
  }

  /** @param ms from the request's last byte to its answer */
  answered({ status, predictions, ms }: { readonly status: number; readonly predictions: number; readonly ms: number }): void {
    for (const count of [this.second, this.all]) {
      count.requests += 1;
      count.predictions += predictions;
      if (status >= 400) count.errors += 1;
    }
    // How long a refusal or a status takes says nothing of a prediction.
    if (predictions === 0) return;
    this.ofSecond.add(ms);
    this.ofAll.add(ms);
  }

  batch(rows: number): void {
    for (const count of [this.second, this.all]) {
      count.batches += 1;
      count.rows += rows;
    }
  }

  /** @param rows that wait now */
  queued(rows: number): void {
    this.second.queue = Math.max(this.second.queue, rows);
  }

  /** The figures of the time since the last call; null while nothing is asked, after one line of zeros. */
  take(): TrainerEvent | null {
    const nowMs = this.now();
    const seconds = (nowMs - this.sinceMs) / 1000;
    const { requests, predictions, errors, batches, rows, queue } = this.second;
    const isIdle = requests === 0;
    const isSaid = (isIdle && this.wasIdle) || seconds <= 0;
    const values: Values = {
      'serve/requests_per_second': requests / seconds,
      'serve/predictions_per_second': predictions / seconds,
      'serve/errors_per_second': errors / seconds,
      'serve/queue': queue,
      ...percentiles(this.ofSecond),
      ...(batches > 0 ? { 'serve/batch': rows / batches } : {}),
    };
    this.sinceMs = nowMs;
    this.second = { requests: 0, predictions: 0, errors: 0, batches: 0, rows: 0, queue: 0 };
    this.ofSecond.clear();
    this.wasIdle = isIdle;
    if (isSaid) return null;
    const step = this.all.predictions;
    return {
      t: 'scalars',
      step: [step],
      atMs: [Date.now()],
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [toSignificant(value)]])),
      progress: { epoch: 0, step },
    };
  }

  /** What the run ends with. */
  result(): TrainerEvent {
    const { requests, predictions, errors, batches, rows } = this.all;
    return resultEvent({
      'serve/requests': requests,
      'serve/predictions': predictions,
      'serve/errors': errors,
      ...percentiles(this.ofAll),
      ...(batches > 0 ? { 'serve/batch': rows / batches } : {}),
    });
  }
}
