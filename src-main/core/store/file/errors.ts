import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';

/** Less than this left on a volume that just refused a write means that it is full, bytes. */
const NEARLY_NOTHING = 64 * 1024;

/** SQLite's own extended result code ("SQLITE_FULL", "SQLITE_IOERR_WRITE"), null for any other error. */
export function sqliteCode(error: unknown): string | null {
  const code = systemCode(error);
  return code?.startsWith('SQLITE_') ? code : null;
}

function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Whether SQLite says that the file itself is damaged or no database at all. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

/**
 * Names what went wrong with the file at `path`: `storage-full` or `storage-failed`, each with the way out.
 * What is a mistake of the program (a broken constraint, bad SQL, a TypeError) comes back as it was.
 */
export function storageError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = systemCode(error);
  if (code === null || !(error instanceof Error)) return error;
  const cause = { cause: error };
  if (isFull(code, path)) return new AppError('storage-full', message('message.store.full', { path }), cause);
  if (isDamage(error)) return new AppError('storage-failed', message('message.store.damaged', { path, why: error.message }), cause);
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|BUSY|LOCKED|PERM|PROTOCOL|NOLFS|AUTH)/.test(code)) {
    return new AppError(
      'storage-failed',
      message('message.store.unusable', { path, why: error.message, code, option: '--data DIR' }),
      cause,
    );
  }
  return error;
}

/** Whether it is SQLite or the disk that failed, not the work itself. */
export function isStorageError(error: unknown, path: string): boolean {
  return sqliteCode(error) !== null || storageError(error, path) instanceof AppError;
}

/** Names why the data folder or a file in it cannot be made, read or renamed. */
export function folderError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = systemCode(error);
  if (code === null || !(error instanceof Error)) return error;
  if (isFull(code, path)) return new AppError('storage-full', message('message.store.fullStart', { path }), { cause: error });
  return new AppError('storage-failed', message('message.store.unusableFolder', { path, why: error.message, option: '--data DIR' }), {
    cause: error,
  });
}

function isFull(code: string, path: string): boolean {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return true;
  // Growing the shared-memory index on a full volume fails as an I/O error, not as FULL.
  if (!code.startsWith('SQLITE_IOERR') && code !== 'SQLITE_CANTOPEN') return false;
  try {
    const volume = statfsSync(dirname(path));
    return volume.bavail * volume.bsize < NEARLY_NOTHING;
  } catch {
    return false;
  }
}
