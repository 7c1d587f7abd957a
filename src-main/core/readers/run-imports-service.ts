import { randomUUID } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import type { ImportFolder } from '@shared/contract/run-imports';
import type { RunImportProgress, RunImportResult } from '@shared/model/run-import';
import { message } from '@shared/text/message';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { importRun } from './files/import-run';

/** Folders that were chosen and are remembered. */
const REMEMBERED = 50;
/** Points stored in one transaction: the core has other work between two. */
const BATCH_POINTS = 10_000;

export interface ReadOptions {
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunImportProgress) => void;
  readonly notice: (text: string) => void;
}

/** Keeps what programs left in folders as runs, in the core that runs. */
export interface RunImports {
  /** Lets a person choose. @throws AppError `invalid-input` where the runtime cannot ask */
  choose(): Promise<ImportFolder | null>;
  /** @throws AppError `not-found` */
  open(path: string): ImportFolder;
  /** @throws AppError `not-found` for an id of none, `storage-…` */
  read(id: string, options: ReadOptions): Promise<RunImportResult>;
}

export const runImportsService = defineService({
  name: 'runImports',
  needs: [storeService, runsService],
  start({ store, runs }, { options, onEnd }): RunImports {
    const folders = new Map<string, string>();
    const ending = new AbortController();
    /** One at a time: two of one folder would make two runs of it. */
    let last: Promise<unknown> = Promise.resolve();
    onEnd(async () => {
      ending.abort();
      await last;
    });

    function open(path: string): ImportFolder {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
        throw new AppError('not-found', message('message.runImport.noFolder', { path }));
      const real = realpathSync(path);
      const known = [...folders].find(([, folder]) => folder === real)?.[0];
      if (known !== undefined) return { id: known, path: real };
      const [oldest] = folders.keys();
      if (folders.size >= REMEMBERED && oldest !== undefined) folders.delete(oldest);
      const id = randomUUID();
      folders.set(id, real);
      return { id, path: real };
    }

    return {
      open,
      async choose() {
        if (options.choosePath === undefined) throw new AppError('invalid-input', message('message.runImport.noDialog'));
        const path = await options.choosePath('folder');
        return path === null ? null : open(path);
      },
      read(id, { keep, signal, onProgress, notice }) {
        const folder = folders.get(id);
        if (folder === undefined) throw new AppError('not-found', message('message.runImport.unknown'));
        const work = last.then(async () => {
          const stop = AbortSignal.any([signal, ending.signal]);
          const asked = { writer: store, folder, keep, notice, signal: stop, onProgress, now: Date.now, batchPoints: BATCH_POINTS };
          const result = await importRun(asked);
          // What was kept is shown wherever runs are listed.
          if (keep && result.runId !== null && result.fresh > 0) runs.label(result.runId, {});
          return result;
        });
        last = work.catch(() => undefined);
        return work;
      },
    };
  },
});
