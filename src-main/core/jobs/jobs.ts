import type { Log } from '@shared/base/log';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { ScalarPoints } from '@shared/model/curve';
import { checkParams, type ParamCheck, type ParamSpec, type ParamValues } from '@shared/model/param';
import type { Program } from '@shared/model/program';
import { recipes, type EngineId, type RecipeId } from '@shared/model/recipes';
import type { Run, RunEnergy, RunLabelsChange } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import type { Reading } from '@shared/model/series';
import { message, type Message } from '@shared/text/message';
import type { RunAppend } from '../store/records/runs/runs';
import type { StoreWriter } from '../store/types';
import type { RunLogs } from './log/run-logs';
import type { ProcessLauncher } from './launcher';
import { forgetProcess, noteProcess, wasBegun } from './process-file';
import { recoverRun } from './recovery';
import { artifactsFolder } from './run-folders';
import { createRunIds } from './run-id';
import { RunRecord, type RecordDeps } from './run-record';
import { programRun, recipeRun, startOf } from './run-start';
import { defaultTimings, supervise, type Supervised, type Supervision, type SupervisorTimings } from './supervisor';

export interface JobsOptions extends Partial<SupervisorTimings> {
  readonly writer: Pick<StoreWriter, 'runs' | 'curves'>;
  /** What the runs say, in files; closed by whoever made it. */
  readonly logs: RunLogs;
  readonly launcher: ProcessLauncher;
  /** Leaves the values of secrets out of why a run failed. Default: nothing is left out. */
  readonly redact?: (message: Message) => Message;
  /** The entry point of every reading; atMs is wall clock, whole ms. */
  readonly append: (atMs: number, readings: readonly Reading[]) => void;
  /** The folder with a folder for each run. */
  readonly runsDir: string;
  readonly datasetsDir: string;
  /** The folder with the helper for Python programs. */
  readonly pythonDir: string;
  readonly enginesDir: string;
  readonly log: Log;
  /** Wall clock, ms. */
  readonly now?: () => number;
  /** Runs at the same time; the others wait their turn. Default 1. */
  readonly maxRunning?: number;
}

export interface RunRequest {
  readonly recipe: RecipeId;
  readonly engine: EngineId;
  readonly params: ParamValues;
  readonly labels?: RunLabelsChange | undefined;
  /** The run that it is a part of. */
  readonly parent?: string | null | undefined;
}

export interface ProgramRequest {
  readonly program: Program;
  readonly labels?: RunLabelsChange | undefined;
}

/** The queue of runs and the record of all of them. */
export interface Jobs {
  /** @returns the id of the queued run @throws AppError 'invalid-input', 'storage-…'; 'conflict' once closing */
  start(request: RunRequest): string;
  /** Any program of this machine: for the person at this machine, not for pages. Returns and throws the same. */
  startProgram(request: ProgramRequest): string;
  /** Asks the run to stop; does nothing to a final one. @throws AppError 'not-found' */
  stop(runId: string): void;
  /** @throws AppError 'not-found', 'conflict' while it is not final, 'storage-…' */
  delete(runId: string): void;
  /** Those that wait or are under way, oldest first. */
  living(): Run[];
  /** How many wait and how many are under way. */
  counts(): { readonly queued: number; readonly running: number };
  get(runId: string): Run | null;
  /** The folder for what a run leaves, whether it is there or not. */
  artifactsOf(runId: string): string;
  /** The run if it is living or not stored yet; nothing is read for it. */
  held(runId: string): Run | null;
  /** Names a run, tags it, writes to it, also while it is under way. @throws AppError 'not-found' */
  label(runId: string, labels: RunLabelsChange): void;
  /** The first process of each run under way; undefined = its runtime does not tell it. */
  processes(): ReadonlyMap<string, number | undefined>;
  /** Points that were published although the database could not take them yet: the newest of the run's curves. */
  notStored(runId: string): readonly ScalarPoints[];
  onRun(listener: (run: Run) => void): Disposable;
  onDeleted(listener: (runId: string) => void): Disposable;
  /** What became of a run that was under way when its core was lost: it goes on here, or it is over. */
  onFound(listener: (run: Run) => void): Disposable;
  /** New points; `get` already gives the run they belong to. */
  onAppend(listener: (news: { runId: string; append: RunAppend }) => void): Disposable;
  /** Saves and publishes what the run drew. An unknown run is ignored: it was deleted meanwhile. */
  setEnergy(runId: string, energy: RunEnergy): void;
  /**
   * Finds out what became of the runs that a lost core left under way; until then they stand in the list as they were, and
   * nothing is started. To be called once, when all who want to hear of it listen.
   * @param resume go on with those whose program is to be found, and let those that waited wait for their turn here, before all
   *   others. False: a core after this one does that.
   */
  recover(resume: boolean): Promise<void>;
  /** Running runs are asked to stop, then killed; those that wait go on waiting, for the next start. Safe twice; both calls wait. */
  close(): Promise<void>;
}

