import { rmSync } from 'node:fs';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import { freshControl, isPaused, plainLaunch, withPause } from '@shared/model/launch';
import { PROGRAM_KIND, programOf } from '@shared/model/program';
import type { Run } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import { english, message, messageOf, type Message } from '@shared/text/message';
import type { RunAppend } from '../store/records/runs/runs';
import type { Jobs, JobsOptions } from './jobs-api';
import { forgetProcess, noteIdentity, noteProcess, wasBegun } from './process-file';
import { askedRecipe, hasCheckpoint, keepRecipe, keptRecipe, takeCheckpoint } from './kept-recipe';
import { recoverRun } from './recovery';
import { artifactsFolder, runFolder } from './run-folders';
import { createRunIds } from './run-id';
import { remarkRun } from './marks/remark';
import { RunRecord, type RecordDeps } from './run-record';
import { adoptedRun, programRun, recipeRun, startedProgram, startOf, watchOf, type NewRun, type Prepared } from './run-start';
import { supervise, timingsOf, type Supervised, type Supervision } from './supervisor';
import { follow, goesOn, nextAttempt } from './run-retry';
import { keptTextLogs } from './text-logs/text-log-list';
import { WaitingRuns } from './waiting-runs';

const RETRY_EVERY_MS = 5000;
/** Blocks of curves packed in one go: about a millisecond each. */
const BLOCKS_AT_ONCE = 20;

