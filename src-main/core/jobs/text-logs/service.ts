import { toDisposable, type Disposable } from '@shared/base/disposable';
import { AppError } from '@shared/contract/errors';
import type { RunLogFile, RunLogPage, RunLogQuery } from '@shared/model/run-log';
import { message, messageOf } from '@shared/text/message';
import { defineService } from '../../service';
import { logsService } from '../logs-service';
import { runsService } from '../service';
import { TextLogReader } from './text-log-reader';

/** How often it is looked whether a program that runs wrote more, ms. */
const LOOK_EVERY_MS = 1_000;
/** Files of which it is known where their lines begin; those read longest ago are forgotten. */
const READERS_MAX = 8;

/** The texts that programs wrote, as logs that can be read by their lines. */
export interface TextLogs {
  /** Those of a run, in the order in which they were found. */
  of(runId: string): RunLogFile[];
  /** @throws AppError `not-found` for a file that is none of the run's, or is gone, `storage-failed` for one that cannot be read */
  read(runId: string, path: string, query: RunLogQuery, signal?: AbortSignal): Promise<RunLogPage>;
  /** Tells of those of a run whenever one came or grew, as long as its program runs. */
  follow(runId: string, listener: (files: RunLogFile[]) => void): Disposable;
}

export const textLogsService = defineService({
  name: 'textLogs',
  needs: [runsService, logsService],
  start({ runs, logs }): TextLogs {
    const readers = new Map<string, TextLogReader>();
    const isLiving = (runId: string): boolean => runs.living().some(({ id }) => id === runId);
    const of = (runId: string): RunLogFile[] =>
      runs.textLogs(runId).map(({ path, label, from, to }) => ({ path, label, bytes: to - from }));

    function readerOf(key: string, path: string): TextLogReader {
      const reader = readers.get(key) ?? new TextLogReader(path);
      readers.delete(key);
      readers.set(key, reader);
      const [oldest] = readers.keys();
      if (readers.size > READERS_MAX && oldest !== undefined) readers.delete(oldest);
      return reader;
    }

    return {
      of,
      async read(runId, path, query, signal) {
        const text = runs.textLogs(runId).find((each) => each.path === path);
        if (text === undefined) throw new AppError('not-found', message('message.run.noLogFile', { path }));
        try {
          return await readerOf(`${runId} ${path}`, path).read(text, query, !isLiving(runId), logs.shown, signal);
        } catch (error) {
          if (signal?.aborted === true) throw error;
          if ((error as NodeJS.ErrnoException).code === 'ENOENT')
            throw new AppError('not-found', message('message.run.logFileGone', { path }));
          throw new AppError('storage-failed', messageOf(error));
        }
      },
      follow(runId, listener) {
        let told = '';
        const look = (): void => {
          const files = of(runId);
          const news = JSON.stringify(files);
          if (news === told) return;
          told = news;
          listener(files);
        };
        const timer = setInterval(() => {
          if (!isLiving(runId)) clearInterval(timer);
          look();
        }, LOOK_EVERY_MS);
        return toDisposable(() => clearInterval(timer));
      },
    };
  },
});
