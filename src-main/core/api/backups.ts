import type { backupsCommands, backupsStreams } from '@shared/contract/backups';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

export function backupsApi({ backups }: Services): Pick<CommandHandlers, keyof typeof backupsCommands> {
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

export function backupsStreamsApi({ backups }: Services): Pick<StreamHandlers, keyof typeof backupsStreams> {
  return { 'backup.live': (_, sink) => liveValue(sink, backups.state, (listener) => backups.changed.on(listener)) };
}
