import { isPaused } from '@shared/model/launch';
import { BY_PERSON, type EventInput } from '@shared/model/event';
import { isFinal, type Run } from '@shared/model/run';
import { message } from '@shared/text/message';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { eventsService } from './service';

type RunState = Pick<Run, 'id' | 'status' | 'failure' | 'startedAtMs' | 'endedAtMs'>;

/** What the change of a run is told as; null = nothing that is told. */
export function runEvent(before: Run['status'] | null, run: RunState, nowMs: number): EventInput | null {
  const { id, status, failure } = run;
  if (before === status) return null;
  const on = { device: `run/${id}` };
  switch (status) {
    case 'running':
      return {
        ...on,
        atMs: run.startedAtMs ?? nowMs,
        kind: 'run.started',
        severity: 'info',
        text: message('message.event.run.started', { run: id }),
      };
    case 'failed': {
      const text = failure
        ? message('message.event.run.failed', { run: id, why: failure.message })
        : message('message.event.run.failedSilently', { run: id });
      return { ...on, atMs: run.endedAtMs ?? nowMs, kind: 'run.failed', code: failure?.code ?? '', severity: 'critical', text };
    }
    case 'succeeded':
      return {
        ...on,
        atMs: run.endedAtMs ?? nowMs,
        kind: 'run.ended',
        severity: 'info',
        text: message('message.event.run.succeeded', { run: id }),
      };
    case 'stopped':
      return {
        ...on,
        atMs: run.endedAtMs ?? nowMs,
        kind: 'run.ended',
        severity: 'info',
        text: message('message.event.run.stopped', { run: id }),
      };
    default:
      return null;
  }
}

/** What is told of a run that goes on: it was halted, or goes on, or has reached a limit. */
export function controlEvent(
  before: Pick<Run, 'control'>,
  { id, control, status }: Pick<Run, 'id' | 'control' | 'status'>,
  atMs: number,
): EventInput | null {
  if (isFinal(status)) return null;
  const on = { device: `run/${id}`, atMs };
  if (control.stopped !== null && before.control.stopped === null)
    return { ...on, kind: 'run.limit', severity: 'warning', text: message('message.event.run.limit', { run: id, why: control.stopped }) };
  if (isPaused(control) === isPaused(before.control)) return null;
  return isPaused(control)
    ? { ...on, kind: 'run.paused', severity: 'info', by: BY_PERSON, text: message('message.event.run.paused', { run: id }) }
    : { ...on, kind: 'run.resumed', severity: 'info', by: BY_PERSON, text: message('message.event.run.resumed', { run: id }) };
}

/** What became of a run that was under way when its core was lost. */
export function foundEvent(run: RunState & Pick<Run, 'interruptions'>, nowMs: number): EventInput {
  const { id, status, interruptions } = run;
  const { fromMs, toMs } = interruptions.at(-1) ?? { fromMs: nowMs, toMs: nowMs };
  const adopted: EventInput = {
    device: `run/${id}`,
    atMs: toMs,
    kind: 'run.adopted',
    severity: 'warning',
    text: message('message.event.run.adopted', { run: id, seconds: Math.round((toMs - fromMs) / 1000) }),
    values: { fromMs, toMs },
  };
  if (!isFinal(status)) return adopted;
  const ended = runEvent(null, run, nowMs) ?? adopted;
  return status === 'succeeded' ? { ...ended, text: message('message.event.run.endedUnwatched', { run: id }) } : ended;
}

/** Tells of runs that begin and end. */
export const runEventsService = defineService({
  name: 'runEvents',
  needs: [runsService, eventsService],
  start({ runs, events }, { onStop }) {
    const sinceMs = Date.now();
    /** Of runs that have not ended. */
    const known = new Map<string, Pick<Run, 'status' | 'control'>>();
    const listening = runs.onRun((run) => {
      const last = known.get(run.id);
      const before = last?.status ?? null;
      // One that ended before may still get its bill; one that goes on from the core before was told of then.
      const isOld = before === null && (isFinal(run.status) || (run.startedAtMs ?? sinceMs) < sinceMs);
      const event = isOld ? null : runEvent(before, run, Date.now());
      if (isFinal(run.status)) known.delete(run.id);
      else known.set(run.id, { status: run.status, control: run.control });
      if (event) events.add(event);
      const told = last === undefined ? null : controlEvent(last, run, Date.now());
      if (told) events.add(told);
    });
    onStop(() => listening.dispose());
    const retrying = runs.onRetry(({ failed, next }) =>
      events.add({
        device: `run/${failed.id}`,
        atMs: failed.endedAtMs ?? Date.now(),
        kind: 'run.retry',
        severity: 'warning',
        text: message('message.event.run.retry', { run: failed.id, next: next.id, attempt: next.control.attempt }),
      }),
    );
    onStop(() => retrying.dispose());
    const finding = runs.onFound((run) => events.add(foundEvent(run, Date.now())));
    onStop(() => finding.dispose());
  },
});
