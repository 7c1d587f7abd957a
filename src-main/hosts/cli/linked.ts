import { isFinal } from '@shared/model/run';
import type { RpcClient } from '@shared/rpc/client';
import type { LinkedCore } from '../terminal-link/client';
import type { CliContext } from './command';
import { onStopSignal } from './signals';
import type { RunExit } from './train';

/** What a program finds by: of the terminal's own, for a core that was started elsewhere knows others. */
const OWN_VARIABLES = ['PATH', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PYTHONPATH', 'PYTHONHOME', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];
/** Newest runs among which the next attempt of one is looked for. */
const LOOKED_AT = 50;

/** Variables of this terminal by which programs and packages are found, under those that were chosen. */
export function withOwnVariables(env: Readonly<Record<string, string>>, own: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const here = OWN_VARIABLES.flatMap((name): [string, string][] => (own[name] ? [[name, own[name]]] : []));
  return { ...Object.fromEntries(here), ...env };
}

/** Follows a run of the core that runs already. Ctrl-C stops the run, or, where it is only followed, leaves it to that core. */
export async function followThere(
  { client, lost, close }: LinkedCore,
  { terminal }: CliContext,
  start: () => Promise<string>,
  isOnlyFollowed: boolean,
): Promise<number> {
  let stop = (): void => undefined;
  let runId = '';
  let leave: (code: RunExit) => void = () => undefined;
  const left = new Promise<RunExit>((resolve) => (leave = resolve));
  const signals = onStopSignal(() => {
    if (!isOnlyFollowed) return stop();
    terminal.note(`Run ${runId} goes on in the Coldaisle that runs. npm start -- runs ${runId} tells of it.`);
    leave(0);
  });
  let isOver = false;
  const gone = lost.then((): RunExit => {
    if (!isOver) terminal.note(`The Coldaisle that has run ${runId} has ended.`);
    return 1;
  });
  try {
    const { follow } = await import('./train');
    const begin = async (): Promise<string> => (runId = await start());
    const followed = follow(
      client,
      terminal,
      { start: begin, showOutput: true, nextOf: (id) => nextAttempt(client, id) },
      (ask) => (stop = ask),
    );
    return await Promise.race([followed, left, gone]);
  } finally {
    isOver = true;
    terminal.setLive('');
    signals.dispose();
    close();
  }
}

/** The run that is the next attempt of one that failed; null = there is none. */
async function nextAttempt(client: RpcClient, failed: string): Promise<string | null> {
  const { rows } = await client.call('runs.list', { limit: LOOKED_AT });
  for (const { id, attempt, status } of rows) {
    if (attempt < 2 || isFinal(status)) continue;
    const { control } = await client.call('runs.get', { runId: id });
    if (control.retryOf === failed) return id;
  }
  return null;
}
