import type { Log } from '@shared/base/log';
import type { Migration } from './file/migration';
import type { ReadHandle, WriteHandle } from './file/open';
import type { DamageFound } from './samples/block-reader';

/** What the write side of a repository is made of. */
export interface WriteContext {
  readonly db: WriteHandle;
  readonly log: Log;
  /** Clock.passedMs: by it samples age. */
  readonly passedMs: () => number;
  /** Done as the store closes, before its last checkpoint. */
  onClose(work: () => void): void;
  /** The write side of another repository, for what both change in one transaction. Two must not ask for each other. */
  of<W extends object>(other: WritableRepository<W>): W;
}

/** What the queries of a repository are prepared with, on the reader's thread. */
export interface ReadContext {
  /** The thread's connection, opened when it is first used. It can only ask. */
  readonly db: ReadHandle;
  readonly databasePath: string;
  /** The SQLite addon as found by the thread that knows the environment; null = the installed prebuild. */
  readonly binding: string | null;
  /** Tells the writer's side of a block that could not be read. */
  damaged(found: DamageFound): void;
  /** Called when the thread closes the database. */
  onClose(close: () => void): void;
}

/** Throws AppError `cancelled` once nobody waits for the answer. To be called between pieces of work of some milliseconds. */
export type Check = () => void;

export interface WritableRepository<W extends object> {
  write(on: WriteContext): W;
}

/** Any repository, as the lists of them hold it. */
export interface AnyRepository extends WritableRepository<object> {
  readonly migrations: readonly Migration[];
  prepare(on: ReadContext): unknown;
  readonly queries: Readonly<Record<string, (on: never, input: never, check: Check) => unknown>>;
}

/**
 * One kind of record in the database, all in its own file: the steps of its schema, what the writer can do with it, and
 * what can be asked of it on the reader's thread. Two of these never share a table's changes but by {@link WriteContext.of}.
 */
export interface Repository<W extends object, P, Q> extends WritableRepository<W> {
  /** Its steps of the one numbered list; a released step is never edited, a change is the next free number. */
  readonly migrations: readonly Migration[];
  /** Prepares the writer's statements, once, after all migrations. A plain object: functions, or getters for what is no change. */
  write(on: WriteContext): W;
  /** Prepares what the queries ask with, at the first of them. */
  prepare(on: ReadContext): P;
  /**
   * Name → what answers it. Input and output cross a structured clone; a promise is awaited. Large buffers are better
   * {@link HandOver handed over}.
   */
  readonly queries: Q;
}

/** Says that these are the parts of one repository: each part's type follows from what it is. */
export function repository<W extends object, P, Q extends Readonly<Record<string, (on: P, input: never, check: Check) => unknown>>>(
  parts: Repository<W, P, Q>,
): Repository<W, P, Q> {
  return parts;
}

/** For a repository of which only the writer's side is asked. */
export const noQueries = { prepare: () => null, queries: {} } as const;

/** An answer whose buffers are handed over to the asking thread, not copied. */
export class HandOver<T> {
  constructor(
    readonly output: T,
    readonly buffers: readonly ArrayBuffer[],
  ) {}
}

export type Repositories = Readonly<Record<string, AnyRepository>>;

/** The write sides of these repositories, by their names. */
export type WriteSides<R extends Repositories> = { readonly [K in keyof R]: ReturnType<R[K]['write']> };

type Answer<O> = O extends HandOver<infer T> ? T : O;
type QueryFunction<F> = F extends (on: never, input: infer I, check: Check) => infer O
  ? (
      ...asked: unknown extends I ? [input?: undefined, signal?: AbortSignal] : [input: I, signal?: AbortSignal]
    ) => Promise<Answer<Awaited<O>>>
  : never;

/** The queries of one repository, as they are asked: each is answered on the reader's thread. */
export type ReadSide<R extends AnyRepository> = { readonly [M in keyof R['queries']]: QueryFunction<R['queries'][M]> };
export type ReadSides<R extends Repositories> = { readonly [K in keyof R]: ReadSide<R[K]> };

/**
 * All steps of the schema, in order.
 * @throws {Error} for a number that is missing or given twice: which step a database has would not be known
 */
export function migrationsOf(repositories: Repositories): readonly Migration[] {
  const steps = Object.values(repositories)
    .flatMap(({ migrations }) => migrations)
    .sort((a, b) => a.version - b.version);
  steps.forEach(({ version, name }, i) => {
    if (version !== i + 1) throw new Error(`the step "${name}" of the schema is number ${version}, where ${i + 1} is due`);
  });
  return steps;
}
