import type { Migration } from '../file/migration';

/**
 * The newest minutes of samples lie in `sample_recent`, one row each; everything older in blocks of compressed columns
 * (docs/storage-format.md). Where a key is in both, the row counts: a sample is put into its block first and leaves its
 * row after, so a crash between the two loses nothing and doubles nothing.
 *
 * A row of `block` holds one level of detail (0 = raw) of up to 32 series over one slot of time. Its index has all that
 * can be asked without the data, so that data is read only where it is wanted.
 */
export const blocks: Migration = {
  version: 2,
  name: 'blocks',
  sql: `
    CREATE TABLE block (
      id INTEGER PRIMARY KEY,
      level INTEGER NOT NULL,
      cluster INTEGER NOT NULL,
      slot_ms INTEGER NOT NULL,
      -- Chunks of an hour that still goes on; later ones count where two have the same time.
      part INTEGER NOT NULL,
      -- 0 = the hour goes on: it has no rollups yet.
      sealed INTEGER NOT NULL,
      samples INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX block_at ON block (level, cluster, slot_ms, part, sealed, samples, bytes);
    CREATE INDEX block_open ON block (cluster, slot_ms) WHERE sealed = 0;

    -- What failed its checksum, taken out of the way so that the rest reads on. series_id NULL = all of the block.
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      found_at_ms INTEGER NOT NULL,
      level INTEGER NOT NULL,
      cluster INTEGER NOT NULL,
      slot_ms INTEGER NOT NULL,
      series_id INTEGER,
      reason TEXT NOT NULL,
      data BLOB NOT NULL
    ) STRICT;

    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      device TEXT NOT NULL,
      kind TEXT NOT NULL,
      code TEXT NOT NULL,
      severity TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_at ON event (at_ms, id);

    DROP VIEW sample_all;
    ALTER TABLE sample_recent RENAME TO sample_recent_1;
    -- Without the reference to series: the writer knows which live, and asking for each row took a third of the time.
    CREATE TABLE sample_recent (
      at_ms INTEGER NOT NULL,
      series_id INTEGER NOT NULL,
      value REAL,
      PRIMARY KEY (at_ms, series_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO sample_recent SELECT at_ms, series_id, value FROM sample_recent_1;
    DROP TABLE sample_recent_1;
    DELETE FROM meta WHERE key = 'settled_before_ms';
  `,
};
