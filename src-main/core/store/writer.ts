import type { Log } from '@shared/base/log';
import { mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { systemClock } from '../telemetry/clock';
import { openDatabase, type Opened } from './file/database';
import { folderError, isDamage, storageError } from './file/errors';
import { noteDamage } from './file/inspect';
import { latestVersion } from './file/migrate';
import { takeOwnership, type Ownership } from './file/ownership';
import { makePrivate } from './file/private';
import { applyStagedRestore } from './file/restore';
import { repositories } from './repositories';
import { migrationsOf, type Repositories, type WritableRepository, type WriteContext, type WriteSides } from './repository';
import type { OpenStore, StoreWriter } from './types';

export interface WriterOptions {
  /** Absolute; made when missing, readable by its owner alone. */
  readonly dataDir: string;
  readonly log?: Log;
  /** Clock.passedMs: by it samples age. Default: the machine's. */
  readonly passedMs?: () => number;
}

/** Where the database of a data folder lies. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'coldaisle.sqlite3');
}

/**
 * Opens the store of a data folder for writing and takes the folder: as long as it is open nobody else can.
 *
 * @throws {AppError} `conflict` (another process has the folder), `storage-full`, `storage-failed` (a newer database,
 *   left untouched; a folder that cannot be used; no addon for this runtime)
 */
export function openWriter(options: WriterOptions): StoreWriter {
  return openWriterOf(repositories, options);
}

/** The same with other repositories than those of this build. */
export function openWriterOf<R extends Repositories>(
  of: R,
  { dataDir, log = () => undefined, passedMs = () => systemClock.passedMs() }: WriterOptions,
): WriteSides<R> & OpenStore {
  if (!isAbsolute(dataDir)) throw new TypeError(`the data folder must be absolute, got ${dataDir}`);
  const path = databasePath(dataDir);
  const migrations = migrationsOf(of);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    makePrivate(dataDir);
  } catch (error) {
    throw folderError(error, dataDir);
  }
  const ownership = takeOwnership(dataDir);
  const atClose: (() => void)[] = [];
  try {
    const before = applyStagedRestore(path, latestVersion(migrations));
    if (before !== null) log('warn', `${path} is the restored one from now on; the database before it is ${before.setAside ?? 'none'}`);
    const opened = openDatabase({
      path,
      migrations,
      suspect: !ownership.previousClosed && before === null,
      prepare: (db) => prepareSides(of, { db, log, passedMs, onClose: (work) => void atClose.push(work) }),
      log: (text) => log('warn', text),
    });
    return storeWriter(opened, ownership, atClose, log);
  } catch (error) {
    ownership.release(ownership.previousClosed);
    throw storageError(error, path);
  }
}

/** The write side of each repository, made in the order in which they ask for each other. */
function prepareSides<R extends Repositories>(of: R, on: Omit<WriteContext, 'of'>): WriteSides<R> {
  const made = new Map<object, object | null>();
  const side = <W extends object>(repository: WritableRepository<W>): W => {
    const known = made.get(repository);
    // What was made of it is of its own type.
    if (known) return known as W;
    if (known === null) throw new Error('two repositories ask for each other');
    made.set(repository, null);
    const written = repository.write({ ...on, of: side });
    made.set(repository, written);
    return written;
  };
  return Object.fromEntries(Object.entries(of).map(([name, repository]) => [name, side(repository)])) as WriteSides<R>;
}

function storeWriter<R extends Repositories>(
  { db, tables: sides, setAside }: Opened<WriteSides<R>>,
  ownership: Ownership,
  atClose: readonly (() => void)[],
  log: Log,
): WriteSides<R> & OpenStore {
  const { path } = db;
  let open = true;

  /** Every use of the database goes through here, so that each failure leaves by its name. */
  const use = <T>(work: () => T): T => {
    if (!open) throw new AppError('storage-failed', message('message.store.closed', { path }));
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) noteDamage(path);
      throw storageError(error, path);
    }
  };

  return {
    ...(Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, guarded(side, use)])) as WriteSides<R>),
    setAside,
    path,
    close() {
      if (!open) return;
      open = false;
      try {
        for (const work of atClose) work();
        db.exec('PRAGMA incremental_vacuum');
        db.query('PRAGMA wal_checkpoint(TRUNCATE)').get();
      } catch (error) {
        // What is committed is safe in the WAL, and the next start goes on from there.
        log('warn', `${path}: the last packing and checkpoint failed (${error instanceof Error ? error.message : String(error)})`);
      }
      db.close();
      ownership.release(true);
    },
  };
}

/** The same object, each of its functions run by `use`. */
function guarded(side: object, use: <T>(work: () => T) => T): object {
  const guard = (property: PropertyDescriptor): PropertyDescriptor => {
    const given: unknown = property.value;
    return typeof given === 'function'
      ? { ...property, value: (...args: unknown[]) => use((): unknown => given.apply(side, args)) }
      : property;
  };
  const properties = Object.entries(Object.getOwnPropertyDescriptors(side)).map(([name, property]) => [name, guard(property)]);
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap);
}
