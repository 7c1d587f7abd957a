import { defineCommand } from '../command';

export const helpCommand = defineCommand({
  name: 'help',
  summary: 'list the commands, or explain one',
  define: (cli) => cli.argument('[COMMAND]'),
  check: (_options, command) => ({ of: command ?? null }),
  run: ({ of }, { terminal, help }) => {
    terminal.line(help(of));
    return Promise.resolve(0);
  },
});
