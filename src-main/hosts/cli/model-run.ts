import type { ParamValue } from '@shared/model/param';
import type { EngineId } from '@shared/model/recipes';
import type { RpcClient } from '@shared/rpc/client';
import { linkToCore } from '../terminal-link/client';
import type { CliContext } from './command';
import { followHere } from './commands/run';
import { findModel } from './find-model';
import { followThere } from './linked';

/** A run over a saved model, as it was typed; its parameter `model` is a run or a folder. */
export interface ModelRunRequest {
  readonly dataDir: string | null;
  readonly engine: EngineId;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** Begins it in the core that runs on this data folder, else in one of its own, and follows it to its end. */
export async function followModelRun(
  command: 'models.serve' | 'models.predictFile',
  { dataDir, engine, params }: ModelRunRequest,
  context: CliContext,
): Promise<number> {
  const paths = context.paths(dataDir);
  const request = { engine, params: { ...params, model: findModel(paths.dataDir, String(params['model'])) } };
  const start = async ({ client }: { readonly client: RpcClient }): Promise<string> => (await client.call(command, request)).runId;
  const linked = await linkToCore(paths.dataDir);
  return linked === null ? followHere(paths, context, start) : followThere(linked, context, () => start(linked), false);
}
