import type { Migration } from '../../file/migration';

/**
 * A run has a kind, a name, tags, notes, a parent and the specifications of its own parameters. What lists of runs are filtered
 * and sorted by stands in columns and tables of its own, each with an index: `search`, `energy_j`, `cost` and `unbilled`, `run_scalar`,
 * `run_param` and `run_tag` follow from the run's row and are written with it (run-index.ts); for the runs of before,
 * when the file is first opened.
 */
export const runList: Migration = {
  version: 12,
  name: 'run list',
  sql: `
    ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'recipe';
    ALTER TABLE run ADD COLUMN name TEXT COLLATE NOCASE;
    -- A JSON array.
    ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT '';
    -- The id of a run.
    ALTER TABLE run ADD COLUMN parent TEXT;
    ALTER TABLE run ADD COLUMN param_specs TEXT NOT NULL DEFAULT '[]';
    -- What a text is looked for in, in small letters.
    ALTER TABLE run ADD COLUMN search TEXT NOT NULL DEFAULT '';
    ALTER TABLE run ADD COLUMN energy_j REAL;
    ALTER TABLE run ADD COLUMN cost REAL;
    -- 1 = its core was lost before its bill was final.
    ALTER TABLE run ADD COLUMN unbilled INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE run_scalar (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value REAL NOT NULL,
      PRIMARY KEY (run_key, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_by_scalar ON run_scalar (name, value);

    CREATE TABLE run_param (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      name TEXT NOT NULL,
      -- A number, a text, or 0 and 1.
      value ANY NOT NULL,
      PRIMARY KEY (run_key, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_by_param ON run_param (name, value);

    CREATE TABLE run_tag (
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      tag TEXT NOT NULL,
      PRIMARY KEY (run_key, tag)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_by_tag ON run_tag (tag);

    CREATE INDEX run_by_created ON run (created_at_ms);
    CREATE INDEX run_by_ended ON run (ended_at_ms, created_at_ms);
    CREATE INDEX run_by_status ON run (status);
    CREATE INDEX run_by_kind ON run (kind);
    CREATE INDEX run_unfinished ON run (created_at_ms) WHERE status NOT IN ('succeeded', 'failed', 'stopped');
    CREATE INDEX run_unbilled ON run (unbilled) WHERE unbilled = 1;
    CREATE INDEX run_by_parent ON run (parent) WHERE parent IS NOT NULL;
    CREATE INDEX run_by_name ON run (name) WHERE name IS NOT NULL;
    CREATE INDEX run_by_energy ON run (energy_j) WHERE energy_j IS NOT NULL;
    CREATE INDEX run_by_cost ON run (cost) WHERE cost IS NOT NULL;
  `,
};
