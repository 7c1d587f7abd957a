import type { repositories } from './repositories';
import type { ReadSides, WriteSides } from './repository';

/** What every store has beside its repositories. */
export interface OpenStore {
  /** What opening found: a corrupt file set aside (path of the copy), else null. */
  readonly setAside: string | null;
  readonly path: string;
  /** Checkpoints the WAL and closes. Safe twice. */
  close(): void;
}

/**
 * The only writer of the database, synchronous, one per data folder, which it owns until it is closed or its process ends.
 * Every method of its repositories throws AppError('storage-full' | 'storage-failed') when SQLite cannot write; nothing is
 * half-written. Whoever needs it takes the repositories it needs: `Pick<StoreWriter, 'events'>`.
 */
export type StoreWriter = WriteSides<typeof repositories> & OpenStore;

/** Read-only queries on a worker thread, never on the writer's. A rejected promise carries an AppError. */
export type StoreReader = ReadSides<typeof repositories> & {
  /** Rejects what is pending and waits for the thread to end. Safe twice. To be closed before the writer. */
  close(): Promise<void>;
};