/** Runs that a core before this one left waiting or under way are in the list, and are what {@link Jobs.recover} makes of them. */
export function createJobs(options: JobsOptions): Jobs {
  const { writer, log } = options;
  const now = (): number => Math.round((options.now ?? Date.now)());
  const timings = timingsOf(options);
  const nextId = createRunIds(now);
  const onListenerError = (error: unknown): void => log('error', `A listener of the runs failed: ${String(error)}`);
  const runChanged = new Emitter<Run>(onListenerError);
  const runDeleted = new Emitter<string>(onListenerError);
  const found = new Emitter<Run>(onListenerError);
  const retried = new Emitter<{ failed: Run; next: Run }>(onListenerError);
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
  /** About to begin. */
  const preparing = new Set<string>();
  const waiting = new WaitingRuns({
    recordOf: (id) => records.get(id),
    // What was started elsewhere takes no place that is given here.
    busy: () =>
      [...preparing, ...running.keys()].flatMap((id) => records.get(id)?.run ?? []).filter(({ control }) => control.adopted === null),
    slots: options.maxRunning ?? 1,
    now,
    find: (id) => find(id),
    isPresent: options.isPresent ?? (() => true),
    isOpen: () => options.hold !== true && closing === null && lost.length === 0,
    begin: (record) => void launch(record.run.id, record),
    refuse: (record, why) => refuse(record, why),
  });
  /** Waiting since the core before, oldest first, until {@link Jobs.resume}. */
  let restored = [...runs.values()].filter((run) => !wasUnderWay(run)).map(({ id }) => id);
  /** Left under way by a core that was lost; what became of them is not known yet. */
  let lost = [...runs.values()].filter(wasUnderWay).map(({ id }) => id);
  let recovering: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  function wasUnderWay({ id, status, control }: Run): boolean {
    return control.adopted !== null || status !== 'queued' || wasBegun(options.runsDir, id);
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

  const storing = setInterval(() => {
    for (const [id, record] of records) {
      if (record.save(false)) forgetWhenDone(id, record);
    }
    // What a crash or an older version left of runs that are over.
    for (let blocks = 0; blocks < BLOCKS_AT_ONCE && writer.curves.settleSome(); blocks++);
  }, RETRY_EVERY_MS);
  storing.unref();

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

  function refuse(record: RunRecord, why: Message): void {
    record.apply({ t: 'launch-failed', message: why });
    forgetWhenDone(record.run.id, record);
  }

  /** The next attempt of one that failed and is to be tried again. @param isHere else a core after this one begins it */
  function retry(failed: Run, isHere = true): void {
    const { runsDir } = options;
    const resumes = hasCheckpoint(runsDir, failed.id) ? (keptRecipe(runsDir, failed.id)?.checkpoint.resumes ?? 0) : 0;
    const next = nextAttempt(failed, now(), resumes);
    if (next === null || closing !== null) return;
    try {
      const id = add(next, { isHere, prepare: failed.kind === PROGRAM_KIND ? undefined : (to) => takeCheckpoint(runsDir, failed.id, to) });
      for (const record of records.values()) follow(record, failed.id, id);
      retried.emit({ failed, next: known(id) });
    } catch (error) {
      log('error', `Run ${failed.id} is not tried again: ${english(messageOf(error))}`);
    }
  }

  async function launch(id: string, record: RunRecord): Promise<void> {
    preparing.add(id);
    try {
      const prepared = options.prepare?.(record.run) ?? {};
      begin(id, record, prepared instanceof Promise ? await prepared : prepared);
    } catch (error) {
      // As all ends, what it needs may have ended before it: it waits on, for the next start.
      if (closing === null) refuse(record, options.redact?.(messageOf(error)) ?? messageOf(error));
    }
    preparing.delete(id);
    if (!running.has(id)) waiting.pump();
  }

  function begin(id: string, record: RunRecord, prepared: Prepared): void {
    // It was stopped, or all ends, while it was prepared.
    if (isFinal(record.run.status) || closing !== null) return;
    const start = startOf(record.run, options, prepared);
    if (!('begin' in start)) return refuse(record, start);
    const program = startedProgram(record.run, options, prepared);
    if (program !== null) options.snapshots?.begin(id, program);
    const { spawned } = see(id, record, start);
    void spawned
      .then((pid) => (pid === null ? undefined : noteProcess(options.runsDir, id, pid)))
      .catch((error: unknown) => log('warn', `Run ${id} could not be found again after a crash: ${String(error)}`))
      .then(() => isFinal(record.run.status) && forgetProcess(options.runsDir, id));
  }

  /** Sees a process through to its end. */
  function see(id: string, record: RunRecord, supervised: Supervised): Supervision {
    const program = supervised.trainer === null ? programOf(record.run.params) : null;
    const rules = program === null ? [] : (options.rulesOf?.(program) ?? []);
    const supervision = supervise({ ...supervised, rules }, record, timings);
    running.set(id, supervision);
    void supervision.done.then(() => {
      running.delete(id);
      forgetProcess(options.runsDir, id);
      forgetWhenDone(id, record);
      if (supervised.away !== null) found.emit(record.run);
      retry(record.run);
      waiting.pump();
    });
    return supervision;
  }

  async function recover(resume: boolean): Promise<void> {
    if (resume) restored.splice(0).forEach((id) => waiting.add(id));
    const isClosing = (): boolean => closing !== null;
    await Promise.all(
      lost.map(async (id) => {
        const record = records.get(id);
        if (record === undefined) return;
        try {
          const seeIt = (supervised: Supervised): void => void see(id, record, supervised);
          const became = await recoverRun(record, { ...options, resume, now, isClosing, see: seeIt });
          if (became === 'adopted' || became === 'lost') found.emit(record.run);
          if (became === 'lost') retry(record.run, resume);
        } catch (error) {
          log('error', `What became of run ${id} could not be found out: ${String(error)}`);
        }
        forgetWhenDone(id, record);
      }),
    );
    lost = [];
    waiting.pump();
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
    waiting.delete(runId);
    restored = restored.filter((id) => id !== runId);
    const record = records.get(runId);
    record?.apply({ t: 'stop' });
    if (record) forgetWhenDone(runId, record);
    // Those that were to follow it.
    queueMicrotask(() => waiting.pump());
  }

  function stopFor(runId: string, why: Message): void {
    const record = records.get(runId);
    if (record === undefined || isFinal(record.run.status) || record.run.control.stopped !== null) return;
    record.log('core', english(why));
    record.change({ control: { ...record.run.control, stopped: why } });
    stop(runId);
  }

  function pause(runId: string, paused: boolean): void {
    const { kind, status, control } = known(runId);
    if (control.adopted !== null) throw new AppError('invalid-input', message('message.pause.adopted'));
    const [record, supervision] = [records.get(runId), running.get(runId)];
    if (status !== 'running' || record === undefined || supervision === undefined)
      throw new AppError('conflict', message('message.pause.notRunning', { run: runId }));
    if (kind !== PROGRAM_KIND) throw new AppError('invalid-input', message('message.pause.notProgram'));
    if (process.platform === 'win32') throw new AppError('invalid-input', message('message.pause.notHere'));
    if (isPaused(control) === paused) return;
    // Noted first: what is halted and not noted would be halted for good.
    record.log('core', paused ? 'All processes of this run were halted' : 'The processes of this run go on');
    record.change({ control: withPause(control, paused, now()) });
    supervision.signal(paused ? 'SIGSTOP' : 'SIGCONT');
  }

  function put(fresh: NewRun, id: string): RunRecord {
    const run: Run = {
      id,
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
    const record = new RunRecord(run, deps);
    records.set(id, record);
    deps.publish(run, null);
    return record;
  }

  /**
   * Puts a new run into the queue. @param isHere else it waits for a core after this one
   * @param prepare leaves in its folder what it needs, before anybody hears of it
   */
  function add(fresh: NewRun, { isHere = true, prepare }: { isHere?: boolean; prepare?: ((id: string) => void) | undefined } = {}): string {
    const id = nextId();
    prepare?.(id);
    try {
      put(fresh, id);
    } catch (error) {
      // Nothing is left of a run that is not there.
      if (prepare !== undefined) rmSync(runFolder(options.runsDir, id), { recursive: true, force: true });
      throw error;
    }
    if (isHere) {
      waiting.add(id);
      // The caller has the id before anything can happen to the run.
      queueMicrotask(() => waiting.pump());
    } else restored.push(id);
    return id;
  }

  const isAdopted = (runId: string): boolean => records.get(runId)?.run.control.adopted !== null;

  async function shutDown(): Promise<void> {
    await recovering;
    waiting.close();
    const ends = [...running].map(([id, supervision]) => {
      if (isAdopted(id)) return supervision.leave();
      stop(id);
      return supervision.done;
    });
    await Promise.all([...ends, options.snapshots?.close()]);
    clearInterval(storing);
    for (const record of records.values()) {
      if (!record.save(true)) log('error', `The end of run ${record.run.id} could not be stored`);
    }
    for (const emitter of [runChanged, runDeleted, found, retried, appended]) emitter.clear();
  }

  return {
    start({ recipe, document, engine, params, labels, parent = null }) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      const asked = askedRecipe(document ?? options.training.recipe(recipe), params, options.training);
      if (parent !== null) known(parent);
      const fresh = { ...recipeRun({ recipe, engine, labels }, asked, parent), launch: plainLaunch, control: freshControl };
      return add(fresh, { prepare: (id) => keepRecipe(options.runsDir, id, asked.recipe) });
    },
    resumeRun(runId, engine) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      const ended = known(runId);
      if (!isFinal(ended.status)) throw new AppError('conflict', message('message.run.unfinished', { run: runId }));
      if (!hasCheckpoint(options.runsDir, runId)) throw new AppError('conflict', message('message.run.noCheckpoint', { run: runId }));
      return add(goesOn(ended, engine ?? ended.engine), { prepare: (id) => takeCheckpoint(options.runsDir, runId, id) });
    },
    startProgram({ program, labels, launch = plainLaunch }) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      for (const { run } of launch.after) known(run);
      return add({ ...programRun(program, labels), launch, control: freshControl });
    },
    startWork(described) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      if (described.parent !== null) known(described.parent);
      return add({ ...described, launch: plainLaunch, control: freshControl });
    },
    adopt(request) {
      if (closing) throw new AppError('conflict', message('message.core.closing'));
      const id = nextId();
      // First: a core after this one must not take it for a program that is to be started.
      noteIdentity(options.runsDir, id, request.identity);
      const record = put(adoptedRun(request), id);
      // The caller has the id before anything can happen to the run.
      queueMicrotask(() => see(id, record, watchOf(options.runsDir, id, request.identity, request.folder, false)));
      return id;
    },
    stop,
    stopFor,
    noteUnheld(runId, notes) {
      const record = records.get(runId);
      if (record === undefined || isFinal(record.run.status)) return;
      for (const note of notes) record.log('core', english(note));
      record.change({ control: { ...record.run.control, unheld: [...notes] } });
    },
    pause,
    move: (runId, before) => waiting.move(runId, before),
    setPriority: (runId, priority) => waiting.setPriority(runId, priority),
    startNow: (runId) => waiting.startNow(runId),
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
    async remark(runId, change) {
      const record = records.get(runId) ?? new RunRecord(known(runId), deps);
      const isThere = (): boolean => find(runId) !== null;
      const { scalars = null, files = null } = running.get(runId) ?? {};
      await remarkRun({ record, scalars, files, texts: this.textLogs(runId), logs: options.logs, isThere }, change);
      if (isThere()) keepUntilSaved(runId, record);
    },
    textLogs: (runId) => running.get(runId)?.files?.textLogs ?? keptTextLogs(runFolder(options.runsDir, runId)),
    processes: () => new Map([...running].map(([id, { pid }]) => [id, pid])),
    notStored: (runId) => records.get(runId)?.notStored.curves ?? [],
    onRun: (listener) => runChanged.on(listener),
    onDeleted: (listener) => runDeleted.on(listener),
    onFound: (listener) => found.on(listener),
    onRetry: (listener) => retried.on(listener),
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

function byAge(a: Run, b: Run): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);
}
