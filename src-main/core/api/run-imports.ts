import { AppError, isAppError } from '@shared/contract/errors';
import type { runImportsCommands, runImportsStreams } from '@shared/contract/run-imports';
import type { RunImportProgress } from '@shared/model/run-import';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { message, messageOf } from '@shared/text/message';
import type { Services } from './services';

/** How often progress is told, ms. */
const TELL_EVERY_MS = 200;
const NONE: RunImportProgress = { doneBytes: 0, totalBytes: 0, points: 0 };

export function runImportsApi({ runImports, by }: Services): Pick<CommandHandlers, keyof typeof runImportsCommands> {
  return {
    'runImports.choose': async () => ({ folder: await runImports.choose() }),
    'runImports.open': ({ path }) => {
      if (by !== 'terminal') throw new AppError('unauthorized', message('message.runImport.terminal'));
      return runImports.open(path);
    },
  };
}

export function runImportsStreamsApi({ runImports }: Services): Pick<StreamHandlers, keyof typeof runImportsStreams> {
  return {
    'runImports.read': ({ id, keep }, sink) => {
      const abort = new AbortController();
      let progress = NONE;
      let toldAtMs = 0;
      const notices: string[] = [];
      const tell = (): void => {
        toldAtMs = performance.now();
        sink.push({ ...progress, result: null, notices: notices.splice(0) });
      };
      const read = async (): Promise<void> => {
        const result = await runImports.read(id, {
          keep,
          signal: abort.signal,
          notice: (text) => notices.push(text),
          onProgress: (now) => {
            progress = now;
            if (performance.now() - toldAtMs >= TELL_EVERY_MS) tell();
          },
        });
        if (abort.signal.aborted) return;
        sink.push({ ...progress, result, notices });
        sink.end();
      };
      read().catch((error: unknown) => {
        if (!abort.signal.aborted) sink.end(isAppError(error) ? error : new AppError('internal', messageOf(error)));
      });
      return { dispose: () => abort.abort() };
    },
  };
}
