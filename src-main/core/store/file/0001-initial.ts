import type { Migration } from './migration';

/**
 * Samples lie in two tables with the same rows, told apart by `meta.settled_before_ms`: at or after it they are in
 * `sample_recent` (keyed by time, so that a tick dirties the last page only), before it in `sample` (keyed by series,
 * so that a question about one series reads its pages only). A key is never in both. With 60 series a tick writes about
 * a tenth of what it would straight into `sample` (tests/bench/store.bench.ts), for the same bytes in the end.
 *
 * A value of NULL says that the source was asked and had none.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
    CREATE TABLE meta (
      key TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO meta (key, value) VALUES ('settled_before_ms', '0');

    -- AUTOINCREMENT: the id of a deleted series is never given again, or a page that still holds it would mix two.
    CREATE TABLE series (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      device TEXT NOT NULL,
      metric TEXT NOT NULL,
      provenance TEXT NOT NULL,
      label TEXT NOT NULL,
      UNIQUE (device, metric, provenance)
    ) STRICT;

    CREATE TABLE sample (
      series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
      at_ms INTEGER NOT NULL,
      value REAL,
      PRIMARY KEY (series_id, at_ms)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sample_recent (
      at_ms INTEGER NOT NULL,
      series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
      value REAL,
      PRIMARY KEY (at_ms, series_id)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW sample_all (series_id, at_ms, value) AS
      SELECT series_id, at_ms, value FROM sample
      UNION ALL
      SELECT series_id, at_ms, value FROM sample_recent;

    CREATE TABLE run (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      recipe TEXT NOT NULL,
      engine TEXT NOT NULL,
      engine_used TEXT,
      status TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      started_at_ms INTEGER,
      ended_at_ms INTEGER,
      params TEXT NOT NULL,
      progress TEXT NOT NULL,
      last TEXT NOT NULL,
      failure TEXT,
      plan TEXT,
      result TEXT,
      energy TEXT
    ) STRICT;

    CREATE TABLE run_batch (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      loss REAL,
      accuracy REAL,
      PRIMARY KEY (run_key, step)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_epoch (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      epoch INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      loss REAL NOT NULL,
      accuracy REAL NOT NULL,
      val_loss REAL,
      val_accuracy REAL,
      samples_per_second REAL NOT NULL,
      PRIMARY KEY (run_key, epoch)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_log (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      source TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (run_key, seq)
    ) STRICT, WITHOUT ROWID;

    -- One section of the settings a row, as JSON, so that one broken section costs that section only.
    CREATE TABLE settings (
      section TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
