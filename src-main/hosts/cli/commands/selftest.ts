import { resolve } from 'node:path';
import { defineCommand } from '../command';
import { UsageError } from '../usage';

export const selftestCommand = defineCommand({
  name: 'selftest',
  summary: 'compare what is metered of each NVIDIA GPU with its own counter, idle and under load',
  missing: 'What is to be tested? gpu',
  define: (cli) =>
    cli
      .argument('<PART>', 'what is tested: gpu')
      .option('--seconds <N>', 'how long each of the two phases lasts', '60')
      .option('--no-load', 'leave the GPUs alone: only the idle phase')
      .option('--result <FILE>', 'write what was found as JSON'),
  check: ({ seconds, load, result }, part) => {
    if (part !== 'gpu') throw new UsageError(`There is no self-test of "${part}". There is: gpu.`);
    const length = Number(seconds);
    if (!(length >= 2 && length <= 3600)) throw new UsageError(`--seconds ${seconds}: from 2 to 3600.`);
    return { seconds: length, withLoad: load, json: result === undefined ? null : resolve(result) };
  },
  run: async (request, { paths, terminal, version }) => {
    const { selftestGpu } = await import('../selftest');
    return selftestGpu({ ...request, workerPath: paths(null).selftestWorker, version }, terminal);
  },
});
