import type { RpcClient } from '@shared/rpc/client';
import { linkToCore } from '../terminal-link/client';
import type { CliContext } from './command';

/** Puts a question to the core that runs on this data folder, else to one that is started for it alone. */
export async function askCore<T>(dataDir: string | null, context: CliContext, ask: (client: RpcClient) => Promise<T>): Promise<T> {
  const paths = context.paths(dataDir);
  const core = (await linkToCore(paths.dataDir)) ?? (await context.startCore(paths));
  try {
    return await ask(core.client);
  } finally {
    await core.close();
  }
}
