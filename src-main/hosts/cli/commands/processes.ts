import { dataOption, defineCommand } from '../command';
import { suggestion } from '../nearest';
import { processSorts, type ProcessesRequest } from '../processes';
import { UsageError } from '../usage';
import { wholeNumber } from '../values';

export const processesCommand = defineCommand({
  name: 'processes',
  summary: 'who uses this machine: processes on its GPUs and processors, and what each user takes',
  define: (cli) =>
    cli
      .option('--sort <BY>', `one of ${processSorts.join(', ')}; default gpu-memory, then cpu`)
      .option('--user <NAME>', 'only this user’s')
      .option('--gpu <DEVICE>', 'only those on this GPU, as gpu0')
      .option('--run <ID>', 'only those of this run')
      .option('--limit <N>', 'rows, default 40')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, sort, user, gpu, run, limit, json }): ProcessesRequest => {
    const by = processSorts.find((one) => one === (sort ?? 'gpu-memory'));
    if (by === undefined) throw new UsageError(`Unknown order "${sort}". ${suggestion(sort ?? '', processSorts)}`);
    return {
      dataDir: data ?? null,
      sort: by,
      user: user ?? null,
      gpu: gpu ?? null,
      run: run ?? null,
      limit: wholeNumber('--limit', limit ?? '40', 1, 100_000),
      json: json === true,
    };
  },
  run: async (request, context) => (await import('../processes-table')).printProcesses(request, context),
});