const RETRY_EVERY_MS = 5000;
/** Blocks of curves packed in one go: about a millisecond each. */
const BLOCKS_AT_ONCE = 20;

/** Runs that a core before this one left waiting or under way are in the list, and are what {@link Jobs.recover} makes of them. */
export function createJobs(options: JobsOptions): Jobs {
  const { writer, log } = options;
  const now = (): number => Math.round((options.now ?? Date.now)());
  const timings: SupervisorTimings = { ...defaultTimings, ...definedTimings(options) };
  const maxRunning = options.maxRunning ?? 1;
  const nextId = createRunIds(now);
  const onListenerError = (error: unknown): void => log('error', `A listener of the runs failed: ${String(error)}`);
  const runChanged = new Emitter<Run>(onListenerError);
  const runDeleted = new Emitter<string>(onListenerError);
  const found = new Emitter<Run>(onListenerError);
  const appended = new Emitter<{ runId: string; append: RunAppend }>(onListenerError);

  /** Living runs, and ended ones that the database could not take yet. All others are in the database alone. */
  const runs = new Map<string, Run>(
    writer.runs
      .unfinished()
      .filter(({ status }) => !isFinal(status))
      .map((run) => [run.id, run]),
  );
  /** Of the same runs. */
  const records = new Map<string, RunRecord>();
  const running = new Map<string, Supervision>();
  const queue: string[] = [];
  /** Waiting since the core before, oldest first, until {@link Jobs.resume}. */
  let restored = [...runs.values()].filter((run) => !wasUnderWay(run)).map(({ id }) => id);
  /** Left under way by a core that was lost; what became of them is not known yet. */
  let lost = [...runs.values()].filter(wasUnderWay).map(({ id }) => id);
  let recovering: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  function wasUnderWay({ id, status }: Run): boolean {
    return status !== 'queued' || wasBegun(options.runsDir, id);
  }

  const deps: RecordDeps = {
    writer,
    logs: options.logs,
    log,
    now,
    redact: options.redact ?? ((message) => message),
    append: options.append,
    publish(run, append) {
      runs.set(run.id, run);
      // Points first: who begins to listen when it hears of the run finds them where they are kept and must not get them again.
      if (append) appended.emit({ runId: run.id, append });
      runChanged.emit(run);
    },
  };

  for (const run of runs.values()) records.set(run.id, new RunRecord(run, deps));

  const retry = setInterval(() => {
    for (const [id, record] of records) {
      if (record.save(false)) forgetWhenDone(id, record);
    }
    // What a crash or an older version left of runs that are over.
    for (let blocks = 0; blocks < BLOCKS_AT_ONCE && writer.curves.settleSome(); blocks++);
  }, RETRY_EVERY_MS);
  retry.unref();

  function forgetWhenDone(id: string, record: RunRecord): void {
    if (!isFinal(record.run.status) || record.isUnsaved) return;
    records.delete(id);
    runs.delete(id);
  }

  /** Of an ended run that is changed once more: nothing is held of it unless the database could not take it. */
  function keepUntilSaved(id: string, record: RunRecord): void {
    records.set(id, record);
    runs.set(id, record.run);
    forgetWhenDone(id, record);
  }

  function pump(): void {
    while (closing === null && lost.length === 0 && running.size < maxRunning) {
      const id = queue.shift();
      if (id === undefined) return;
      const record = records.get(id);
      if (record) launch(id, record);
    }
  }

  function launch(id: string, record: RunRecord): void {
    const start = startOf(record.run, options);
    if (!('begin' in start)) {
      record.apply({ t: 'launch-failed', message: start });
      forgetWhenDone(id, record);
      return;
    }
    const { spawned } = see(id, record, start);
    void spawned
      .then((pid) => (pid === null ? undefined : noteProcess(options.runsDir, id, pid)))
      .catch((error: unknown) => log('warn', `Run ${id} could not be found again after a crash: ${String(error)}`))
      .then(() => isFinal(record.run.status) && forgetProcess(options.runsDir, id));
  }

  /** Sees a process through to its end. */
  function see(id: string, record: RunRecord, supervised: Supervised): Supervision {
    const supervision = supervise(supervised, record, timings);
    running.set(id, supervision);
    void supervision.done.then(() => {
      running.delete(id);
      forgetProcess(options.runsDir, id);
      forgetWhenDone(id, record);
      if (supervised.away !== null) found.emit(record.run);
      pump();
    });
    return supervision;
  }

  async function recover(resume: boolean): Promise<void> {
    if (resume) queue.unshift(...restored.splice(0));
    const isClosing = (): boolean => closing !== null;
    await Promise.all(
      lost.map(async (id) => {
        const record = records.get(id);
        if (record === undefined) return;
        try {
          const seeIt = (supervised: Supervised): void => void see(id, record, supervised);
          const became = await recoverRun(record, { ...options, resume, now, isClosing, see: seeIt });
          if (became === 'adopted' || became === 'lost') found.emit(record.run);
        } catch (error) {
          log('error', `What became of run ${id} could not be found out: ${String(error)}`);
        }
        forgetWhenDone(id, record);
      }),
    );
    lost = [];
    pump();
  }

  const find = (runId: string): Run | null => runs.get(runId) ?? writer.runs.get(runId);

  function known(runId: string): Run {
    const run = find(runId);
    if (!run) throw new AppError('not-found', message('message.run.none', { run: runId }));
    return run;
  }

  function stop(runId: string): void {
    const run = known(runId);
    if (isFinal(run.status)) return;
    const supervision = running.get(runId);
    if (supervision) return supervision.stop();
    const place = queue.indexOf(runId);
    if (place >= 0) queue.splice(place, 1);
    restored = restored.filter((id) => id !== runId);
    const record = records.get(runId);
    record?.apply({ t: 'stop' });
    if (record) forgetWhenDone(runId, record);
  }

  /** Puts a new run into the queue. */
  function add(fresh: ReturnType<typeof recipeRun>): string {
    const run: Run = {
      id: nextId(),
      ...fresh,
      engineUsed: null,
      status: 'queued',
      createdAtMs: now(),
      startedAtMs: null,
      endedAtMs: null,
      interruptions: [],
      failure: null,
      plan: null,
      progress: { epoch: 0, step: 0 },
      result: null,
      energy: null,
      last: {},
      extremes: {},
      declared: {},
    };
    // Not through the record: a run that cannot be stored at its start is refused, not held back.
    writer.runs.save(run);
    records.set(run.id, new RunRecord(run, deps));
    deps.publish(run, null);
    queue.push(run.id);
    // The caller has the id before anything can happen to the run.
    queueMicrotask(pump);
    return run.id;
  }

  async function shutDown(): Promise<void> {
    await recovering;
    const ends = [...running.values()].map(({ done }) => done);
    for (const id of [...running.keys()]) stop(id);
    await Promise.all(ends);
    clearInterval(retry);
    for (const record of records.values()) {
      if (!record.save(true)) log('error', `The end of run ${record.run.id} could not be stored`);
    }
    for (const emitter of [runChanged, runDeleted, found, appended]) emitter.clear();
  }

  return {
    start({ recipe, engine, params, labels, parent = null }) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      const definition = recipes[recipe];
      if (!definition.engines.includes(engine)) throw new AppError('invalid-input', message('message.run.wrongEngine', { recipe, engine }));
      const checked = checkParams(definition.params, params);
      if (checked.values === null) throw refusedParam(definition.params, checked.refusals);
      if (parent !== null) known(parent);
      return add(recipeRun({ recipe, engine, labels }, checked.values, parent));
    },
    startProgram({ program, labels }) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      return add(programRun(program, labels));
    },
    stop,
    delete(runId) {
      if (!isFinal(known(runId).status)) throw new AppError('conflict', message('message.run.unfinished', { run: runId }));
      writer.runs.delete(runId);
      options.logs.delete(runId);
      runs.delete(runId);
      records.delete(runId);
      runDeleted.emit(runId);
    },
    recover: (resume) => (recovering ??= recover(resume)),
    living: () => [...runs.values()].filter(({ status }) => !isFinal(status)).sort(byAge),
    counts() {
      let queued = 0;
      let living = 0;
      for (const { status } of runs.values()) {
        if (isFinal(status)) continue;
        living += 1;
        if (status === 'queued') queued += 1;
      }
      return { queued, running: living - queued };
    },
    get: find,
    artifactsOf: (runId) => artifactsFolder(options.runsDir, runId),
    held: (runId) => runs.get(runId) ?? null,
    label(runId, labels) {
      const record = records.get(runId) ?? new RunRecord(known(runId), deps);
      record.label(labels);
      keepUntilSaved(runId, record);
    },
    processes: () => new Map([...running].map(([id, { pid }]) => [id, pid])),
    notStored: (runId) => records.get(runId)?.notStored.curves ?? [],
    onRun: (listener) => runChanged.on(listener),
    onDeleted: (listener) => runDeleted.on(listener),
    onFound: (listener) => found.on(listener),
    onAppend: (listener) => appended.on(listener),
    setEnergy(runId, energy) {
      const run = find(runId);
      if (!run) return;
      const record = records.get(runId) ?? new RunRecord(run, deps);
      record.setEnergy(energy);
      keepUntilSaved(runId, record);
    },
    close: () => (closing ??= shutDown()),
  };
}

/** Names the first parameter that is refused, and why. */
function refusedParam(specs: readonly ParamSpec[], refusals: ParamCheck['refusals']): AppError {
  const [name = '', why = ''] = Object.entries(refusals)[0] ?? [];
  const param = specs.find((spec) => spec.name === name)?.label ?? name;
  return new AppError('invalid-input', message('message.param.refused', { param, name, why }));
}

function byAge(a: Run, b: Run): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}

function definedTimings(options: Partial<SupervisorTimings>): Partial<SupervisorTimings> {
  const names = Object.keys(defaultTimings) as (keyof SupervisorTimings)[];
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}
