import type { Migration } from '../../file/migration';

/** A run keeps how it is to be started and ended, where it stands in the queue, and what there was when it began. */
export const runLaunch: Migration = {
  version: 28,
  name: 'run launch',
  sql: `
    -- JSON objects; what is left out of one is as every run has it.
    ALTER TABLE run ADD COLUMN launch TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE run ADD COLUMN control TEXT NOT NULL DEFAULT '{}';
    -- What there was when the run began, as JSON.
    CREATE TABLE run_snapshot (
      run_key INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
      body TEXT NOT NULL
    ) STRICT;
  `,
};
