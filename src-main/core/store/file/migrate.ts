import type { Migration } from './migration';
import type { ReadHandle, WriteHandle } from './open';

/** "Cold" in ASCII: marks the file as this product's in its header (SQLite's application_id). */
export const APPLICATION_ID = 0x436f6c64;

/** The schema version that these migrations lead to. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

export function schemaVersion(db: ReadHandle): number {
  return db.query<{ user_version: number }>('PRAGMA user_version').get()?.user_version ?? 0;
}

/**
 * Brings the database from the version it has to the latest, one transaction a step: a step that fails leaves the
 * database at the step before.
 *
 * It runs in rollback-journal mode and leaves the journal to the caller, so that a new version number is always in the
 * file's own header and never in a WAL only: an older app reads it there without opening the database.
 *
 * @throws SqliteError of the failing step, and what a step's code throws
 */
export function migrate(db: WriteHandle, migrations: readonly Migration[]): void {
  const from = schemaVersion(db);
  const pending = migrations.filter((step) => step.version > from);
  if (pending.length === 0) return;
  db.exec('PRAGMA journal_mode = DELETE');
  for (const step of pending) {
    db.transaction(() => {
      db.exec(step.sql);
      step.run?.(db);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${step.version}`);
    });
  }
}
