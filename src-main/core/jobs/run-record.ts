import { stripVTControlCharacters } from 'node:util';
import type { Log } from '@shared/base/log';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import type { BatchColumns, EpochPoint, LogLine, Run, RunLabelsChange } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import type { Reading } from '@shared/model/series';
import type { RunAppend, RunTables } from '../store/records/runs/runs';
import { initialState, reduceRun, type RunEffect, type RunEvent, type RunState } from './state-machine';

/** Lines of free text and log kept of a run. */
export const LOG_LINES_KEPT = 200;
const LOG_TEXT_MAX = 2000;
const FLUSH_EVERY_MS = 250;
const RETRY_EVERY_MS = 5000;
/** Batches held back while the database cannot be written. */
const BATCHES_HELD = 100_000;

export interface RecordDeps {
  readonly writer: { readonly runs: Pick<RunTables, 'save'> };
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
  log: LogLine[];
}

const noPoints = (): Points => ({ batches: { step: [], epoch: [], atMs: [], loss: [], accuracy: [] }, epochs: [], log: [] });
const isEmpty = (points: Points): boolean => points.batches.step.length + points.epochs.length + points.log.length === 0;

function moveInto(points: Points, more: Points): void {
  const { batches } = points;
  for (const key of ['step', 'epoch', 'atMs'] as const) for (const value of more.batches[key]) batches[key].push(value);
  for (const key of ['loss', 'accuracy'] as const) for (const value of more.batches[key]) batches[key].push(value);
  const excess = batches.step.length - BATCHES_HELD;
  if (excess > 0) for (const column of Object.values(batches)) column.splice(0, excess);
  points.epochs.push(...more.epochs);
  points.log.push(...more.log);
  if (points.log.length > LOG_LINES_KEPT) points.log.splice(0, points.log.length - LOG_LINES_KEPT);
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
  private dropped = 0;
  private nextSeq = 1;
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

  /** Keeps a line of text; beyond 200 between two writes the oldest are dropped and counted. */
  log(source: LogLine['source'], text: string): void {
    const visible = stripVTControlCharacters(text.slice(text.lastIndexOf('\r') + 1, LOG_TEXT_MAX * 2)).replaceAll(/\p{Cc}/gu, ' ');
    const cut = visible.length > LOG_TEXT_MAX ? `${visible.slice(0, LOG_TEXT_MAX)}…` : visible;
    this.pending.log.push({ seq: this.nextSeq++, atMs: this.deps.now(), source, text: cut });
    // Trimmed in blocks, so that a flood does not shift the array at every line.
    if (this.pending.log.length >= 2 * LOG_LINES_KEPT) this.trimLog();
    this.flushSoon();
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
    const points = this.takePending();
    moveInto(this.unsaved, points);
    this.unsavedRow = true;
    this.save(isFinal(run.status));
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

  private takePending(): Points {
    this.trimLog();
    const points = this.pending;
    this.pending = noPoints();
    if (this.dropped > 0) {
      const first = points.log[0];
      if (first) points.log[0] = { ...first, source: 'core', text: `… ${this.dropped + 1} lines dropped` };
      this.dropped = 0;
    }
    return points;
  }

  private trimLog(): void {
    const excess = this.pending.log.length - LOG_LINES_KEPT;
    if (excess <= 0) return;
    this.pending.log.splice(0, excess);
    this.dropped += excess;
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
