import { freshControl } from '@shared/model/launch';
import { PROGRAM_KIND } from '@shared/model/program';
import { RECIPE_KIND, type Run } from '@shared/model/run';
import type { RunRecord } from './run-record';
import type { NewRun } from './run-start';

/** The wait before an attempt is no longer than that, ms. */
const DELAY_MAX_MS = 86_400_000;

/**
 * The run that is the next attempt of one that failed: a run of its own, with a log and a bill of its own.
 * @param resumes how often a recipe's run goes on by itself from its last checkpoint
 * @returns null where it is not to be tried again; one that could not begin at all would not the next time
 */
export function nextAttempt(failed: Run, nowMs: number, resumes = 0): NewRun | null {
  const { kind, status, failure, launch, control, engine } = failed;
  const { count, delayS } = launch.retries;
  if (kind === RECIPE_KIND) return wasLost(failed) && control.attempt <= resumes ? goesOn(failed, engine) : null;
  if (kind !== PROGRAM_KIND || status !== 'failed' || failure?.code === 'launch-failed' || control.attempt > count) return null;
  const delayMs = Math.min(DELAY_MAX_MS, delayS * 1000 * 2 ** (control.attempt - 1));
  const next = goesOn(failed, engine);
  return { ...next, control: { ...next.control, notBeforeMs: nowMs + delayMs } };
}

/** Its trainer died, or its core did: what a trainer tells of itself would be the same once more. */
const wasLost = ({ status, failure }: Run): boolean =>
  status === 'failed' && failure !== null && ['trainer-crashed', 'trainer-killed', 'core-lost'].includes(failure.code);

/** The run after one that ended: another attempt at the same. */
export function goesOn({ id, kind, name, tags, notes, parent, recipe, params, paramSpecs, launch, control }: Run, engine: string): NewRun {
  return {
    ...{ kind, name, tags, notes, parent, recipe, engine, params, paramSpecs, launch },
    control: { ...freshControl, attempt: control.attempt + 1, retryOf: id },
  };
}

/** One that waits and was to follow a run that failed follows its next attempt. */
export function follow(record: Pick<RunRecord, 'run' | 'change'>, failed: string, next: string): void {
  const { launch, status } = record.run;
  if (status !== 'queued' || !launch.after.some(({ run }) => run === failed)) return;
  record.change({ launch: { ...launch, after: launch.after.map((one) => (one.run === failed ? { ...one, run: next } : one)) } });
}
