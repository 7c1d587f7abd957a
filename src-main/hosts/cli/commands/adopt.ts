import { RunLabels } from '@shared/model/run';
import { dataOption, defineCommand, type CliContext } from '../command';
import { followHere } from './run';
import { UsageError } from '../usage';
import { wholeNumber } from '../values';

interface AdoptRequest {
  readonly dataDir: string | null;
  readonly pid: number;
  readonly name: string | null;
}

export const adoptCommand = defineCommand({
  name: 'adopt',
  summary: 'watch a process that was started elsewhere, as a run: its energy, its cost, its files',
  missing: 'Which process? npm start -- processes lists them',
  define: (cli) =>
    cli
      .argument('<PID>', 'its number; Ctrl-C lets it go, it is never sent a signal')
      .option('--name <NAME>', 'what the run is called, default its command line')
      .addOption(dataOption()),
  check: ({ data, name }, pid): AdoptRequest => {
    const label = RunLabels.shape.name.safeParse(name ?? null);
    if (!label.success) throw new UsageError(`--name ${name}: ${label.error.issues[0]?.message ?? ''}`);
    return { dataDir: data ?? null, pid: wholeNumber('PID', pid, 1, 2 ** 31 - 1), name: label.data };
  },
  run: adopt,
});

async function adopt({ dataDir, ...asked }: AdoptRequest, context: CliContext): Promise<number> {
  const [{ linkToCore }, { followThere }] = await Promise.all([import('../../terminal-link/client'), import('../linked')]);
  const paths = context.paths(dataDir);
  const linked = await linkToCore(paths.dataDir);
  const start = async (client: { call: NonNullable<typeof linked>['client']['call'] }): Promise<string> =>
    (await client.call('runs.adopt', { ...asked, startedAtMs: null })).runId;
  if (linked !== null) return followThere(linked, context, () => start(linked.client), true);
  return followHere(paths, context, ({ client }) => start(client));
}
