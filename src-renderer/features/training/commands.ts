import { ask } from '../../app/ask';
import type { Command } from '../../app/commands/command';
import { toPage } from '../../app/paths';
import { go } from '../../app/router';

export const trainingCommands: readonly Command[] = [
  {
    id: 'run.start',
    title: 'command.run.start',
    icon: 'plus',
    run: () => {
      go(toPage('training'));
      ask('run.start');
    },
  },
];
