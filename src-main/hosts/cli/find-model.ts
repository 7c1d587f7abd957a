import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRun, openRuns } from './open-runs';

/**
 * What a person typed for a model: the folder of that name where there is one, else a run, by its id or the beginning of it.
 * @returns the folder's absolute path, or the run's id @throws AppError where there is neither
 */
export function findModel(dataDir: string, typed: string): string {
  if (existsSync(typed) || !/^[\w-]+$/.test(typed)) return resolve(typed);
  const db = openRuns(dataDir);
  try {
    return findRun(db, typed);
  } finally {
    db.close();
  }
}
