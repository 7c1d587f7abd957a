import { DisposableStore } from '@shared/base/disposable';
import { TRAINER_LINE_MAX, TrainerEvent, type TrainerRequest, type TrainerSpec } from '@shared/contract/trainer';
import type { LogLine, RunFailure } from '@shared/model/run';
import { english, message, messageOf, type KeyedMessage } from '@shared/text/message';
import { FloodGate } from './flood-gate';
import type { TrainerLauncher, TrainerProcess } from './launcher';
import { LineSplitter } from './line-splitter';
import type { RunRecord } from './run-record';
import type { RunEffect, RunEvent } from './state-machine';

/** All in ms. */
export interface SupervisorTimings {
  /** From the request to stop until SIGTERM. */
  readonly stopGraceMs: number;
  /** From SIGTERM until SIGKILL. */
  readonly termGraceMs: number;
  /** From the trainer's last word until SIGKILL. */
  readonly exitGraceMs: number;
  /** From the start until the engine must have answered. */
  readonly startTimeoutMs: number;
  /** From SIGKILL until the core stops waiting for the exit. */
  readonly giveUpMs: number;
}

export const defaultTimings: SupervisorTimings = {
  stopGraceMs: 5000,
  termGraceMs: 2000,
  exitGraceMs: 5000,
  startTimeoutMs: 120_000,
  giveUpMs: 10_000,
};

/** What a trainer may say: far above an honest one (ten event lines a second), far below what would hurt the core. */
const LINES_AT_ONCE = 2000;
const LINES_PER_SECOND = 200;
const TEXT_AT_ONCE = 4 * 1024 * 1024;
const TEXT_PER_SECOND = 256 * 1024;
const TEXT_LINE_MAX = 2000;
const UNREADABLE_MAX = 100;

export interface Supervision {
  /** The trainer's process; undefined = its host does not tell it (yet), or it could not be started. */
  readonly pid: number | undefined;
  /** Asks, then SIGTERM, then SIGKILL. */
  stop(): void;
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
  if (event.t !== 'batch') return event;
  const rows = event.step.length;
  return [event.atMs, event.loss, event.accuracy].every((column) => column.length === rows) ? event : message('message.line.unequal');
}

/** Starts one trainer and sees it through to its end. Whatever it prints or does, this neither throws nor grows. */
export function supervise(launcher: TrainerLauncher, spec: TrainerSpec, record: RunRecord, timings: SupervisorTimings): Supervision {
  let trainer: TrainerProcess;
  try {
    trainer = launcher.launch((error) => record.log('core', `The core failed at what the trainer sent: ${String(error)}`));
  } catch (error) {
    record.apply({ t: 'launch-failed', message: messageOf(error) });
    return { pid: undefined, stop: () => undefined, done: Promise.resolve() };
  }

  const started = new DisposableStore();
  const lineGate = new FloodGate(LINES_AT_ONCE, LINES_PER_SECOND);
  const textGate = new FloodGate(TEXT_AT_ONCE, TEXT_PER_SECOND);
  let condemned = false;
  let unreadable = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const after = (ms: number, act: () => void): void => {
    const timer = setTimeout(act, ms);
    started.defer(() => clearTimeout(timer));
  };
  const send = (request: TrainerRequest): void => trainer.send(JSON.stringify(request));
  const exited = (exit: Extract<RunEvent, { t: 'exit' }>): void => {
    try {
      for (const splitter of Object.values(texts)) splitter.end();
      record.apply(exit);
    } finally {
      // Whatever fails at its last words: it is gone, and the next run's turn.
      started.dispose();
      finish();
    }
  };
  const kill = (): void => {
    trainer.kill('SIGKILL');
    after(timings.giveUpMs, () => {
      record.log('core', 'The trainer did not end after SIGKILL');
      exited({ t: 'exit', code: null, signal: 'SIGKILL', error: null });
    });
  };
  const act = (effects: readonly RunEffect[]): void => {
    for (const effect of effects) {
      if (effect.t === 'kill') kill();
      else if (effect.t === 'expect-exit') after(timings.exitGraceMs, kill);
      else if (effect.t === 'ask-stop') {
        send({ t: 'stop' });
        after(timings.stopGraceMs, () => trainer.kill('SIGTERM'));
        after(timings.stopGraceMs + timings.termGraceMs, kill);
      }
    }
  };
  const apply = (event: RunEvent): void => act(record.apply(event));
  const condemn = (failure: RunFailure): void => {
    condemned = true;
    record.log('core', english(failure.message));
    apply({ t: 'condemn', failure });
  };

  const textLine = (source: LogLine['source']) => new LineSplitter(TEXT_LINE_MAX, (line) => record.log(source, line));
  const texts = { stdout: textLine('stdout'), stderr: textLine('stderr') };

  record.apply({ t: 'launched' });
  started.add(
    trainer.onLine((line) => {
      if (condemned) return;
      if (!lineGate.admit(1)) return condemn({ code: 'protocol', message: message('message.run.floodLines', { most: LINES_PER_SECOND }) });
      const event = readEvent(line);
      if ('t' in event) return apply({ t: 'trainer', event });
      record.log('trainer', line);
      const message = message('message.run.unreadable', { why: event });
      unreadable += 1;
      if (unreadable > UNREADABLE_MAX)
        condemn({ code: 'protocol', message: message('message.run.manyUnreadable', { most: UNREADABLE_MAX }) });
      else apply({ t: 'unreadable', message });
    }),
  );
  started.add(
    trainer.onText((source, text) => {
      if (condemned) return;
      texts[source].push(text);
      if (!textGate.admit(text.length)) condemn({ code: 'protocol', message: message('message.run.floodText', { most: TEXT_PER_SECOND }) });
    }),
  );
  started.add(trainer.onExit((exit) => exited({ t: 'exit', ...exit })));
  after(timings.startTimeoutMs, () => {
    if (record.run.engineUsed === null)
      condemn({ code: 'launch-failed', message: message('message.run.engineLate', { ms: timings.startTimeoutMs }) });
  });
  send({ t: 'start', spec });

  return {
    get pid() {
      return trainer.pid;
    },
    stop: () => apply({ t: 'stop' }),
    done,
  };
}
