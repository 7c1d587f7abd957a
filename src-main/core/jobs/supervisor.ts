import { DisposableStore } from '@shared/base/disposable';
import { TRAINER_LINE_MAX, TrainerEvent, type RunRequestLine, type TrainerRequest } from '@shared/contract/trainer';
import { isPaused, type StopSignal } from '@shared/model/launch';
import type { MarkRule } from '@shared/model/mark';
import type { RunFailure } from '@shared/model/run';
import type { LogLine } from '@shared/model/run-log';
import { english, message, type KeyedMessage } from '@shared/text/message';
import type { LaunchedProcess, ProcessExit } from './launcher';
import { LineSplitter } from './line-splitter';
import { OutputSampler } from './output-sampler';
import { ProgramScalars } from './program-scalars';
import { RunFiles, type RunFilesPlaces } from './run-files';
import type { RunRecord } from './run-record';
import type { RunEffect, RunEvent, RunExit } from './state-machine';

/** All in ms. */
export interface SupervisorTimings {
  /** From the request to stop until SIGTERM. */
  readonly stopGraceMs: number;
  /** From SIGTERM until SIGKILL. */
  readonly termGraceMs: number;
  /** From the trainer's terminal event until SIGKILL. */
  readonly exitGraceMs: number;
  /** From the start until the engine must have answered. */
  readonly startTimeoutMs: number;
  /** From SIGKILL until the core stops waiting for the exit. */
  readonly giveUpMs: number;
}

const defaultTimings: SupervisorTimings = {
  stopGraceMs: 5000,
  termGraceMs: 2000,
  exitGraceMs: 5000,
  startTimeoutMs: 120_000,
  giveUpMs: 10_000,
};

/** The usual ones but for those that are given. */
export function timingsOf(given: Partial<SupervisorTimings>): SupervisorTimings {
  const names = Object.keys(defaultTimings) as (keyof SupervisorTimings)[];
  return { ...defaultTimings, ...Object.fromEntries(names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])) };
}

/** Of its text so much is kept at once, and a second for ever (characters); beyond, it is counted and left out of the log. */
const TEXT_AT_ONCE = 4 * 1024 * 1024;
const TEXT_PER_SECOND = 256 * 1024;
const TEXT_LINE_MAX = 8000;
const UNREADABLE_MAX = 100;

export interface Supervision {
  /** The trainer's process; undefined = its runtime does not tell it (yet), or it could not be started. */
  readonly pid: number | undefined;
  /** Once it has a pid; null = it never got one. */
  readonly spawned: Promise<number | null>;
  /** What is found in what it prints; null of a trainer, and of a program that could not be started. */
  readonly scalars: ProgramScalars | null;
  /** What it writes into its folders; null likewise, and where nothing is looked for. */
  readonly files: RunFiles | null;
  /** Asks, then SIGTERM, then SIGKILL. */
  stop(): void;
  /** Halts the whole group, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends the watch and leaves the run as it is, for a core after this one. */
  leave(): Promise<void>;
  /** Resolves when the trainer is gone and the record is final. */
  readonly done: Promise<void>;
}

/** @returns the event, or why the line is none */
function readEvent(line: string): TrainerEvent | KeyedMessage {
  if (line.length > TRAINER_LINE_MAX) return message('message.line.tooLong', { most: TRAINER_LINE_MAX });
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return message('message.line.notJson');
  }
  const parsed = TrainerEvent.safeParse(json);
  if (!parsed.success) return message('message.line.noEvent');
  const event = parsed.data;
  if (event.t !== 'scalars') return event;
  const rows = event.step.length;
  return [event.atMs, ...Object.values(event.values)].every((column) => column.length === rows) ? event : message('message.line.unequal');
}

/** A process to see through to its end: how it comes to be here, and what it is asked, when it is a trainer. */
export interface Supervised {
  /** Starts it, or goes on with one that runs. @throws what the runtime throws */
  begin(onListenerError: (error: unknown) => void): LaunchedProcess;
  /** What it means when that throws. */
  refused(error: unknown): RunEvent;
  /** Not null: it ended while no core was there. */
  readonly away: RunExit['away'] | null;
  /** Null for any other program: it has no channel, and its exit code is its result. */
  readonly trainer: RunRequestLine | null;
  /** Where a program may write scalars; left out = nowhere is looked. */
  readonly files?: RunFilesPlaces;
  /** How a program is asked to end: `graceMs` until it is killed, null = as the timings say. Left out: by SIGTERM. */
  readonly stop?: { readonly signal: StopSignal; readonly graceMs: number | null };
  /** It was started elsewhere: no signal reaches it, and how it ends is not told. */
  readonly foreign?: boolean;
  /** The numbers that a person marked in what it prints. */
  readonly rules?: readonly MarkRule[];
  /** What an earlier core has kept of its output. */
  readonly earlier?: readonly LogLine[];
}

