import { isFinal } from '@shared/model/run';
import type { RunRow } from '@shared/model/run-list';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import { scalarDefinition } from '@shared/model/scalars';
import { withUnit, type Format } from '../../i18n/format';

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

/** A number of any size: whole ones as they are, others by four digits that count. */
export function figureText(format: Format, value: number | null): string {
  return Number.isInteger(value) ? format.plain(value) : format.significant(value, 4);
}

/** A scalar's number: one that is known with its own digits, so that columns of it line up. */
export function scalarText(format: Format, name: string, value: number | null, declared: ScalarDeclarations): string {
  const digits = scalarDefinition(name, declared)?.digits;
  return digits === undefined ? figureText(format, value) : format.number(value, digits);
}

/** A bare number, or one whose unit nobody told, stands alone. */
export function scalarWithUnit(figure: string, unit: string | undefined): string {
  return withUnit(figure, unit === undefined || unit === '1' ? '' : unit);
}

/** Names a run on the page; ids are long. */
export function shortId(run: Pick<RunRow, 'id'>): string {
  return run.id.slice(0, 8);
}
