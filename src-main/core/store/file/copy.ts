import { existsSync, rmSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import { message, messageOf } from '@shared/text/message';
import { isDamage, storageError } from './errors';
import { inspect } from './inspect';
import { copyPages, openForReading, openForWriting } from './open';

/** Pages copied between two looks at whether the copy is still wanted: a megabyte. */
const PAGES_A_STEP = 256;

/**
 * Copies a database, as it is at one moment, into a new file that is whole by itself: no WAL beside it. The source may be
 * written to meanwhile; what is committed after the start is not in the copy. The copy is checked (`quick_check`)
 * before it is called done; one that is given up or found damaged is removed.
 *
 * @param to must not exist; its folder must
 * @param check called some hundred times a second at most; what it throws gives up
 * @throws {AppError} what `check` throws, `conflict` (`to` exists), `storage-full`, `storage-failed`
 */
export async function copyDatabase(from: string, to: string, binding: string | null, check: () => void): Promise<void> {
  if (existsSync(to)) throw new AppError('conflict', message('message.file.exists', { path: to }));
  try {
    await copyPages(from, to, binding, () => {
      check();
      return PAGES_A_STEP;
    });
    const damage = checkWhole(to, binding);
    if (damage !== null) throw new AppError('storage-failed', message('message.backup.copyDamaged', { path: from, damage }));
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(to + suffix, { force: true });
    if (isDamage(error))
      throw new AppError('storage-failed', message('message.backup.damaged', { path: from, why: messageOf(error) }), { cause: error });
    throw storageError(error, to);
  }
}

/** Takes the copy out of WAL mode, which the header brought along, and checks it. @returns the first damage found */
function checkWhole(path: string, binding: string | null): string | null {
  const db = openForWriting(path, undefined, binding);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    const first = db.query<{ quick_check: string }>('PRAGMA quick_check(1)').get()?.quick_check ?? 'it cannot be checked';
    return first === 'ok' ? null : first;
  } finally {
    db.close();
  }
}

/**
 * That this file is a database this app can go on with, as far as its header and its first pages tell.
 * @param known the latest schema version that this app can read
 * @throws {AppError} `not-found`; `invalid-input` for what is none, or of a newer version; `storage-failed` when it cannot be read
 */
export function assertRestorable(path: string, known: number, binding: string | null): void {
  const found = inspect(path);
  if (found.state === 'none') throw new AppError('not-found', message('message.backup.none', { path }));
  if (found.state === 'foreign') throw new AppError('invalid-input', message('message.backup.foreign', { path, why: found.why }));
  if (found.version > known) throw new AppError('invalid-input', message('message.backup.newer', { path, version: found.version, known }));
  try {
    const db = openForReading(path, binding);
    try {
      db.query('SELECT count(*) AS n FROM series').get();
    } finally {
      db.close();
    }
  } catch (error) {
    throw new AppError('invalid-input', message('message.backup.unrestorable', { path, why: messageOf(error) }), { cause: error });
  }
}