/** Sees one process through to its end. Whatever it prints or does, this neither throws nor grows. */
export function supervise(
  { begin, refused, away, trainer, files, stop, foreign = false, rules = [], earlier = [] }: Supervised,
  record: RunRecord,
  timings: SupervisorTimings,
): Supervision {
  // First: a run that has begun and is taken for one that waits would be begun a second time by the core after this one.
  record.apply({ t: 'launched' });
  let process: LaunchedProcess;
  try {
    process = begin((error) => record.log('core', `The core failed at what the process sent: ${String(error)}`));
  } catch (error) {
    record.apply(refused(error));
    const nothing = (): void => undefined;
    const done = Promise.resolve();
    const never = { scalars: null, files: null, pid: undefined, spawned: Promise.resolve(null) };
    return { ...never, stop: nothing, signal: nothing, leave: () => done, done };
  }

  const started = new DisposableStore();
  const output = new OutputSampler(TEXT_AT_ONCE, TEXT_PER_SECOND, (source, line) => record.log(source, line));
  let aborted = false;
  let unreadable = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const after = (ms: number, act: () => void): void => {
    const timer = setTimeout(act, ms);
    started.defer(() => clearTimeout(timer));
  };
  const send = (request: TrainerRequest): void => process.send(JSON.stringify(request));
  const onExit = (exit: ProcessExit): void => {
    // Whatever fails with its last output: it has ended, and it is the next run's turn.
    started.dispose();
    const atMs = exit.atMs ?? (watched === null || away ? undefined : Date.now());
    const conclude = (): void => {
      try {
        for (const splitter of Object.values(texts)) splitter.end();
        output.end();
        read?.end();
        record.apply({
          t: 'exit',
          program: trainer === null,
          foreign,
          ...(away ? { away } : {}),
          ...exit,
          ...(atMs === undefined ? {} : { atMs }),
        });
      } finally {
        finish();
      }
    };
    if (watched === null) conclude();
    else
      void watched
        .end()
        .catch((error: unknown) => record.log('core', `The last of its files could not be read: ${String(error)}`))
        .then(conclude);
  };
  const kill = (): void => {
    process.kill('SIGKILL');
    after(timings.giveUpMs, () => {
      record.log('core', 'The process did not end after SIGKILL');
      onExit({ code: null, signal: 'SIGKILL', error: null });
    });
  };
  const askStop = (): void => {
    if (trainer === null) {
      process.kill(stop?.signal ?? 'SIGTERM');
      // One that is halted hears nothing.
      if (isPaused(record.run.control)) process.kill('SIGCONT');
    } else {
      send({ t: 'stop' });
      after(timings.stopGraceMs, () => process.kill('SIGTERM'));
    }
    after(stop?.graceMs ?? timings.stopGraceMs + timings.termGraceMs, () => {
      record.log('core', 'It did not end when it was asked to, and is killed');
      kill();
    });
  };
  const act = (effects: readonly RunEffect[]): void => {
    for (const effect of effects) {
      if (effect.t === 'kill') kill();
      else if (effect.t === 'expect-exit') after(timings.exitGraceMs, kill);
      else if (effect.t === 'ask-stop') askStop();
    }
  };
  const apply = (event: RunEvent): void => act(record.apply(event));
  const abort = (failure: RunFailure): void => {
    aborted = true;
    record.log('core', english(failure.message));
    apply({ t: 'abort', failure });
  };

  const textLine = (source: 'stdout' | 'stderr') => new LineSplitter(TEXT_LINE_MAX, (line) => output.push(source, line), true);
  const texts = { stdout: textLine('stdout'), stderr: textLine('stderr') };
  // A trainer tells its scalars on its channel; of any other program they are found in what it prints.
  const read: ProgramScalars | null =
    trainer === null
      ? new ProgramScalars({
          tell: (points, step) => void apply({ t: 'read', points, step }),
          notice: (text) => record.log('core', text),
          now: () => Date.now(),
          rules,
          hasHelper: () => watched?.hasHelper ?? false,
        })
      : null;
  read?.replay(earlier);
  const watched: RunFiles | null =
    read === null || files === undefined
      ? null
      : new RunFiles({
          ...files,
          tell: (reading, source, isQuiet) => read.fromFile(reading, source, isQuiet),
          settled: () => read.settled(),
          notice: (text) => record.log('core', text),
          startedAtMs: record.run.startedAtMs ?? Date.now(),
          rules,
        });

  started.add(
    process.onLine((line) => {
      if (aborted) return;
      const event = readEvent(line);
      if ('t' in event) return apply({ t: 'trainer', event });
      record.log('trainer', line);
      const why = message('message.run.unreadable', { why: event });
      unreadable += 1;
      if (unreadable > UNREADABLE_MAX)
        abort({ code: 'protocol', message: message('message.run.manyUnreadable', { most: UNREADABLE_MAX }) });
      else apply({ t: 'unreadable', message: why });
    }),
  );
  started.add(
    process.onText((source, text) => {
      texts[source].push(text);
      read?.push(source, text);
    }),
  );
  started.add(process.onCut((cut) => output.cut(cut)));
  started.add(
    process.onDelivered(() => {
      record.flushLog();
      // It would not come to the database on its own before this process ends now.
      if (read?.flush()) record.flush();
    }),
  );
  started.add(process.onExit(onExit));
  if (trainer === null) {
    if (!away) apply({ t: 'program-runs' });
    // One that was being stopped when its core was lost.
    if (record.run.status === 'stopping') askStop();
  } else {
    after(timings.startTimeoutMs, () => {
      if (record.run.engineUsed === null)
        abort({ code: 'launch-failed', message: message('message.run.engineLate', { ms: timings.startTimeoutMs }) });
    });
    send(trainer);
  }

  return {
    get pid() {
      return process.pid;
    },
    spawned: process.spawned,
    scalars: read,
    files: watched,
    stop: () => apply({ t: 'stop' }),
    signal: (signal) => process.kill(signal),
    async leave() {
      started.dispose();
      await watched?.leave();
      read?.end();
      record.log('core', 'This core ends; the process goes on, and the next core watches it');
      record.flush();
    },
    done,
  };
}
