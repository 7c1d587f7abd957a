import { dataOption, defineCommand } from '../command';
import { withTransfer } from '../transfer';

export const importRunCommand = defineCommand({
  name: 'import-run',
  summary: "keep the scalars in a program's folder as a run; made again, it adds what is new",
  missing: 'Which folder? import-run FOLDER',
  define: (cli) => cli.argument('<FOLDER...>', 'each becomes a run, with what lies below it').addOption(dataOption()),
  check: ({ data }, folders) => ({ dataDir: data ?? null, folders }),
  run: ({ dataDir, folders }, context) =>
    withTransfer(dataDir, context, async (transfer) => (await import('../import-run')).importRunsHere(folders, transfer)),
});
