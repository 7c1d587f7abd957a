import { existsSync, statSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import { english, message } from '@shared/text/message';
import { isDamage, sqliteCode, storageError } from './errors';
import { clearDamageNote, damageNoted, inspect, setAside } from './inspect';
import { latestVersion, migrate, schemaVersion } from './migrate';
import type { Migration } from './migration';
import { openForWriting, type WriteHandle } from './open';

export interface Opened<T> {
  readonly db: WriteHandle;
  /** What `prepare` made of it. */
  readonly tables: T;
  /** Where a damaged database was put, null when there was none. */
  readonly setAside: string | null;
}

/** Up to this size a database is checked whole after a crash: about a second of a start, some seconds from a slow disk. */
const WHOLE_CHECK_BYTES = 256 * 1024 * 1024;

/** How much of a database is checked: the whole file, all but the settled samples (which are nearly all of it), nothing. */
type Check = 'whole' | 'without-samples' | 'none';

/** How a database is opened. */
export interface OpenOptions<T> {
  readonly path: string;
  readonly migrations: readonly Migration[];
  /** Whether the session before did not close: then the database is checked. */
  readonly suspect: boolean;
  /** A larger one, bytes, is checked without its settled samples; damage in those shows when they are read. Default 256 MiB. */
  readonly wholeCheckBytes?: number;
  /** Prepares the statements. One that SQLite refuses ends the opening; the database stays where it is. */
  readonly prepare: (db: WriteHandle) => T;
  readonly log: (text: string) => void;
}

/**
 * Opens the database for its one writer: checks it, sets a damaged one aside, makes or migrates it.
 *
 * WAL with synchronous=NORMAL: each commit is written to the WAL, which is flushed to the disk at a checkpoint only. A
 * crash or kill of this process loses nothing that was committed. A power cut may lose the last commits (at most back
 * to the last checkpoint, a few minutes of ticks), but leaves the file sound. The order that makes it so: (1) a commit is
 * frames appended to the WAL, each with a checksum that goes on from the frame before and the last marked as the end of a
 * transaction, so whatever of it reached the disk, in whatever order, what is read back is the transactions up to the
 * first frame that is torn, flipped or missing: a prefix of what was committed, never a mix. (2) A checkpoint first
 * flushes the WAL, then copies its pages into the file, then flushes the file; a cut before the second flush leaves the
 * WAL whole, and it is copied again. (3) Only then is the WAL begun anew, under a new salt that makes old frames invalid.
 * Since samples are put into a block by one transaction and leave their rows by a later one, every prefix has each of
 * them at least once (tests/integration/store/power-cut.test.ts). FULL would flush the disk every second to save minutes.
 *
 * @throws {AppError} `storage-failed` for a database of a newer version and one whose tables are not what its version says,
 *   both left as they are, and for a path that cannot be used; `storage-full`
 */
export function openDatabase<T>(options: OpenOptions<T>): Opened<T> {
  const { path, migrations, log } = options;
  const found = inspect(path);
  if (found.state === 'ours' && found.version > latestVersion(migrations)) throw newer(path, found.version, latestVersion(migrations));
  const check = found.state === 'ours' ? wantedCheck(options) : 'none';
  const first = found.state === 'foreign' ? english(found.why) : tryOpen(options, check);
  if (typeof first !== 'string') {
    if (check === 'whole') clearDamageNote(path);
    return { ...first, setAside: null };
  }
  const aside = setAside(path);
  clearDamageNote(path);
  log(`${path} is damaged (${first}): set aside as ${aside}, a new database begins`);
  const fresh = tryOpen(options, 'none');
  if (typeof fresh === 'string')
    throw new AppError(
      'storage-failed',
      `A new database at ${path} is damaged at once (${fresh}). Check the volume, or choose another folder with --data DIR.`,
    );
  return { ...fresh, setAside: aside };
}

function wantedCheck({ path, suspect, wholeCheckBytes = WHOLE_CHECK_BYTES }: OpenOptions<unknown>): Check {
  if (damageNoted(path)) return 'whole';
  // A WAL or journal that outlived its session is as good a sign of a crash as a missing farewell.
  if (!suspect && !existsSync(`${path}-wal`) && !existsSync(`${path}-journal`)) return 'none';
  return statSync(path).size <= wholeCheckBytes ? 'whole' : 'without-samples';
}

/** @returns the open database, or what is damaged about it (then it is closed again) */
function tryOpen<T>({ path, migrations, prepare }: OpenOptions<T>, check: Check): Pick<Opened<T>, 'db' | 'tables'> | string {
  let db: WriteHandle | null = null;
  try {
    db = openForWriting(path);
    const damage = quickCheck(db, check);
    if (damage !== null) {
      db.close();
      return damage;
    }
    const version = schemaVersion(db);
    if (version > latestVersion(migrations)) throw newer(path, version, latestVersion(migrations));
    // Only a new file takes these two; an older one gets the second by a VACUUM.
    db.exec('PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA foreign_keys = ON');
    upgrade(db, migrations);
    // A checkpoint every 1000 pages is SQLite's default; the limit gives back what one large transaction made of the WAL.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608');
    return { db, tables: prepare(db) };
  } catch (error) {
    db?.close();
    if (isDamage(error) && error instanceof Error) return error.message;
    throw unfit(error, path);
  }
}

/** Migrates; a step that fails on a sound database is this app's fault, and no reason to set the database aside. */
function upgrade(db: WriteHandle, migrations: readonly Migration[]): void {
  try {
    migrate(db, migrations);
  } catch (error) {
    const named = isDamage(error) ? error : storageError(error, db.path);
    if (named !== error || isDamage(error) || !(error instanceof Error)) throw named;
    const localized = message('message.store.unfitUpgrade', {
      path: db.path,
      version: schemaVersion(db),
      why: error.message,
      option: '--data DIR',
    });
    throw new AppError('storage-failed', localized, { cause: error });
  }
}

/** A statement that SQLite refuses ("no such column") is a fault of a program, this one's or another's, and no damage. */
function unfit(error: unknown, path: string): unknown {
  const named = storageError(error, path);
  if (named !== error || sqliteCode(error) === null || !(error instanceof Error)) return named;
  return new AppError('storage-failed', message('message.store.unfit', { path, why: error.message, option: '--data DIR' }), {
    cause: error,
  });
}

/** @returns the first damage that SQLite finds in the structure of what is checked, null when it is sound */
function quickCheck(db: WriteHandle, check: Check): string | null {
  if (check === 'none') return null;
  const tables = db.query<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('sample', 'block', 'quarantine') AND name NOT LIKE 'sqlite_%'",
  );
  const checks = check === 'whole' ? ['PRAGMA quick_check(1)'] : tables.all().map(({ name }) => `PRAGMA quick_check("${name}")`);
  for (const sql of checks) {
    const first = db.query<{ quick_check: string }>(sql).get()?.quick_check;
    if (first !== undefined && first !== 'ok') return first;
  }
  return null;
}

function newer(path: string, found: number, known: number): AppError {
  return new AppError(
    'storage-failed',
    `${path} was written by a newer Coldaisle (database version ${found}, this one knows ${known}) and was left as it is. Start that newer Coldaisle, or this one with --data and another folder.`,
  );
}
