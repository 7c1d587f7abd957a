import { randomUUID } from 'node:crypto';
import { AppError, isAppError } from '@shared/contract/errors';
import type { DataJob, DataProgress } from '@shared/model/dataset-import';
import { message, messageOf } from '@shared/text/message';

/** Ended jobs that stay on the list. */
const KEPT = 20;
/** How often progress is told, ms. */
const TELL_EVERY_MS = 200;

export interface JobContext {
  readonly signal: AbortSignal;
  /** Throws AppError `cancelled` once it was stopped. */
  check(): void;
  progress(now: DataProgress): void;
}

type Work = (context: JobContext) => Promise<NonNullable<DataJob['result']>>;

/** Work on data sets, one after another: two at once would take the core's time from its metering. */
export class DataJobs {
  private jobs: readonly DataJob[] = [];
  private readonly aborts = new Map<string, AbortController>();
  private last: Promise<unknown> = Promise.resolve();
  private toldAtMs = -Infinity;

  /** @param onChange told of every change; of progress only now and then */
  constructor(private readonly onChange: () => void) {}

  /** Newest first. */
  get list(): readonly DataJob[] {
    return this.jobs;
  }

  /** Queues the work. @returns its id */
  start(kind: DataJob['kind'], name: string, work: Work): string {
    const id = randomUUID();
    const abort = new AbortController();
    this.aborts.set(id, abort);
    const job: DataJob = { id, kind, name, stage: 'waiting', progress: null, result: null, error: null };
    this.jobs = [job, ...this.jobs].slice(0, Math.max(KEPT, this.aborts.size));
    this.onChange();
    this.last = this.last.then(() => this.run(id, abort.signal, work));
    return id;
  }

  /** Asks it to end; what it was making goes. */
  stop(id: string): void {
    this.aborts.get(id)?.abort();
  }

  /** One that has not ended stays. */
  forget(id: string): void {
    if (this.aborts.has(id)) return;
    this.jobs = this.jobs.filter((job) => job.id !== id);
    this.onChange();
  }

  /** Ends all and waits until they have. */
  async close(): Promise<void> {
    for (const abort of this.aborts.values()) abort.abort();
    await this.last;
  }

  private async run(id: string, signal: AbortSignal, work: Work): Promise<void> {
    const check = (): void => {
      if (signal.aborted) throw new AppError('cancelled', message('message.core.cancelled', { name: 'data' }));
    };
    try {
      check();
      this.change(id, { stage: 'running' });
      const progress = (now: DataProgress): void => {
        const atMs = performance.now();
        if (atMs - this.toldAtMs < TELL_EVERY_MS) return;
        this.toldAtMs = atMs;
        this.change(id, { progress: now });
      };
      const result = await work({ signal, check, progress });
      this.change(id, { stage: 'done', result, progress: null });
    } catch (error) {
      const told = isAppError(error)
        ? { code: error.code, message: error.localized }
        : ({ code: 'internal', message: messageOf(error) } as const);
      this.change(id, signal.aborted ? { stage: 'stopped', progress: null } : { stage: 'failed', error: told, progress: null });
    } finally {
      this.aborts.delete(id);
    }
  }

  private change(id: string, patch: Partial<DataJob>): void {
    this.jobs = this.jobs.map((job) => (job.id === id ? { ...job, ...patch } : job));
    this.onChange();
  }
}
