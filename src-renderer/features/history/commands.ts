import { ask } from '../../app/ask';
import type { Command } from '../../app/commands/command';
import { toPage } from '../../app/paths';
import { go } from '../../app/router';

/** History keeps what it shows when it is opened again, so each of these acts on what was looked at last. */
const inHistory = (id: string): (() => void) => {
  return () => {
    if (!window.location.hash.startsWith(toPage('history'))) go(toPage('history'));
    ask(id);
  };
};

export const historyCommands: readonly Command[] = [
  { id: 'history.note', title: 'command.note', icon: 'note', run: inHistory('history.note') },
  { id: 'history.import', title: 'command.import', icon: 'upload', run: inHistory('history.import') },
  { id: 'history.export', title: 'command.export', icon: 'download', run: inHistory('history.export') },
];
