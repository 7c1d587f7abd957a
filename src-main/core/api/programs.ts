import { AppError } from '@shared/contract/errors';
import type { ProgramsAllowed, programsCommands, programsStreams } from '@shared/contract/programs';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { liveValue } from './live';
import type { Services } from './services';

export function programsApi({ programs, adoption, runs, options, by }: Services): Pick<CommandHandlers, keyof typeof programsCommands> {
  return {
    'programs.start': async (request) => ({ runId: await programs.start(request, by) }),
    'programs.withdraw': () => {
      programs.withdraw();
      return {};
    },
    async 'programs.choosePath'({ kind }) {
      if (options.choosePath === undefined) throw new AppError('invalid-input', message('message.program.noDialog'));
      return { path: await options.choosePath(kind) };
    },
    'runs.adopt': async (asked) => ({ runId: await adoption.adopt(asked) }),
    'runs.pause': ({ runId, paused }) => {
      runs.pause(runId, paused);
      return {};
    },
    'runs.move': ({ runId, before }) => {
      runs.move(runId, before);
      return {};
    },
    'runs.startNow': ({ runId }) => {
      runs.startNow(runId);
      return {};
    },
    'runs.priority': ({ runId, priority }) => {
      runs.setPriority(runId, priority);
      return {};
    },
  };
}

export function programsStreamsApi({ programs, options }: Services): Pick<StreamHandlers, keyof typeof programsStreams> {
  const now = (): ProgramsAllowed => ({
    consent: programs.consent(),
    canAsk: options.askConsent !== undefined,
    canChoose: options.choosePath !== undefined,
  });
  return {
    'programs.allowed': (_params, sink) => liveValue(sink, now(), (listener) => programs.onConsent(() => listener(now()))),
  };
}
