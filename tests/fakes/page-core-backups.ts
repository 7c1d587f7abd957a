import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { BackupState } from '@shared/model/backup';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';

/** Backups that are made at once and hold nothing. */
export function fakeBackups(now: () => number): {
  commands: Pick<CommandHandlers, 'backup.create' | 'backup.restore' | 'backup.unstage'>;
  streams: Pick<StreamHandlers, 'backup.live'>;
} {
  const changed = new Emitter<BackupState>('rethrow');
  let state: BackupState = { folder: '/home/ops/.local/share/coldaisle/backups', backups: [], job: null, staged: null, setAside: [] };
  const set = (patch: Partial<BackupState>): void => {
    state = { ...state, ...patch };
    changed.emit(state);
  };
  return {
    commands: {
      'backup.create': () => {
        const name = `coldaisle-${new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '')}.sqlite3`;
        set({ backups: [{ name, bytes: 48_324_608, madeAtMs: now() }, ...state.backups] });
        return { name };
      },
      'backup.restore': ({ name }) => {
        if (!state.backups.some((backup) => backup.name === name)) throw new AppError('not-found', `There is no backup ${name}.`);
        set({ staged: name });
        return {};
      },
      'backup.unstage': () => {
        set({ staged: null });
        return {};
      },
    },
    streams: {
      'backup.live': (_, sink) => {
        sink.push(state);
        return changed.on((value) => sink.push(value));
      },
    },
  };
}
