import type { selftestCommands, selftestStreams } from '@shared/contract/selftest';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function selftestApi({ selftest }: Services): Pick<CommandHandlers, keyof typeof selftestCommands> {
  return {
    'selftest.start': ({ seconds, withLoad }) => {
      selftest.start(seconds, withLoad);
      return {};
    },
    'selftest.stop': () => {
      selftest.stop();
      return {};
    },
  };
}

export function selftestStreamsApi({ selftest }: Services): Pick<StreamHandlers, keyof typeof selftestStreams> {
  return {
    'selftest.live': (_params, sink) => liveValue(sink, selftest.state, (listener) => selftest.changed.on(listener)),
  };
}
