import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { IMPORTED_KIND } from '@shared/model/run';
import type { RunImportProgress, RunImportResult } from '@shared/model/run-import';
import { createRunIds } from '../../jobs/run-id';
import type { StoreWriter } from '../../store/types';
import type { NoticeSink } from '../reading';
import { fileFormatsWith } from '.';
import { RunFolderFiles } from './folder';
import { FOLDER_PARAM, ImportedRun } from './imported-run';
import { NameOwners } from './name-owners';

const BATCH_POINTS = 100_000;

export interface RunImportOptions {
  readonly writer: Pick<StoreWriter, 'runs' | 'curves' | 'programMarks'>;
  readonly folder: string;
  /** False: it is only read, to see what there is. Default true. */
  readonly keep?: boolean;
  /** Points stored in one transaction; default 100,000. */
  readonly batchPoints?: number;
  readonly notice: NoticeSink;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunImportProgress) => void;
  /** Wall clock, whole ms. */
  readonly now: () => number;
}

/** Keeps the scalars of a folder as a run. Made again, it adds what is new: of a program that went on, or where it was interrupted. */
export async function importRun(options: RunImportOptions): Promise<RunImportResult> {
  const { writer, folder, keep = true, batchPoints = BATCH_POINTS, notice, signal, onProgress, now } = options;
  const root = realpathSync(folder);
  const before = writer.runs.list().find(({ kind, params }) => kind === IMPORTED_KIND && params[FOLDER_PARAM] === root) ?? null;
  const id = before?.id ?? createRunIds(now)();
  const known = before === null ? new Map<string, number>() : writer.curves.countPoints(id);
  const run = new ImportedRun(id, root, (basename(root) || root).slice(0, 200), before, known, () => files.current?.path ?? null, notice);
  // A program that ran here, or above, may have been marked: what it left is read like what it prints.
  const formats = fileFormatsWith(writer.programMarks.near(root));
  const owners = new NameOwners();
  const files: RunFolderFiles = new RunFolderFiles({
    root,
    formats,
    sink: {
      scalar(reading) {
        const { current, format } = files;
        // Several files of another format tell one run together; of these, each tells its own.
        const isOwn = current !== null && (format?.id === 'csv' || format?.id === 'text');
        run.scalar(isOwn ? { ...reading, name: owners.nameFor(reading.name, current.path) } : reading);
      },
      parameter: (name, value) => run.parameter(name, value),
      other: () => run.other(),
      notice,
    },
  });
  const save = (): void => {
    const curves = run.takePending();
    if (keep) writer.runs.save(run.run(now()), { curves });
  };
  await files.look({
    isEnd: true,
    signal,
    between: () => {
      if (run.pendingPoints >= batchPoints) save();
      onProgress({ ...files.progress, points: run.points });
      return Promise.resolve();
    },
  });
  const done = !signal.aborted;
  const isAny = run.points > 0;
  if (isAny && (run.freshPoints > 0 || done)) save();
  if (done) for (const name of run.shrunk()) notice(`${name} has fewer points in its files than were kept before; those stay as they are.`);
  return {
    runId: (isAny && keep) || before !== null ? id : null,
    isKnown: before !== null,
    scalars: run.names,
    points: run.points,
    fresh: run.freshPoints,
    withoutTime: run.withoutTime,
    done,
    found: run.found(),
  };
}
