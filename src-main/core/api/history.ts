import { AppError, isAppError } from '@shared/contract/errors';
import type { Cancellation, CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { pumped } from './live';
import type { Services } from './services';

type Own = Pick<CommandHandlers, 'series.list' | 'history.query' | 'history.extent'>;
type OwnStreams = Pick<StreamHandlers, 'history.csv'>;

export function historyApi({ telemetry, reader }: Services): Own {
  return {
    'series.list': () => ({ series: telemetry.listSeries() }),
    'history.query': (input, cancellation) => reader.history(input, abortSignal(cancellation)),
    'history.extent': () => reader.extent(),
  };
}

export function historyStreams({ reader }: Services): OwnStreams {
  return {
    'history.csv': (params, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const text of reader.csv(params, signal)) yield { text };
        },
        (error) => (isAppError(error) ? error : new AppError('internal', 'The export failed.', { cause: error })),
      ),
  };
}

/** Aborts when the caller cancels. */
export function abortSignal(cancellation: Cancellation): AbortSignal {
  const abort = new AbortController();
  cancellation.onCancel(() => abort.abort());
  return abort.signal;
}
