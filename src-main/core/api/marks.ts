import type { marksCommands, marksStreams } from '@shared/contract/marks';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

export function marksApi({ marks }: Services): Pick<CommandHandlers, keyof typeof marksCommands> {
  return {
    'marks.try': ({ runId, rule }, cancellation) => marks.trial(runId, rule, abortSignal(cancellation)),
    async 'marks.keep'({ runId, rule, replaces }) {
      await marks.keep(runId, rule, replaces);
      return {};
    },
    async 'marks.remove'({ runId, name }) {
      await marks.remove(runId, name);
      return {};
    },
  };
}

export function marksStreamsApi({ marks }: Services): Pick<StreamHandlers, keyof typeof marksStreams> {
  return {
    'marks.live': ({ runId }, sink) => {
      const now = marks.of(runId);
      const isOwn = (command: string, cwd: string): boolean => command === now.program.command && cwd === now.program.cwd;
      return liveValue(sink, now, (listener) =>
        marks.onChange(({ command, cwd }) => {
          if (isOwn(command, cwd)) listener(marks.of(runId));
        }),
      );
    },
  };
}
