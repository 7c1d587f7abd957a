import type { Log } from '@shared/base/log';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import { AppError } from '@shared/contract/errors';
import type { ScalarPoints } from '@shared/model/curve';
import type { Run, RunEnergy, RunLabelsChange } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import type { LogLine } from '@shared/model/run-log';
import { ENERGY_SCALAR } from '@shared/model/scalars';
import type { Reading } from '@shared/model/series';
import { message, type Message } from '@shared/text/message';
import type { RunAppend, RunTables } from '../store/records/runs/runs';
import type { RunLogs } from './log/run-logs';
import { PendingPoints } from './pending-points';
import { scalarReadings } from './scalar-readings';
import { initialState, reduceRun, withCurves, type RunEffect, type RunEvent, type RunState } from './state-machine';

const FLUSH_EVERY_MS = 250;
const RETRY_EVERY_MS = 5000;

export interface RecordDeps {
  readonly writer: { readonly runs: Pick<RunTables, 'save'> };
  readonly logs: Pick<RunLogs, 'append' | 'flush' | 'end'>;
  readonly log: Log;
  /** Leaves the values of secrets out of why a run failed. */
  readonly redact?: (message: Message) => Message;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** Tells of the run as it is now and of its new points, if any. */
  readonly publish: (run: Run, append: RunAppend | null) => void;
  /** The entry point of every other reading. */
  readonly append: (atMs: number, readings: readonly Reading[]) => void;
}

/**
 * One live run's record: applies events through the pure reducer, keeps the points, writes row and points in one
 * transaction at most four times a second (at once when the status changes), then publishes them.
 * While the database cannot be written it goes on, holds the points back within bounds and tries again.
 */
export class RunRecord {
  private state: RunState;
  private pending = new PendingPoints();
  /** Published but not stored yet. */
  private readonly unsaved = new PendingPoints();
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
    return this.unsaved.append();
  }

  /** True while something is not in the database. */
  get isUnsaved(): boolean {
    return this.unsavedRow || !this.unsaved.isEmpty;
  }

  /** @returns what the supervisor has to do */
  apply(event: RunEvent): RunEffect[] {
    const before = this.state.run;
    const { state, effects } = reduceRun(this.state, event, this.deps.now());
    this.state = this.withoutSecrets(state);
    const urgent = state.run.status !== before.status || state.run.interruptions !== before.interruptions;
    const todo: RunEffect[] = [];
    for (const effect of effects) {
      if (effect.t === 'points') this.pending.addAll(effect.points);
      else if (effect.t === 'log') this.log(effect.source, effect.text);
      else todo.push(effect);
    }
    if (urgent) this.flush();
    else if (state.run !== before || effects.length > 0) this.flushSoon();
    return todo;
  }

  /** A program's or a driver's words can quote what it was given, and the row reaches backups and pages. */
  private withoutSecrets(state: RunState): RunState {
    const { run } = state;
    if (!this.deps.redact || run.failure === null || run.failure === this.run.failure) return state;
    return { ...state, run: { ...run, failure: { ...run.failure, message: this.deps.redact(run.failure.message) } } };
  }

  /** Keeps a line of text. */
  log(source: LogLine['source'], text: string): void {
    this.deps.logs.append(this.run.id, source, text);
    // A line after the end: nothing else would close the file.
    if (isFinal(this.run.status)) this.deps.logs.end(this.run.id);
  }

  /** What was logged is to be kept, also when this process ends now. */
  flushLog(): void {
    this.deps.logs.flush(this.run.id);
  }

  /** Takes what the run drew so far, which is a curve of its own: others are read over it. */
  setEnergy(energy: RunEnergy): void {
    const { run } = this.state;
    this.state = { ...this.state, run: { ...run, energy } };
    const { value } = energy.itJ;
    const atMs = run.endedAtMs ?? this.deps.now();
    // A bill that is renewed long after the end tells nothing of how it came about.
    const wasFinal = run.energy?.final ?? false;
    if (run.startedAtMs !== null && !wasFinal && atMs >= run.startedAtMs) {
      if (run.energy === null) this.pending.add(ENERGY_SCALAR, 0, run.startedAtMs, 0);
      this.pending.add(ENERGY_SCALAR, run.progress.step, atMs, value ?? NaN);
    }
    this.flush();
  }

  /** Changes how it is to be started, or where it stands in the queue. */
  change({ launch, control }: Partial<Pick<Run, 'launch' | 'control'>>): void {
    const { run } = this.state;
    this.state = { ...this.state, run: { ...run, launch: launch ?? run.launch, control: control ?? run.control } };
    this.flush();
  }

  /**
   * Puts curves that were read anew in the place of all that there was of these names.
   * @param step how far the run is by them; null = they do not tell
   * @throws AppError `storage-…`: nothing is changed
   */
  replaceCurves(dropped: readonly string[], curves: readonly ScalarPoints[], step: number | null): void {
    this.flush();
    if (!this.save(true)) throw new AppError('storage-failed', message('message.mark.notStored'));
    const run = withCurves(this.state.run, dropped, curves, step);
    const append: RunAppend = { dropped, curves };
    this.deps.writer.runs.save(run, append);
    this.state = { ...this.state, run };
    this.deps.publish(run, append);
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
    const append = this.pending.append();
    this.pending = new PendingPoints();
    this.unsaved.addAll(append.curves ?? []);
    this.unsavedRow = true;
    this.save(isFinal(run.status));
    if (isFinal(run.status)) this.deps.logs.end(run.id);
    const isNews = (append.curves ?? []).length > 0;
    this.deps.publish(run, isNews ? append : null);
    for (const { atMs, readings } of scalarReadings(run, append.curves ?? [])) this.put(atMs, readings);
  }

  /** Tries to store what could not be stored. @returns whether all of it is stored now */
  save(now: boolean): boolean {
    if (!this.isUnsaved) return true;
    if (!now && performance.now() < this.retryAtMono) return false;
    const { run } = this.state;
    try {
      this.deps.writer.runs.save(run, this.unsaved.append());
    } catch (error) {
      if (this.retryAtMono === 0)
        this.deps.log('error', `Run ${run.id} goes on but cannot be stored: ${error instanceof Error ? error.message : String(error)}`);
      this.retryAtMono = performance.now() + RETRY_EVERY_MS;
      return false;
    }
    if (this.retryAtMono !== 0) this.deps.log('info', `Run ${run.id} is stored again`);
    this.retryAtMono = 0;
    this.unsaved.clear();
    this.unsavedRow = false;
    return true;
  }

  private flushSoon(): void {
    if (this.timer || isFinal(this.state.run.status)) return;
    const timer = setTimeout(() => this.flush(), FLUSH_EVERY_MS);
    this.timer = toDisposable(() => clearTimeout(timer));
  }

  private put(atMs: number, readings: readonly Reading[]): void {
    try {
      this.deps.append(atMs, readings);
    } catch (error) {
      this.deps.log('warn', `Readings of run ${this.run.id} were not taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
