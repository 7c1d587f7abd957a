import { statSync } from 'node:fs';
import { repository } from '../repository';
import { initial } from './0001-initial';
import { copyDatabase } from './copy';

/** The database as a whole. */
export const file = repository({
  migrations: [initial],
  write: ({ db: { path } }) => ({
    /** What it takes on the disk, with its WAL. */
    bytes: (): number => sizeOf(path) + sizeOf(`${path}-wal`),
  }),
  prepare: ({ databasePath, binding }) => ({ databasePath, binding }),
  queries: {
    /**
     * Copies the whole database, as it is now, into a new file (copy.ts). It takes the thread as long as it takes, in steps
     * that let it be cancelled; other queries wait for none of them longer than its final check. Give it a reader of its own.
     * @throws {AppError} `conflict` when `to` exists, `cancelled`, `storage-full`, `storage-failed`
     */
    copyTo: ({ databasePath, binding }, { to }: { readonly to: string }, check): Promise<void> =>
      copyDatabase(databasePath, to, binding, check),
  },
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
