import { onStopSignal } from '../signals';
import { dataOption, defineCommand } from '../command';
import { UsageError } from '../usage';

/** Needs no core: an app that runs meanwhile finds the engine when it next looks. */
export const engineCommand = defineCommand({
  name: 'engine',
  summary: 'install the second engine (TensorFlow with CUDA, several hundred MB)',
  missing: 'Which engine? One can be installed: engine cuda',
  define: (cli) => cli.argument('<cuda>').addOption(dataOption()),
  check: ({ data }, engine) => {
    if (engine !== 'cuda') throw new UsageError(`Unknown engine "${engine}". One can be installed: engine cuda`);
    return { dataDir: data ?? null, engine: 'cuda' as const };
  },
  run: async ({ dataDir }, { paths, terminal }) => {
    const { enginesDir, resourcesDir } = paths(dataDir);
    const abort = new AbortController();
    onStopSignal(() => abort.abort());
    const { installCudaEngine } = await import('../../../core/jobs/engine-install');
    await installCudaEngine({ enginesDir, resourcesDir, log: (line) => terminal.line(line), signal: abort.signal });
    return 0;
  },
});
