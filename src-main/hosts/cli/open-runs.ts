import { existsSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import type { RunLaunch } from '@shared/model/launch';
import { latestVersion, schemaVersion } from '../../core/store/file/migrate';
import { openForReading, type ReadHandle } from '../../core/store/file/open';
import { migrations } from '../../core/store/repositories';
import { databasePath } from '../../core/store/writer';

/** Runs that are named where a beginning is that of several. */
const NAMED_MAX = 5;

/** Opens a data folder's database to read the runs in it, beside whatever writes it. @throws {AppError} */
export function openRuns(dataDir: string): ReadHandle {
  const path = databasePath(dataDir);
  if (!existsSync(path)) throw new AppError('not-found', `There is no database at ${path} yet.`);
  const db = openForReading(path);
  try {
    if (schemaVersion(db) !== latestVersion(migrations))
      throw new AppError('conflict', `${path} is of another version of Coldaisle. Start this one on it once; then its runs can be read.`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * The id of the run that is meant by an id, by how it begins, or by its whole name.
 * @throws {AppError} where it is none, or the beginning or the name of several
 */
export function findRun(db: ReadHandle, typed: string): string {
  const begun = db
    .query<{ id: string }>(`SELECT id FROM run WHERE substr(id, 1, length(?)) = ? ORDER BY id <> ?, key DESC LIMIT ${NAMED_MAX + 1}`)
    .all(typed, typed, typed);
  const called = db.query<{ id: string }>(`SELECT id FROM run WHERE name = ? ORDER BY key DESC LIMIT ${NAMED_MAX + 1}`);
  const found = (begun.length > 0 ? begun : called.all(typed)).map(({ id }) => id);
  const [first] = found;
  if (first === undefined || typed === '') throw new AppError('not-found', `There is no run "${typed}". npm start -- runs lists them.`);
  if (first === typed || found.length === 1) return first;
  const named = [...found.slice(0, NAMED_MAX), ...(found.length > NAMED_MAX ? ['…'] : [])].join(', ');
  throw new AppError('invalid-input', `Several runs ${begun.length > 0 ? 'begin with' : 'are called'} ${typed}: ${named}`);
}

/** The same for each run that another one is to follow. @throws {AppError} */
export function findDependencies(dataDir: string, after: RunLaunch['after']): RunLaunch['after'] {
  if (after.length === 0) return after;
  const db = openRuns(dataDir);
  try {
    return after.map((one) => ({ ...one, run: findRun(db, one.run) }));
  } finally {
    db.close();
  }
}
