import { AppError, isAppError } from '@shared/contract/errors';
import { english } from '@shared/text/message';
import { inspect } from '../store/file/inspect';
import { latestVersion } from '../store/file/migrate';
import { migrations } from '../store/repositories';
import { openForWriting } from '../store/file/open';
import { takeOwnership } from '../store/file/ownership';
import { openReader } from '../store/reader';
import type { StoreReader } from '../store/types';
import { databasePath } from '../store/writer';

export interface Archive {
  readonly reader: StoreReader;
  readonly path: string;
}

/**
 * Reads a data folder without opening it for recording: a running Coldaisle is not disturbed, a database is not
 * brought to this version and a damaged one not set aside. The folder stays free: a Coldaisle can be started meanwhile.
 *
 * @param anyVersion whether a database of an older version will do (a copy takes it as it is)
 * @throws {AppError} `not-found` (nothing was ever recorded there), `storage-failed`, and what `work` throws
 */
export async function withArchive<T>(
  dataDir: string,
  readerWorker: string,
  anyVersion: boolean,
  work: (archive: Archive) => Promise<T>,
): Promise<T> {
  const path = databasePath(dataDir);
  const found = inspect(path);
  if (found.state === 'none')
    throw new AppError('not-found', `Nothing has been recorded in ${dataDir}. Another folder is named with --data DIR.`);
  if (found.state === 'foreign') throw new AppError('storage-failed', `${path} is no database of Coldaisle: ${english(found.why)}.`);
  const known = latestVersion(migrations);
  if (found.version > known)
    throw new AppError(
      'storage-failed',
      `${path} was written by a newer Coldaisle (database version ${found.version}, this one knows ${known}). Use that one.`,
    );
  if (found.version < known && !anyVersion)
    throw new AppError(
      'storage-failed',
      `${path} was written by an older Coldaisle. Start this one on it once, which brings it up to date.`,
    );
  try {
    const reader = openReader({ databasePath: path, workerPath: readerWorker });
    try {
      return await work({ reader, path });
    } finally {
      await reader.close();
    }
  } finally {
    checkpointWal(dataDir, path);
  }
}

/**
 * A connection that only reads leaves an empty WAL behind, which the next start would take for the trace of a crash. One
 * that may write takes it away as it closes; where somebody has the folder, or a crash did leave a trace, it stays.
 */
function checkpointWal(dataDir: string, path: string): void {
  const ownership = ownershipIfFree(dataDir);
  if (ownership === null) return;
  try {
    if (!ownership.previousClosed) return;
    const db = openForWriting(path);
    try {
      db.query('PRAGMA user_version').get();
    } finally {
      db.close();
    }
  } finally {
    ownership.release(ownership.previousClosed);
  }
}

function ownershipIfFree(dataDir: string): ReturnType<typeof takeOwnership> | null {
  try {
    return takeOwnership(dataDir);
  } catch (error) {
    if (isAppError(error, 'conflict')) return null;
    throw error;
  }
}
