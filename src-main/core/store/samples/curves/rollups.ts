import type { ReadHandle, WriteHandle } from '../../file/open';
import {
  BLOCK_POINTS,
  columnsOf,
  decodeSummary,
  emptySummary,
  encodeSummary,
  ENTRY_POINTS,
  setEntry,
  statsAt,
  together,
  unlessDamaged,
  type Summary,
} from './block';

/** Entries of one level that one of the next stands for. */
const FACTOR = 4;
/** Entries of one row, which so fits a page of the database. */
export const ROW_ENTRIES = 64;

/** Points that an entry of this level stands for: 128 (a block's summary), 512, 2,048 … */
export function entryWidth(level: number): number {
  return ENTRY_POINTS * FACTOR ** level;
}

/** Points that a row of this level stands for; from level 1 on. */
export function rowWidth(level: number): number {
  return entryWidth(level) * ROW_ENTRIES;
}

/** The coarsest level whose entries stand for no more points than this; 0 = the summaries of blocks. */
export function levelFor(entryPoints: number): number {
  let level = 0;
  while (entryWidth(level + 1) <= entryPoints) level++;
  return level;
}

/** Four entries become one, each of the entries given in order. */
function coarser(parts: readonly Summary[]): Summary {
  const row = emptySummary(ROW_ENTRIES);
  let entry = 0;
  for (const part of parts) {
    for (let i = 0; i < part.count.length; i += FACTOR) {
      const units = Array.from({ length: FACTOR }, (_, k) => statsAt(part, i + k));
      setEntry(row, entry++, part.step[i] as number, part.atMs[i] as number, together(units));
    }
  }
  return row;
}

/**
 * The writer's side of the coarser summaries of long curves: `(curve, end)` is called once the points before `end` are in
 * blocks, for each whole block in turn, and within the caller's transaction. What a damaged row would belong to is left out.
 */
export function openRollups(db: WriteHandle): (curveId: number, end: number) => void {
  const summaries = db.query<{ first: number; summary: Uint8Array }>(
    'SELECT first, summary FROM curve_summary WHERE curve_id = ? AND first >= ? AND first < ? ORDER BY first',
  );
  const rows = db.query<{ summary: Uint8Array }>(
    'SELECT summary FROM curve_rollup WHERE curve_id = ? AND level = ? AND first >= ? AND first < ? ORDER BY first',
  );
  const put = db.change('INSERT OR REPLACE INTO curve_rollup (curve_id, level, first, summary) VALUES (?, ?, ?, ?)');

  function partsOf(curveId: number, level: number, first: number, end: number): Summary[] {
    if (level === 1) return summaries.all(curveId, first, end).map(({ summary }) => decodeSummary(summary, BLOCK_POINTS));
    return rows.all(curveId, level - 1, first, end).map(({ summary }) => columnsOf(summary, ROW_ENTRIES));
  }

  return (curveId, end) => {
    for (let level = 1; end % rowWidth(level) === 0; level++) {
      const first = end - rowWidth(level);
      const parts = unlessDamaged(() => partsOf(curveId, level, first, end), []);
      const entries = parts.reduce((sum, { count }) => sum + count.length, 0);
      if (entries !== ROW_ENTRIES * FACTOR) return;
      put.run(curveId, level, first, encodeSummary(coarser(parts)));
    }
  };
}

/** The row of a level that begins at this point; null = there is none that can be read. The last of each level is kept: a curve is read in order. */
export type RollupOf = (level: number, first: number) => Summary | null;

export function openRollupReader(db: ReadHandle): (curveId: number) => RollupOf {
  const query = db.query<{ summary: Uint8Array }>('SELECT summary FROM curve_rollup WHERE curve_id = ? AND level = ? AND first = ?');
  return (curveId) => {
    const kept: { first: number; row: Summary | null }[] = [];
    return (level, first) => {
      const last = kept[level];
      if (last?.first === first) return last.row;
      const found = query.get(curveId, level, first);
      const row = found === undefined ? null : unlessDamaged(() => columnsOf(found.summary, ROW_ENTRIES), null);
      kept[level] = { first, row };
      return row;
    };
  };
}
