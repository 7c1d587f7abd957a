import type { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { MadeFiles } from '@shared/model/made-files';
import { RunSnapshot } from '@shared/model/run-snapshot';
import { firstIssue, parseJson } from '../../file/json';
import type { ReadHandle, WriteHandle } from '../../file/open';

/** What is kept of a run in a table of its own, as JSON, because few ask for it. */
interface RunPart<T> {
  /** Keeps it in the place of what there was; of a run that was deleted meanwhile nothing is. */
  readonly write: (db: WriteHandle) => (runId: string, part: T) => void;
  /** Null = none was kept. Throws AppError `storage-failed` for one that cannot be read. */
  readonly query: (db: ReadHandle) => (runId: string) => T | null;
}

function runPart<T>(table: 'run_snapshot' | 'run_files', schema: z.ZodType<T>, name: string): RunPart<T> {
  return {
    write(db) {
      const put = db.change(`INSERT OR REPLACE INTO ${table} (run_key, body) SELECT key, ? FROM run WHERE id = ?`);
      return (runId, part) => db.transaction(() => void put.run(JSON.stringify(part), runId));
    },
    query(db) {
      const select = db.query<{ body: string }>(`SELECT body FROM ${table} JOIN run ON run.key = run_key WHERE run.id = ?`);
      return (runId) => {
        const body = select.get(runId)?.body;
        if (body === undefined) return null;
        const read = schema.safeParse(parseJson(body));
        if (read.success) return read.data;
        throw new AppError('storage-failed', `the ${name} of run ${runId} cannot be read: ${firstIssue(read.error)}`);
      };
    },
  };
}

/** What there was when it began. */
export const snapshotPart = runPart('run_snapshot', RunSnapshot, 'snapshot');
/** The files that its program made. */
export const madeFilesPart = runPart('run_files', MadeFiles, 'list of files');
