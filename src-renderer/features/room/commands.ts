import { ask } from '../../app/ask';
import type { Command } from '../../app/commands/command';
import { toPage } from '../../app/paths';
import { go } from '../../app/router';

export const roomCommands: readonly Command[] = [
  {
    id: 'room.parts',
    title: 'command.parts',
    icon: 'room',
    run: () => {
      go(toPage('room'));
      ask('room.parts');
    },
  },
];
