import { AppError, isAppError } from '@shared/contract/errors';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { phrase } from '@shared/phrases/phrase';
import { exportPieces } from '../transfer/export';
import { abortSignal } from './history';
import { liveValue, pumped } from './live';
import type { Services } from './services';

type Own = Pick<CommandHandlers, 'backup.create' | 'backup.restore' | 'backup.unstage'>;
type OwnStreams = Pick<StreamHandlers, 'history.export' | 'backup.live'>;

export function transferApi({ backups }: Services): Own {
  return {
    'backup.create': async (_, cancellation) => ({ name: await backups.create(abortSignal(cancellation)) }),
    'backup.restore': async ({ name }, cancellation) => {
      await backups.restore(name, abortSignal(cancellation));
      return {};
    },
    'backup.unstage': () => {
      backups.unstage();
      return {};
    },
  };
}

export function transferStreams({ backups, reader, telemetry }: Services): OwnStreams {
  return {
    'history.export': ({ format, ...selection }, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const { bytes, rows } of exportPieces({ reader, series: telemetry.listSeries(), format, selection, signal })) {
            yield { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'), rows };
          }
        },
        (error) => (isAppError(error) ? error : new AppError('internal', phrase('said.export.failed'), { cause: error })),
      ),
    'backup.live': (_, sink) => liveValue(sink, backups.state, (listener) => backups.changed.on(listener)),
  };
}
