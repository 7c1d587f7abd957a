import type { Migration } from '../file/migration';

/**
 * `series.ended`: 1 = of a run that is over. Such series stay in the database and are asked for by their device or id; what is
 * loaded at the start and sent to every page is the others, however many runs there were.
 */
export const livingSeries: Migration = {
  version: 16,
  name: 'living series',
  sql: `
    ALTER TABLE series ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
    UPDATE series SET ended = 1 WHERE device IN (SELECT 'run/' || id FROM run WHERE status IN ('succeeded', 'failed', 'stopped'));
    CREATE INDEX series_living ON series (id) WHERE ended = 0;
  `,
};
