import { isTextList } from '@shared/model/param';
import type { RunRow } from '@shared/model/run-list';
import { outcomeOf, usualQuantities, type UsualQuantity } from '@shared/model/run-scalars';
import type { RunListQuery } from '../../data/run-list';

/** Columns that can be chosen, as the list is sorted by them: what a run is known by, `scalar:NAME` (the newest), `best:NAME` or `param:NAME`. */
export type ValueColumn = `outcome:${UsualQuantity}` | `scalar:${string}` | `best:${string}` | `param:${string}`;

/** How this window last looked at the list of runs. */
export const remembered: { query: Pick<RunListQuery, 'filter' | 'sort'> | null; period: Period } = { query: null, period: 'all' };

export const periods = ['all', 'day', 'week', 'month', 'year'] as const;
export type Period = (typeof periods)[number];

const DAY_MS = 86_400_000;
const days: Readonly<Record<Exclude<Period, 'all'>, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** When a period begins that ends now; undefined = it has no beginning. */
export function periodStart(period: Period, nowMs: number): number | undefined {
  return period === 'all' ? undefined : Math.floor(nowMs - days[period] * DAY_MS);
}

/** What a column shows of a run. */
export function valueIn(run: RunRow, column: ValueColumn): number | string | null {
  const { scalars, best, params } = run;
  const usual = usualQuantities.find((quantity) => column === `outcome:${quantity}`);
  if (usual !== undefined) return outcomeOf(run, usual)?.value ?? null;
  const name = column.slice(column.indexOf(':') + 1);
  if (column.startsWith('param:')) {
    const value = params[name] ?? null;
    return typeof value === 'boolean' || isTextList(value) ? String(value) : value;
  }
  if (column.startsWith('best:')) return best[name] ?? null;
  return scalars[name] ?? null;
}

/** Tags as a person writes them, parted by commas. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(/[,，]/).map((tag) => tag.trim()))].filter(Boolean).sort();
}

/** What a smoothed line leans on the points before it, at most: with 1 it would never move. */
export const MAX_SMOOTHING = 0.99;
