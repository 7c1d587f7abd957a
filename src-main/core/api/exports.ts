import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function exportsApi({ exports }: Services): Pick<CommandHandlers, 'export.start' | 'export.cancel'> {
  return {
    'export.start': (request) => exports.start(request),
    'export.cancel': ({ id }) => {
      exports.cancel(id);
      return {};
    },
  };
}

export function exportsStreams({ exports }: Services): Pick<StreamHandlers, 'exports.live'> {
  return { 'exports.live': (_params, sink) => liveValue(sink, exports.state, (listener) => exports.changed.on(listener)) };
}
