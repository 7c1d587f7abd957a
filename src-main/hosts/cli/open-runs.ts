import { existsSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import { latestVersion, schemaVersion } from '../../core/store/file/migrate';
import { openForReading, type ReadHandle } from '../../core/store/file/open';
import { migrations } from '../../core/store/repositories';
import { databasePath } from '../../core/store/writer';

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
