import { defineCommand } from '../command';

export const versionCommand = defineCommand({
  name: 'version',
  summary: 'print the version',
  define: (cli) => cli,
  check: () => ({}),
  run: (_request, { terminal, version }) => {
    terminal.line(version);
    return Promise.resolve(0);
  },
});
