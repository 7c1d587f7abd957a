import type { exportsCommands, exportsStreams } from '@shared/contract/exports';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function exportsApi({ exports }: Services): Pick<CommandHandlers, keyof typeof exportsCommands> {
  return {
    'export.start': (request) => exports.start(request),
    'export.cancel': ({ id }) => {
      exports.cancel(id);
      return {};
    },
    'export.forget': ({ id }) => {
      exports.forget(id);
      return {};
    },
    'export.show': ({ id }) => {
      exports.show(id);
      return {};
    },
  };
}

export function exportsStreamsApi({ exports }: Services): Pick<StreamHandlers, keyof typeof exportsStreams> {
  return { 'exports.live': (_params, sink) => liveValue(sink, exports.state, (listener) => exports.changed.on(listener)) };
}
