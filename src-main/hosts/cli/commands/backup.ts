import { dataOption, defineCommand } from '../command';
import { withTransfer } from '../transfer';

export const backupCommand = defineCommand({
  name: 'backup',
  summary: 'copy the whole database, also while it is recorded to; not the logs and artifacts of runs',
  missing: 'Which file? backup FILE',
  define: (cli) => cli.argument('<FILE>').addOption(dataOption()),
  check: ({ data }, file) => ({ dataDir: data ?? null, file }),
  run: ({ dataDir, file }, context) =>
    withTransfer(dataDir, context, async (transfer) => (await import('../backup')).backupHere(file, transfer)),
});
