import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { AppError, isAppError } from '@shared/contract/errors';
import type { RunLogFrame } from '@shared/model/run-log';
import type { FrameSink } from '@shared/rpc/api';
import { message, messageOf } from '@shared/text/message';
import type { Jobs } from '../jobs/jobs-api';
import type { RunLogs } from '../jobs/log/run-logs';
import type { TextLogs } from '../jobs/text-logs/service';

/** The lines themselves are asked for, but the newest: those come with the news of them. */
export function runLog(jobs: Jobs, logs: RunLogs, runId: string, sink: FrameSink<RunLogFrame>): Disposable {
  const started = new DisposableStore();
  if (jobs.get(runId) === null) {
    sink.end(new AppError('not-found', message('message.run.none', { run: runId })));
    return started;
  }
  // What comes while the first answer is on its way is in it, or told after it.
  started.add(logs.onNews(({ runId: id, lines, extent }) => id === runId && sink.push({ ...extent, lines: [...lines] })));
  const abort = new AbortController();
  started.defer(() => abort.abort());
  logs.read(runId, { limit: 1 }, abort.signal).then(
    ({ lastLine, dropped, bytes }) => !abort.signal.aborted && sink.push({ lastLine, dropped, bytes, lines: [] }),
    (error: unknown) => !abort.signal.aborted && sink.end(new AppError('storage-failed', messageOf(error))),
  );
  started.add(jobs.onDeleted((id) => id === runId && sink.end(new AppError('not-found', message('message.run.deleted', { run: runId })))));
  return started;
}

/** Where a text ends that the run's program wrote, at once and as it grows; its lines are asked for. */
export function fileLog(
  jobs: Jobs,
  texts: TextLogs,
  { runId, file }: { readonly runId: string; readonly file: string },
  sink: FrameSink<RunLogFrame>,
): Disposable {
  const started = new DisposableStore();
  const abort = new AbortController();
  started.defer(() => abort.abort());
  const tell = (): void =>
    void texts.read(runId, file, { limit: 1 }, abort.signal).then(
      ({ lastLine, dropped, bytes }) => !abort.signal.aborted && sink.push({ lastLine, dropped, bytes, lines: [] }),
      (error: unknown) => !abort.signal.aborted && sink.end(isAppError(error) ? error : new AppError('internal', messageOf(error))),
    );
  started.add(texts.follow(runId, tell));
  started.add(jobs.onDeleted((id) => id === runId && sink.end(new AppError('not-found', message('message.run.deleted', { run: runId })))));
  tell();
  return started;
}
