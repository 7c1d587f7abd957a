import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderError } from './errors';
import { clearDamageNote, inspect } from './inspect';

/** The database itself comes last: as long as it lies in its place, what belongs to it is still being moved. */
const PARTS = ['-journal', '-wal', '-shm', ''];

/** Where a checked database waits to take the place of the one at `path`; whole as soon as it is there. */
export function stagedRestorePath(path: string): string {
  return join(dirname(path), 'coldaisle.restore.sqlite3');
}

/** Gives the restore up that is waiting. False when there was none. */
export function dropStagedRestore(path: string): boolean {
  const staged = stagedRestorePath(path);
  const waited = existsSync(staged);
  rmSync(staged, { force: true });
  return waited;
}

/**
 * Puts a waiting database in the place of the one at `path`, for whoever owns the folder. The one before it is renamed to
 * `coldaisle.before-restore-<UTC time>.sqlite3`, with what belongs to it; nothing is deleted.
 *
 * Killed between any two of its renames it is gone on with at the next start: the name to set aside under comes from
 * the waiting file, so the parts of one database stay together, and no WAL is left for a database that it does not
 * belong to (SQLite would play it into that).
 *
 * @param known the latest schema version that this app can read
 * @returns null when none waits, or one that this version cannot read (it is left); else where the database before went
 * @throws {AppError} `storage-failed` when a file cannot be renamed
 */
export function applyStagedRestore(path: string, known: number): { readonly setAside: string | null } | null {
  const staged = stagedRestorePath(path);
  try {
    if (!existsSync(staged)) return null;
    const found = inspect(staged);
    if (found.state !== 'ours' || found.version > known) return null;
    const aside = freeName(path, statSync(staged).mtime);
    for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part);
    renameSync(staged, path);
    clearDamageNote(path);
    return { setAside: existsSync(aside) ? aside : null };
  } catch (error) {
    throw folderError(error, path);
  }
}

function freeName(path: string, at: Date): string {
  const time = at.toISOString().replaceAll(':', '-');
  const name = (attempt: number): string =>
    join(dirname(path), `coldaisle.before-restore-${time}${attempt === 1 ? '' : `.${attempt}`}.sqlite3`);
  let attempt = 1;
  // The name of a move that was interrupted is taken only as far as it came.
  while (PARTS.some((part) => existsSync(path + part) && existsSync(name(attempt) + part))) attempt += 1;
  return name(attempt);
}
