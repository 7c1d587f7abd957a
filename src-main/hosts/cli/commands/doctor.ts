import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAppError } from '@shared/contract/errors';
import { dataOption, defineCommand, type CliContext } from '../command';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'list every sensor, engine and permission of this machine, and the repair',
  define: (cli) => cli.addOption(dataOption()),
  check: ({ data }) => ({ dataDir: data ?? null }),
  run: examine,
});

/** While another Coldaisle has the data folder, the machine can still be looked at, from an empty folder. */
async function examine({ dataDir }: { dataDir: string | null }, context: CliContext): Promise<number> {
  const { doctor } = await import('../doctor');
  const paths = context.paths(dataDir);
  const folder = await mkdtemp(join(tmpdir(), 'coldaisle-doctor-'));
  try {
    const running = await context.startCore(paths).catch(async (error: unknown) => {
      if (!isAppError(error, 'conflict')) throw error;
      context.terminal.note(`${error.message} The machine is examined without it.`);
      const { copyDevices } = await import('../../../core/store/copy-devices');
      copyDevices(paths.dataDir, folder);
      return context.startCore({ ...paths, dataDir: folder, logDir: join(folder, 'logs') });
    });
    try {
      await doctor(running.client, context.terminal);
    } finally {
      await running.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}
