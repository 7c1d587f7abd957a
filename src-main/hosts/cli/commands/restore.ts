import { dataOption, defineCommand } from '../command';
import { withTransfer } from '../transfer';

export const restoreCommand = defineCommand({
  name: 'restore',
  summary: "put a backup in the database's place; the one before is set aside",
  missing: 'Which file? restore FILE',
  define: (cli) => cli.argument('<FILE>').addOption(dataOption()),
  check: ({ data }, file) => ({ dataDir: data ?? null, file }),
  run: ({ dataDir, file }, context) =>
    withTransfer(dataDir, context, async (transfer) => (await import('../backup')).restoreHere(file, transfer)),
});
