import type { Migration } from '../../file/migration';
import { openRollups, rowWidth } from './rollups';

/**
 * A long curve is drawn from few pages: its summaries of 128 points an entry are summed up again, four entries to one at each
 * level, 64 entries a row; and what is asked of each block before it is looked into stands together in an index.
 */
export const curveRollups: Migration = {
  version: 21,
  name: 'curve-rollups',
  sql: `
    CREATE TABLE curve_rollup (
      curve_id INTEGER NOT NULL REFERENCES curve (id) ON DELETE CASCADE,
      -- 1: 512 points an entry; each next one four times as many.
      level INTEGER NOT NULL,
      first INTEGER NOT NULL,
      summary BLOB NOT NULL,
      PRIMARY KEY (curve_id, level, first)
    ) STRICT;
    CREATE INDEX curve_bounds ON curve_summary
      (curve_id, first, points, first_step, last_step, min_step, restart_step, first_at_ms, max_at_ms, backward);
  `,
  run: (db) => {
    const rollUp = openRollups(db);
    const long = db.query<{ id: number; settled: number }>('SELECT id, settled FROM curve WHERE settled >= ?').all(rowWidth(1));
    for (const { id, settled } of long) for (let end = rowWidth(1); end <= settled; end += rowWidth(1)) rollUp(id, end);
  },
};
