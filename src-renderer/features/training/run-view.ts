import { isTextList } from '@shared/model/param';
import type { RunRow } from '@shared/model/run-list';
import type { RunListQuery } from '../../data/run-list';

/** Columns that can be chosen: `scalar:NAME` (the newest), `best:NAME` or `param:NAME`, as the list is sorted by them. */
export type ValueColumn = `scalar:${string}` | `best:${string}` | `param:${string}`;

export const TEST_LOSS = 'scalar:test/loss';
export const TEST_ACCURACY = 'scalar:test/accuracy';

/** How this window last looked at the list of runs. */
export const remembered: { query: Pick<RunListQuery, 'filter' | 'sort'> | null; period: Period; columns: readonly ValueColumn[] } = {
  query: null,
  period: 'all',
  columns: [TEST_LOSS, TEST_ACCURACY],
};

export const periods = ['all', 'day', 'week', 'month', 'year'] as const;
export type Period = (typeof periods)[number];

const DAY_MS = 86_400_000;
const days: Readonly<Record<Exclude<Period, 'all'>, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** When a period begins that ends now; undefined = it has no beginning. */
export function periodStart(period: Period, nowMs: number): number | undefined {
  return period === 'all' ? undefined : Math.floor(nowMs - days[period] * DAY_MS);
}

/** What a column shows of a run. A finished run is known by its test figures; one under way by its newest ones. */
export function valueIn({ scalars, best, params }: RunRow, column: ValueColumn): number | string | null {
  const name = column.slice(column.indexOf(':') + 1);
  if (column.startsWith('param:')) {
    const value = params[name] ?? null;
    return typeof value === 'boolean' || isTextList(value) ? String(value) : value;
  }
  if (column.startsWith('best:')) return best[name] ?? null;
  return scalars[name] ?? (name.startsWith('test/') ? scalars[`train/${name.slice('test/'.length)}`] : undefined) ?? null;
}

/** Tags as a person writes them, parted by commas. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(/[,，]/).map((tag) => tag.trim()))].filter(Boolean).sort();
}

/** What a smoothed line leans on the points before it, at most: with 1 it would never move. */
export const MAX_SMOOTHING = 0.99;
