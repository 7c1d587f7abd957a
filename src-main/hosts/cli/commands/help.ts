import { defineCommand } from '../command';

export const helpCommand = defineCommand({
  name: 'help',
  summary: 'tell what there is, or all about one command',
  define: (cli) => cli.argument('[COMMAND]'),
  check: (_options, command) => ({ of: command ?? null }),
  run: ({ of }, { terminal, help }) => {
    terminal.line(help(of));
    return Promise.resolve(0);
  },
});
