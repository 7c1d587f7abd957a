import { clipEntries, joinEntries, type Entries } from './rollup-entries';
import { type BlockPayload, STAT, type PayloadColumn } from './block-payload';

/** The entries of one series in a block of rollups; null when it has none there. @throws {DamagedBlock} */
export function entriesOf(payload: BlockPayload, seriesId: number): Entries | null {
  const count = payload.column(seriesId, STAT.count);
  const min = payload.column(seriesId, STAT.min);
  const max = payload.column(seriesId, STAT.max);
  const sum = payload.column(seriesId, STAT.sum);
  if (count === null || min === null || max === null || sum === null) return null;
  return { starts: count.times, count: count.values, min: min.values, max: max.values, sum: sum.values };
}

/** The four columns of one series. */
export function rollupColumns(seriesId: number, entries: Entries): PayloadColumn[] {
  return (['min', 'max', 'sum', 'count'] as const).map((name) => ({
    seriesId,
    stat: STAT[name],
    times: entries.starts,
    values: entries[name],
  }));
}

/** `known` with all it has from `fromMs` to before `endMs` replaced by `fresh`. */
export function joinAround(known: Entries | undefined, fresh: Entries, fromMs: number, endMs: number): Entries {
  if (known === undefined) return fresh;
  return joinEntries([clipEntries(known, -Infinity, fromMs), fresh, clipEntries(known, endMs, Infinity)]);
}
