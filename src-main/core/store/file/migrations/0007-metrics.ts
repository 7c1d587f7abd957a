import type { Migration } from './migration';

/**
 * What is known of each metric. Those of the catalogue are written by every build that opens the file (store/metrics.ts), so
 * that another build, or a person with plain SQL, reads the name and unit of a metric that it has never heard of. A series
 * whose metric has no row is shown with its id.
 */
export const metricTable: Migration = {
  version: 7,
  name: 'metrics',
  sql: `
    CREATE TABLE metric (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      unit TEXT NOT NULL,
      kind TEXT NOT NULL,
      digits INTEGER NOT NULL,
      -- Values outside are none; NULL = every number may be meant.
      low REAL,
      high REAL,
      -- 'lower' or 'higher'; NULL = neither.
      better TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};
