import { AppError, isAppError } from '@shared/contract/errors';
import type { StreamHandlers } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { csvPieces } from '../store/samples/csv-export';
import { exportPieces } from '../transfer/export';
import { pumped } from './live';
import type { Services } from './services';

const asError = (error: unknown): AppError =>
  isAppError(error) ? error : new AppError('internal', message('message.export.failed'), { cause: error });

export function exportsStreams({ reader }: Services): Pick<StreamHandlers, 'history.csv' | 'history.export'> {
  return {
    'history.csv': (params, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const text of csvPieces(reader.samples, params, signal)) yield { text };
        },
        asError,
      ),
    'history.export': ({ format, ...selection }, sink) =>
      pumped(
        sink,
        async function* (signal) {
          const series = await reader.samples.find({ ids: selection.seriesIds }, signal);
          yield* exportPieces({ reader, series, format, selection, signal });
        },
        asError,
      ),
  };
}
