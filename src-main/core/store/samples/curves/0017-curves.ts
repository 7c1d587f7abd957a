import type { Migration } from '../../file/migration';
import { isRecord, rewrite } from '../../file/rewrite';

/** A point of each batch or epoch in which a column has a number, in order. */
const pointsOf = (name: string, column: string, from: string): string => `
    INSERT INTO curve (run_key, name, settled) SELECT DISTINCT run_key, '${name}', 0 FROM ${from} WHERE ${column} IS NOT NULL;
    INSERT INTO curve_recent (curve_id, n, step, at_ms, value)
      SELECT c.id, row_number() OVER (PARTITION BY p.run_key ORDER BY p.step) - 1, p.step, p.at_ms, p.${column}
      FROM ${from} p JOIN curve c ON c.run_key = p.run_key AND c.name = '${name}' WHERE p.${column} IS NOT NULL;
`;

/**
 * A run's numbers by any name, step by step, in place of the two tables that knew loss and accuracy only. The newest lie in
 * rows and settle into blocks of 4,096 points, each with a summary of 128 points an entry; what is moved here lies in rows
 * until the writer packs it.
 *
 * An epoch stood at no step: it gets that of its last batch, else the one its plan says.
 */
export const curves: Migration = {
  version: 17,
  name: 'curves',
  sql: `
    CREATE TABLE curve (
      id INTEGER PRIMARY KEY,
      run_key INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      name TEXT NOT NULL,
      -- Points in blocks; those after them are rows.
      settled INTEGER NOT NULL,
      UNIQUE (run_key, name)
    ) STRICT;
    CREATE TABLE curve_recent (
      curve_id INTEGER NOT NULL REFERENCES curve (id) ON DELETE CASCADE,
      -- From 0, in the order they came.
      n INTEGER NOT NULL,
      step INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      -- NULL = not a number (NaN).
      value REAL,
      PRIMARY KEY (curve_id, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE curve_block (
      curve_id INTEGER NOT NULL REFERENCES curve (id) ON DELETE CASCADE,
      first INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (curve_id, first)
    ) STRICT, WITHOUT ROWID;
    -- Beside the blocks, not in them: a whole curve is drawn from these alone, which lie together.
    CREATE TABLE curve_summary (
      curve_id INTEGER NOT NULL REFERENCES curve (id) ON DELETE CASCADE,
      first INTEGER NOT NULL,
      points INTEGER NOT NULL,
      first_step INTEGER NOT NULL,
      last_step INTEGER NOT NULL,
      min_step INTEGER NOT NULL,
      -- The smallest step below the one before it; NULL = none.
      restart_step INTEGER,
      first_at_ms INTEGER NOT NULL,
      max_at_ms INTEGER NOT NULL,
      -- 1 = the clock was set back within it.
      backward INTEGER NOT NULL,
      summary BLOB NOT NULL,
      PRIMARY KEY (curve_id, first)
    ) STRICT;

    CREATE TEMP TABLE curve_epoch AS
      SELECT e.*, coalesce(
        (SELECT max(b.step) FROM run_batch b WHERE b.run_key = e.run_key AND b.epoch = e.epoch),
        e.epoch * CASE WHEN json_valid(r.plan) THEN json_extract(r.plan, '$.stepsPerEpoch') END,
        e.epoch) AS step
      FROM run_epoch e JOIN run r ON r.key = e.run_key;
    CREATE TEMP TABLE curve_epoch_start AS
      SELECT run_key, step, at_ms, epoch FROM (
        SELECT *, lag(epoch) OVER (PARTITION BY run_key ORDER BY step) AS before FROM run_batch)
      WHERE before IS NOT epoch;
    ${pointsOf('train/loss', 'loss', 'run_batch')}
    ${pointsOf('train/accuracy', 'accuracy', 'run_batch')}
    ${pointsOf('epoch', 'epoch', 'curve_epoch_start')}
    ${pointsOf('train/loss_epoch', 'loss', 'curve_epoch')}
    ${pointsOf('train/accuracy_epoch', 'accuracy', 'curve_epoch')}
    ${pointsOf('val/loss', 'val_loss', 'curve_epoch')}
    ${pointsOf('val/accuracy', 'val_accuracy', 'curve_epoch')}
    ${pointsOf('train/samples_per_second_epoch', 'samples_per_second', 'curve_epoch')}
    DROP TABLE curve_epoch;
    DROP TABLE curve_epoch_start;
    DROP TABLE run_batch;
    DROP TABLE run_epoch;
  `,
  run: (db) => {
    rewrite(db, 'SELECT key, last AS json FROM run', 'UPDATE run SET last = ? WHERE key = ?', newest);
    rewrite(db, 'SELECT key, result AS json FROM run WHERE result IS NOT NULL', 'UPDATE run SET result = ? WHERE key = ?', ended);
  },
};

const NEWEST = {
  loss: 'train/loss',
  accuracy: 'train/accuracy',
  valLoss: 'val/loss',
  valAccuracy: 'val/accuracy',
  samplesPerSecond: 'train/samples_per_second',
};
const PARTS = { train: 'train', validation: 'val', test: 'test' };

function newest(last: Record<string, unknown>): Record<string, unknown> {
  return numbers(Object.entries(NEWEST).map(([field, name]) => [name, last[field]]));
}

function ended(result: Record<string, unknown>): Record<string, unknown> {
  const scores = Object.entries(PARTS).flatMap(([part, prefix]): [string, unknown][] => {
    const score = result[part];
    return isRecord(score) ? ['loss', 'accuracy'].map((name) => [`${prefix}/${name}`, score[name]]) : [];
  });
  return numbers([...scores, ['train/samples_per_second', result['samplesPerSecond']]]);
}

function numbers(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'number'));
}
