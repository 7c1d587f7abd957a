import type { Migration } from '../../file/migration';
import { BLOCK_POINTS, decodeSummary, unlessDamaged } from '../../samples/curves/block';

interface CurveRow {
  readonly id: number;
  readonly runKey: number;
  readonly name: string;
}

/**
 * What a run says of its scalars, and the lowest and highest finite number of each: of the runs of before, as their curves
 * tell. `run_best` follows from it, as `run_scalar` does from the newest.
 */
export const runBest: Migration = {
  version: 24,
  name: 'run-best',
  sql: `
    -- A JSON object by name: {"min", "max"}.
    ALTER TABLE run ADD COLUMN extremes TEXT NOT NULL DEFAULT '{}';
    -- A JSON object by name: {"label", "unit", "digits", "better", "range"}, each of which may be left out.
    ALTER TABLE run ADD COLUMN declared TEXT NOT NULL DEFAULT '{}';
    CREATE TABLE run_best (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value REAL NOT NULL,
      PRIMARY KEY (run_key, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_by_best ON run_best (name, value);
  `,
  run(db) {
    const curves = db.query<CurveRow>("SELECT id, run_key AS runKey, name FROM curve WHERE name <> 'energy/it' ORDER BY run_key, id");
    const summaries = db.query<{ points: number; summary: Uint8Array }>('SELECT points, summary FROM curve_summary WHERE curve_id = ?');
    const rows = db.query<{ min: number | null; max: number | null }>(
      'SELECT min(value) AS min, max(value) AS max FROM curve_recent WHERE curve_id = ? AND value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308',
    );
    const put = db.change('UPDATE run SET extremes = ? WHERE key = ?');
    const extremes = new Map<number, Record<string, { min: number; max: number }>>();
    for (const { id, runKey, name } of curves.all()) {
      let [min, max] = [Infinity, -Infinity];
      const widen = (values: Iterable<number | null | undefined>): void => {
        for (const value of values) {
          if (typeof value !== 'number' || !Number.isFinite(value)) continue;
          min = Math.min(min, value);
          max = Math.max(max, value);
        }
      };
      for (const { points, summary } of summaries.all(id)) {
        const entries = unlessDamaged(() => decodeSummary(summary, Math.min(points, BLOCK_POINTS)), null);
        if (entries === null) continue;
        widen(entries.min);
        widen(entries.max);
      }
      const recent = rows.get(id);
      widen([recent?.min, recent?.max]);
      if (min <= max) extremes.set(runKey, { ...extremes.get(runKey), [name]: { min, max } });
    }
    for (const [runKey, each] of extremes) put.run(JSON.stringify(each), runKey);
  },
};
