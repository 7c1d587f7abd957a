import { isFinal } from '@shared/model/run';
import type { RunRow } from '@shared/model/run-list';

type Progressing = Pick<RunRow, 'status' | 'plan' | 'progress'>;

/** How far a run is, 0 to 1; null before its plan is known. A run that succeeded is whole. */
export function progressOf(run: Progressing): number | null {
  if (run.status === 'succeeded') return 1;
  if (!run.plan) return null;
  const total = run.plan.epochs * run.plan.stepsPerEpoch;
  return total > 0 ? Math.min(1, run.progress.step / total) : null;
}

/** The bar's colour: going on, done, broken off, or not begun. */
export function progressTone(run: Progressing): 'accent' | 'ok' | 'bad' | 'still' {
  if (!isFinal(run.status)) return run.status === 'queued' ? 'still' : 'accent';
  return run.status === 'succeeded' ? 'ok' : run.status === 'failed' ? 'bad' : 'still';
}

/** Shares of 1 where an epoch ends; none when they would stand too close to be told apart. */
export function epochMarks(run: Progressing): number[] {
  const epochs = run.plan?.epochs ?? 0;
  return epochs > 1 && epochs <= 40 ? Array.from({ length: epochs - 1 }, (_, i) => (i + 1) / epochs) : [];
}

/** Names a run on the page; ids are long. */
export function shortId(run: Pick<RunRow, 'id'>): string {
  return run.id.slice(0, 8);
}
