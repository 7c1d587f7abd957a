import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { message, type KeyedMessage } from '@shared/text/message';
import { folderError } from './errors';
import { APPLICATION_ID } from './migrate';

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
/** What SQLite keeps beside a database; each belongs to it and goes where it goes. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/** What the file at a database's path is, judged by its header alone: nothing is opened, locked or changed. */
export type Found =
  | { readonly state: 'none' }
  | { readonly state: 'foreign'; readonly why: KeyedMessage }
  | { readonly state: 'ours'; readonly version: number };

/** @throws {AppError} `storage-failed` when the path cannot be read or holds no plain file */
export function inspect(path: string): Found {
  try {
    if (!existsSync(path)) return { state: 'none' };
    const stat = statSync(path);
    if (!stat.isFile())
      throw new AppError('storage-failed', `${path} is not a file. Move it away, or choose another folder with --data DIR.`);
    if (stat.size === 0) return { state: 'none' };
    const header = readHeader(path);
    if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC)
      return { state: 'foreign', why: message('message.file.noHeader') };
    const applicationId = header.readInt32BE(APPLICATION_ID_AT);
    if (applicationId !== APPLICATION_ID) return { state: 'foreign', why: message('message.file.otherHeader') };
    return { state: 'ours', version: header.readInt32BE(USER_VERSION_AT) };
  } catch (error) {
    throw folderError(error, path);
  }
}

function readHeader(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(fd, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

/** A file beside the database that says: damage was met while it was in use. */
const damageNote = (path: string): string => join(dirname(path), 'coldaisle.damaged');

/** Leaves word for the next start to check the whole database, however large. Never throws: on a full disk it stays unsaid. */
export function noteDamage(path: string): void {
  try {
    writeFileSync(damageNote(path), 'Damage was met in the database. The next start checks it and sets it aside.\n');
  } catch {
    // Whoever met the damage reports it; the next one to meet it tries again.
  }
}

export function damageNoted(path: string): boolean {
  return existsSync(damageNote(path));
}

export function clearDamageNote(path: string): void {
  rmSync(damageNote(path), { force: true });
}

/**
 * Renames a damaged database and what belongs to it to `coldaisle.corrupt-<UTC time>.sqlite3`, in the same folder.
 * Nothing is deleted or copied.
 *
 * @returns the new path of the database
 */
export function setAside(path: string, nowMs: number = Date.now()): string {
  const time = new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const free = (attempt: number): string => {
    const candidate = join(dirname(path), `coldaisle.corrupt-${time}${attempt === 1 ? '' : `.${attempt}`}.sqlite3`);
    return existsSync(candidate) ? free(attempt + 1) : candidate;
  };
  const target = free(1);
  try {
    renameSync(path, target);
    for (const companion of COMPANIONS) if (existsSync(path + companion)) renameSync(path + companion, target + companion);
  } catch (error) {
    throw folderError(error, path);
  }
  return target;
}
