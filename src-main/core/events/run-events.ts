import type { EventInput } from '@shared/model/event';
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

/** Tells of runs that begin and end. */
export const runEventsService = defineService({
  name: 'runEvents',
  needs: [runsService, eventsService],
  start({ runs, events }, { onStop }) {
    const sinceMs = Date.now();
    /** Of runs that have not ended. */
    const known = new Map<string, Run['status']>();
    const listening = runs.onRun((run) => {
      const before = known.get(run.id) ?? null;
      // One that ended before may still get its bill; one that goes on from the core before was told of then.
      const isOld = before === null && (isFinal(run.status) || (run.startedAtMs ?? sinceMs) < sinceMs);
      const event = isOld ? null : runEvent(before, run, Date.now());
      if (isFinal(run.status)) known.delete(run.id);
      else known.set(run.id, run.status);
      if (event) events.add(event);
    });
    onStop(() => listening.dispose());
  },
});
