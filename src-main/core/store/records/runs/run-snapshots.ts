import { AppError } from '@shared/contract/errors';
import { RunSnapshot } from '@shared/model/run-snapshot';
import { firstIssue, parseJson } from '../../file/json';
import type { ReadHandle, WriteHandle } from '../../file/open';

/** Keeps what there was when a run began; of a run that was deleted meanwhile nothing is. */
export function openSnapshotWrite(db: WriteHandle): (runId: string, snapshot: RunSnapshot) => void {
  const put = db.change('INSERT OR REPLACE INTO run_snapshot (run_key, body) SELECT key, ? FROM run WHERE id = ?');
  return (runId, snapshot) => db.transaction(() => void put.run(JSON.stringify(snapshot), runId));
}

/**
 * What there was when a run began; null = none was taken.
 * @throws AppError `storage-failed` for one that cannot be read
 */
export function openSnapshotQuery(db: ReadHandle): (runId: string) => RunSnapshot | null {
  const select = db.query<{ body: string }>('SELECT body FROM run_snapshot JOIN run ON run.key = run_key WHERE run.id = ?');
  return (runId) => {
    const body = select.get(runId)?.body;
    if (body === undefined) return null;
    const read = RunSnapshot.safeParse(parseJson(body));
    if (read.success) return read.data;
    throw new AppError('storage-failed', `the snapshot of run ${runId} cannot be read: ${firstIssue(read.error)}`);
  };
}
