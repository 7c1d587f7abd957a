import type { Migration } from '../../file/migration';

/** A run knows the times in which no core watched it. */
export const runInterruptions: Migration = {
  version: 23,
  name: 'run interruptions',
  sql: `
    -- A JSON array of {fromMs, toMs}.
    ALTER TABLE run ADD COLUMN interruptions TEXT NOT NULL DEFAULT '[]';
  `,
};
