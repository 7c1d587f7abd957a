import { migrations } from '../../../../src-main/core/store/repositories';
import type { Migration } from '../../../../src-main/core/store/file/migration';

/** A step after the last real one that writes `rows` rows, so that it can be killed half-way. */
export function slowStep(rows: number): Migration {
  return {
    version: migrations.length + 1,
    name: 'slow',
    sql: `
      INSERT INTO meta (key, value) VALUES ('slow', 'half-way');
      CREATE TABLE heavy (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
      INSERT INTO heavy WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter LIMIT ${rows}) SELECT n, 'row ' || n FROM counter;
    `,
  };
}
