import type { Log } from '@shared/base/log';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import type { BatchColumns, EpochPoint, Run, RunLabelsChange } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import type { LogLine } from '@shared/model/run-log';
import type { Reading } from '@shared/model/series';
import type { RunAppend, RunTables } from '../store/records/runs/runs';
import type { RunLogs } from './log/run-logs';
import { initialState, reduceRun, type RunEffect, type RunEvent, type RunState } from './state-machine';

const FLUSH_EVERY_MS = 250;
const RETRY_EVERY_MS = 5000;
/** Batches held back while the database cannot be written. */
const BATCHES_HELD = 100_000;

export interface RecordDeps {
  readonly writer: { readonly runs: Pick<RunTables, 'save'> };
  readonly logs: Pick<RunLogs, 'append' | 'flush' | 'end'>;
  readonly log: Log;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** Tells of the run as it is now and of its new points, if any. */
  readonly publish: (run: Run, append: RunAppend | null) => void;
  /** The door of every other reading. */
  readonly append: (atMs: number, readings: readonly Reading[]) => void;
}

interface Points {
  batches: BatchColumns;
  epochs: EpochPoint[];
}

const noPoints = (): Points => ({ batches: { step: [], epoch: [], atMs: [], loss: [], accuracy: [] }, epochs: [] });
const isEmpty = (points: Points): boolean => points.batches.step.length + points.epochs.length === 0;

function moveInto(points: Points, more: Points): void {
  const { batches } = points;
  for (const key of ['step', 'epoch', 'atMs'] as const) for (const value of more.batches[key]) batches[key].push(value);
  for (const key of ['loss', 'accuracy'] as const) for (const value of more.batches[key]) batches[key].push(value);
  const excess = batches.step.length - BATCHES_HELD;
  if (excess > 0) for (const column of Object.values(batches)) column.splice(0, excess);
  points.epochs.push(...more.epochs);
}

/**
 * One live run's record: applies events through the pure reducer, keeps the points, writes row and points in one
 * transaction at most four times a second (at once at an epoch and when the status changes), then publishes them.
 * While the database cannot be written it goes on, holds the points back within bounds and tries again.
 */
export class RunRecord {
  private state: RunState;
  private pending = noPoints();
  /** Published but not stored yet. */
  private unsaved = noPoints();
  private unsavedRow = false;
  /** Monotonic; 0 = nothing is to be tried again. */
  private retryAtMono = 0;
  private timer: Disposable | null = null;

  constructor(
    run: Run,
    private readonly deps: RecordDeps,
  ) {
    this.state = initialState(run);
  }

  get run(): Run {
    return this.state.run;
  }

  /** Points that were published although the database could not take them yet. */
  get notStored(): RunAppend {
    return this.unsaved;
  }

  /** True while something is not in the database. */
  get isUnsaved(): boolean {
    return this.unsavedRow || !isEmpty(this.unsaved);
  }

  /** @returns what the supervisor has to do */
  apply(event: RunEvent): RunEffect[] {
    const before = this.state.run;
    const { state, effects } = reduceRun(this.state, event, this.deps.now());
    this.state = state;
    let urgent = state.run.status !== before.status;
    const todo: RunEffect[] = [];
    for (const effect of effects) {
      if (effect.t === 'batches') moveInto(this.pending, { ...noPoints(), batches: effect.batches });
      else if (effect.t === 'epoch') {
        this.pending.epochs.push(effect.epoch);
        urgent = true;
      } else if (effect.t === 'log') this.log(effect.source, effect.text);
      else todo.push(effect);
    }
    if (urgent) this.flush();
    else if (state.run !== before || effects.length > 0) this.flushSoon();
    return todo;
  }

  /** Keeps a line of text. */
  log(source: LogLine['source'], text: string): void {
    this.deps.logs.append(this.run.id, source, text);
    // Last words that come late: nothing else will let go of the file.
    if (isFinal(this.run.status)) this.deps.logs.end(this.run.id);
  }

  /** What was logged is to be kept, also when this process ends now. */
  flushLog(): void {
    this.deps.logs.flush(this.run.id);
  }

  setEnergy(energy: Run['energy']): void {
    this.state = { ...this.state, run: { ...this.state.run, energy } };
    this.flush();
  }

  label({ name, tags, notes }: RunLabelsChange): void {
    const { run } = this.state;
    this.state = {
      ...this.state,
      run: { ...run, name: name === undefined ? run.name : name, tags: tags ?? run.tags, notes: notes ?? run.notes },
    };
    this.flush();
  }

  /** Writes and publishes what is pending. Never throws. */
  flush(): void {
    this.timer?.dispose();
    this.timer = null;
    const { run } = this.state;
    const points = this.pending;
    this.pending = noPoints();
    moveInto(this.unsaved, points);
    this.unsavedRow = true;
    this.save(isFinal(run.status));
    if (isFinal(run.status)) this.deps.logs.end(run.id);
    this.deps.publish(run, isEmpty(points) ? null : points);
    this.appendReadings(points);
  }

  /** Tries to store what could not be stored. @returns whether all of it is stored now */
  save(now: boolean): boolean {
    if (!this.isUnsaved) return true;
    if (!now && performance.now() < this.retryAtMono) return false;
    const { run } = this.state;
    try {
      this.deps.writer.runs.save(run, this.unsaved);
    } catch (error) {
      if (this.retryAtMono === 0)
        this.deps.log('error', `Run ${run.id} goes on but cannot be stored: ${error instanceof Error ? error.message : String(error)}`);
      this.retryAtMono = performance.now() + RETRY_EVERY_MS;
      return false;
    }
    if (this.retryAtMono !== 0) this.deps.log('info', `Run ${run.id} is stored again`);
    this.retryAtMono = 0;
    this.unsaved = noPoints();
    this.unsavedRow = false;
    return true;
  }

  private flushSoon(): void {
    if (this.timer || isFinal(this.state.run.status)) return;
    const timer = setTimeout(() => this.flush(), FLUSH_EVERY_MS);
    this.timer = toDisposable(() => clearTimeout(timer));
  }

  private appendReadings({ batches, epochs }: Points): void {
    const { id, recipe, last } = this.state.run;
    const device = { device: `run/${id}`, label: `${recipe} ${id}`, provenance: 'measured' as const };
    const put = (atMs: number, readings: Reading[]): void => {
      try {
        this.deps.append(atMs, readings);
      } catch (error) {
        this.deps.log('warn', `Readings of run ${id} were not taken: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    const lastAtMs = batches.atMs.at(-1);
    if (lastAtMs !== undefined) {
      put(lastAtMs, [
        { ...device, metric: 'train.loss', value: batches.loss.at(-1) ?? null },
        { ...device, metric: 'train.accuracy', value: batches.accuracy.at(-1) ?? null },
        { ...device, metric: 'train.throughput', value: last.samplesPerSecond },
      ]);
    }
    for (const epoch of epochs) {
      put(epoch.atMs, [
        { ...device, metric: 'train.val_loss', value: epoch.valLoss },
        { ...device, metric: 'train.val_accuracy', value: epoch.valAccuracy },
      ]);
    }
  }
}
