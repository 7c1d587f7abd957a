import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '@shared/contract/errors';
import { createPrivate } from './private';

/** The Node-API version that better-sqlite3's prebuilt addon asks for. Loading it under an older one kills the process. */
const PREBUILD_NAPI = 10;
/** How long a connection waits for another's lock before it gives up, ms. */
const BUSY_TIMEOUT_MS = 5_000;

export type SqlValue = string | number | null | Uint8Array;

/** A prepared SELECT. Scalars come back in the types their STRICT column declares; JSON is for the caller to validate. */
export interface Query<Row> {
  get(...params: SqlValue[]): Row | undefined;
  all(...params: SqlValue[]): Row[];
}

/** A prepared change. */
export interface Change {
  /** @returns how many rows it changed. */
  run(...params: SqlValue[]): number;
}

/** A connection that can only ask. */
export interface ReadHandle {
  readonly path: string;
  query<Row>(sql: string): Query<Row>;
  /**
   * Makes a table whose rows `rows` gives, known to this connection alone: `name(…parameters)`, each parameter null when
   * it is left out. `rows` must not use this connection.
   */
  table(name: string, columns: readonly string[], parameters: readonly string[], rows: (...args: SqlValue[]) => Iterable<SqlValue[]>): void;
  /** Runs `work` on one state of the database: what is committed meanwhile is seen by the next. */
  snapshot<T>(work: () => T): T;
  /** Safe twice. */
  close(): void;
}

/** The connection that can change the database; one per data folder. */
export interface WriteHandle extends ReadHandle {
  change(sql: string): Change;
  /** Runs SQL text of any number of statements, without parameters. */
  exec(sql: string): void;
  /** Runs `work` in one IMMEDIATE transaction: all of it is committed, or (when it throws) none. */
  transaction<T>(work: () => T): T;
}

/** What decides which addon is loaded; injected by tests. */
export interface BindingEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node-API version of this runtime. */
  readonly napi: number;
  /** Folder of a packaged app's resources, null when not packaged or not known. */
  readonly resourcesDir: string | null;
  readonly runtime: string;
}

/**
 * The SQLite addon for this process: COLDAISLE_SQLITE_BINDING, else the one packaged beside the app, else (null) the
 * prebuild that npm installed. A packaged app loads what it was packaged with: a variable would make it run anybody's code.
 *
 * @throws {AppError} `storage-failed` when none of them can be loaded here: asked before loading, because a prebuild
 *   for a newer Node-API does not fail, it crashes the process.
 */
export function sqliteBinding(on: BindingEnvironment = thisProcess()): string | null {
  const named = on.env.COLDAISLE_SQLITE_BINDING;
  if (named && !isPackaged(on)) {
    if (existsSync(named)) return named;
    throw new AppError(
      'storage-failed',
      `COLDAISLE_SQLITE_BINDING names ${named}, which does not exist. Unset it, or run npm start, which compiles the addon.`,
    );
  }
  if (on.resourcesDir !== null) {
    const packaged = join(on.resourcesDir, 'better_sqlite3.node');
    if (existsSync(packaged)) return packaged;
  }
  if (on.napi >= PREBUILD_NAPI) return null;
  throw new AppError(
    'storage-failed',
    `The SQLite addon cannot load in ${on.runtime}: its prebuild asks for Node-API ${PREBUILD_NAPI}, this is ${on.napi}. ` +
      'Use Node 22.14 or later, or start through npm start, which compiles it and sets COLDAISLE_SQLITE_BINDING.',
  );
}

/** Where Electron's resources hold an app, that app is what runs: only without one is a folder named on the command line. */
function isPackaged({ resourcesDir }: BindingEnvironment): boolean {
  return resourcesDir !== null && existsSync(join(resourcesDir, 'app.asar'));
}

function thisProcess(): BindingEnvironment {
  const electron = process.versions.electron;
  return {
    env: process.env,
    napi: Number(process.versions.napi),
    resourcesDir: packagedResources(),
    runtime: electron === undefined ? `Node ${process.versions.node}` : `Electron ${electron}`,
  };
}

/** Electron says it in each of its processes, utility processes and worker threads included. */
function packagedResources(): string | null {
  return 'resourcesPath' in process && typeof process.resourcesPath === 'string' ? process.resourcesPath : null;
}

/**
 * Opens the database read-only. In WAL it sees each commit of the writer with its next query.
 *
 * @param binding from {@link sqliteBinding}, found by the thread that knows the environment
 * @throws SqliteError when the file is missing or unreadable
 */
export function openForReading(path: string, binding: string | null = sqliteBinding()): ReadHandle {
  const db = connect(path, { readonly: true, fileMustExist: true, binding });
  db.pragma('query_only = ON');
  return readHandle(db, path);
}

/**
 * Opens (or makes) a database for writing, with no setting of its own but the lock wait: `busyMs`, ms.
 *
 * @throws SqliteError when it cannot be opened
 */
export function openForWriting(path: string, busyMs: number = BUSY_TIMEOUT_MS, binding: string | null = sqliteBinding()): WriteHandle {
  createPrivate(path);
  const db = connect(path, { readonly: false, fileMustExist: false, binding, busyMs });
  return {
    ...readHandle(db, path),
    change(sql) {
      const statement = db.prepare<SqlValue[]>(sql);
      return { run: (...params) => statement.run(...params).changes };
    },
    exec: (sql) => void db.exec(sql),
    transaction: (work) => db.transaction(work).immediate(),
  };
}

/**
 * Copies the pages of a database into a new file, by SQLite's backup, from one state: the transaction that is open while
 * it runs keeps commits that come meanwhile out of it (without one, each would begin the copy anew). The copy's header says
 * WAL when the source's does.
 *
 * @param step called between steps; how many pages the next one takes. What it throws ends the copy, half-way.
 * @throws SqliteError, and what `step` throws
 */
export async function copyPages(from: string, to: string, binding: string | null, step: () => number): Promise<void> {
  createPrivate(to);
  const db = connect(from, { readonly: true, fileMustExist: true, binding });
  try {
    db.exec('BEGIN');
    // The transaction takes its state of the database with its first read.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await db.backup(to, { progress: step });
  } finally {
    db.close();
  }
}

interface ConnectOptions {
  readonly readonly: boolean;
  readonly fileMustExist: boolean;
  readonly binding: string | null;
  readonly busyMs?: number;
}

function connect(path: string, { readonly, fileMustExist, binding, busyMs = BUSY_TIMEOUT_MS }: ConnectOptions): Database.Database {
  return new Database(path, { readonly, fileMustExist, timeout: busyMs, ...(binding === null ? {} : { nativeBinding: binding }) });
}

function readHandle(db: Database.Database, path: string): ReadHandle {
  return {
    path,
    table(name, columns, parameters, rows) {
      db.table(name, {
        columns: [...columns],
        parameters: [...parameters],
        *rows(...args: unknown[]) {
          yield* rows(...parameters.map((_, i) => (args[i] ?? null) as SqlValue));
        },
      });
    },
    snapshot: (work) => (db.inTransaction ? work() : db.transaction(work).deferred()),
    query<Row>(sql: string): Query<Row> {
      const statement = db.prepare<SqlValue[], Row>(sql);
      return { get: (...params) => statement.get(...params), all: (...params) => statement.all(...params) };
    },
    close: () => void db.close(),
  };
}
