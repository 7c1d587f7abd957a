import { AppError } from '@shared/contract/errors';
import type { Run } from '@shared/model/run';
import { english, message, type KeyedMessage } from '@shared/text/message';
import { placeBefore, planQueue, type QueueView } from './run-queue';
import type { RunRecord } from './run-record';

export interface WaitingOptions extends Pick<QueueView, 'slots' | 'find' | 'isPresent'> {
  readonly recordOf: (runId: string) => RunRecord | undefined;
  /** Those that have begun, or are about to. */
  readonly busy: () => readonly Run[];
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Whether any run may begin now. */
  readonly isOpen: () => boolean;
  readonly begin: (record: RunRecord) => void;
  readonly refuse: (record: RunRecord, why: KeyedMessage) => void;
}

/** A GPU that was away is looked for again. */
const LOOK_EVERY_MS = 5_000;

/** The runs that wait, and the one place that lets them begin. */
export class WaitingRuns {
  private readonly ids = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: WaitingOptions) {}

  add(runId: string): void {
    this.ids.add(runId);
  }

  has(runId: string): boolean {
    return this.ids.has(runId);
  }

  /** It is over before it began. */
  delete(runId: string): void {
    this.ids.delete(runId);
  }

  get runs(): Run[] {
    return this.records().map(({ run }) => run);
  }

  /** Lets those begin that can, and says of all others what they wait for. @param urgent begins before its turn and its time */
  pump(urgent?: string): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { options, ids } = this;
    if (!options.isOpen() || ids.size === 0) return;
    const { start, refused, waits, lookAtMs } = planQueue({
      waiting: this.runs,
      busy: options.busy(),
      slots: options.slots,
      nowMs: options.now(),
      urgent: new Set(urgent === undefined ? [] : [urgent]),
      find: options.find,
      isPresent: options.isPresent,
    });
    for (const { run } of this.records()) this.tell(run.id, waits.get(run.id) ?? null);
    for (const id of [...refused.keys(), ...start]) ids.delete(id);
    for (const [id, why] of refused) this.with(id, (record) => options.refuse(record, why));
    for (const id of start) this.with(id, options.begin);
    // Others may have waited for one of these.
    if (refused.size > 0) return this.pump();
    if (ids.size > 0) this.lookLater(lookAtMs);
  }

  /**
   * Puts a run right before another of those that wait, or last; it takes over the priority that has its new place.
   * @throws AppError 'conflict' where one of them does not wait
   */
  move(runId: string, before: string | null): void {
    for (const id of [runId, before])
      if (id !== null && !this.ids.has(id)) throw new AppError('conflict', message('message.queue.notWaiting', { run: id }));
    const place = placeBefore(this.runs, runId, before);
    if (place === null) return;
    this.with(runId, (record) =>
      record.change({ launch: { ...record.run.launch, priority: place.priority }, control: { ...record.run.control, order: place.order } }),
    );
    this.pump();
  }

  /** @throws AppError 'conflict' where it does not wait */
  setPriority(runId: string, priority: number): void {
    if (!this.ids.has(runId)) throw new AppError('conflict', message('message.queue.notWaiting', { run: runId }));
    this.with(runId, (record) =>
      record.change({ launch: { ...record.run.launch, priority }, control: { ...record.run.control, order: null } }),
    );
    this.pump();
  }

  /** @throws AppError 'conflict' where it does not wait, or for what has to happen before it can begin */
  startNow(runId: string): void {
    const record = this.ids.has(runId) ? this.options.recordOf(runId) : undefined;
    if (record === undefined) throw new AppError('conflict', message('message.queue.notWaiting', { run: runId }));
    this.pump(runId);
    if (this.ids.has(runId)) throw new AppError('conflict', record.run.control.wait ?? message('message.queue.closed'));
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private tell(runId: string, wait: KeyedMessage | null): void {
    this.with(runId, (record) => {
      const { control } = record.run;
      const before = control.wait === null ? null : english(control.wait);
      if (before !== (wait === null ? null : english(wait))) record.change({ control: { ...control, wait } });
    });
  }

  private lookLater(atMs: number | null): void {
    const afterMs = Math.min(LOOK_EVERY_MS, atMs === null ? Infinity : Math.max(0, atMs - this.options.now()));
    this.timer = setTimeout(() => this.pump(), afterMs);
    this.timer.unref();
  }

  private records(): RunRecord[] {
    return [...this.ids].flatMap((id) => this.options.recordOf(id) ?? []);
  }

  private with(runId: string, act: (record: RunRecord) => void): void {
    const record = this.options.recordOf(runId);
    if (record) act(record);
  }
}
