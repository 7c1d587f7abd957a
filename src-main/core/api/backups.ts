import type { backupsCommands, backupsStreams } from '@shared/contract/backups';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function backupsApi({ backups }: Services): Pick<CommandHandlers, keyof typeof backupsCommands> {
  return {
    'backup.create': async () => ({ name: await backups.create() }),
    'backup.restore': async ({ name }) => {
      await backups.restore(name);
      return {};
    },
    'backup.cancel': async () => {
      await backups.cancel();
      return {};
    },
    'backup.dismiss': () => {
      backups.dismiss();
      return {};
    },
    'backup.show': ({ name }) => {
      backups.show(name);
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
