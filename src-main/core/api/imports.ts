import type { importsCommands, importsStreams } from '@shared/contract/imports';
import { AppError, isAppError } from '@shared/contract/errors';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { liveValue, pumped } from './live';
import type { Services } from './services';

type Own = Pick<CommandHandlers, keyof typeof importsCommands>;
type OwnStreams = Pick<StreamHandlers, keyof typeof importsStreams>;

export function importsApi({ imports }: Services): Own {
  return {
    'import.choose': async () => ({ id: await imports.choose() }),
    'import.beginUpload': ({ name, bytes, modifiedMs }) => imports.beginUpload(name, bytes, modifiedMs),
    'import.chunk': async ({ id, offset, bytes }) => ({ receivedBytes: await imports.receive(id, offset, bytes) }),
    'import.start': ({ id, plan }) => {
      imports.start(id, plan);
      return {};
    },
    'import.preview': ({ id, plan }) => imports.preview(id, plan),
    'import.stop': async ({ id }) => {
      await imports.stop(id);
      return {};
    },
    'import.forget': async ({ id }) => {
      await imports.forget(id);
      return {};
    },
  };
}

export function importsStreamsApi({ imports }: Services): OwnStreams {
  return {
    'import.live': (_, sink) => liveValue(sink, imports.state, (listener) => imports.changed.on(listener)),
    'import.report': ({ id }, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const lines of imports.report(id, signal)) yield { lines };
        },
        (error) => (isAppError(error) ? error : new AppError('internal', message('message.report.unreadable'), { cause: error })),
      ),
  };
}
