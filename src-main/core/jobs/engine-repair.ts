import { dirname } from 'node:path';
import { engineOrigins, type EngineId } from '@shared/model/recipes';
import { message, type Message } from '@shared/text/message';

/**
 * What puts an engine right here. A packaged app has no terminal of its own and installs nothing: an engine that is installed comes
 * from the sources, into the data folder that both have.
 */
export function engineRepair(
  id: EngineId,
  { enginesDir, isPackaged }: { readonly enginesDir: string; readonly isPackaged: boolean },
): Message {
  if (engineOrigins[id] === 'built-in') return isPackaged ? message('message.engine.reinstallApp') : 'npm ci';
  const command = `npm start -- engine ${id}`;
  return isPackaged ? message('message.engine.fromSources', { command: `${command} --data '${dirname(enginesDir)}'` }) : command;
}
