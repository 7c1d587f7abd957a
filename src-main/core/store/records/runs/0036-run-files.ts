import type { Migration } from '../../file/migration';

/** A run keeps which files its program made. */
export const runFilesMade: Migration = {
  version: 36,
  name: 'run files',
  sql: `
    -- Their names, sizes and times, as JSON; what is in them stays where it is.
    CREATE TABLE run_files (
      run_key INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
      body TEXT NOT NULL
    ) STRICT;
  `,
};
