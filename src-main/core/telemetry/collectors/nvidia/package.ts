import childProcess from 'node:child_process';
import { createRequire } from 'node:module';
import { message, MessageError } from '@shared/text/message';

/** As node-nvidia-smi hands its answer over: the report's elements as nested objects, attributes under `$`. */
export type SmiTree = { readonly [element: string]: unknown };

type Callback = (error: unknown, tree: unknown) => void;
type Exec = (command: string, callback: (error: Error | null, stdout: string, stderr: string) => void) => void;

/**
 * Loads node-nvidia-smi with its program start replaced. The package takes `exec` from child_process when it loads and runs
 * a fixed command through a shell with no time limit, no way to stop it and at most 1 MiB of output (eight GPUs print more).
 * What it asks for is run here instead by `runProgram`; its report parsing is used as it is.
 * @param runProgram gives the program's standard output.
 */
export function loadNodeNvidiaSmi(runProgram: (args: readonly string[]) => Promise<string>): () => Promise<SmiTree> {
  const exec: Exec = (command, callback) => {
    // "nvidia-smi -q -x": the program's place is ours to say, the arguments are the package's.
    runProgram(command.split(' ').slice(1)).then(
      (stdout) => callback(null, stdout, ''),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', ''),
    );
  };
  const smi = requireWith(exec);
  return () =>
    new Promise((resolve, reject) => {
      smi((error, tree) => {
        if (error) reject(error instanceof Error ? error : new Error(String(error)));
        else if (typeof tree === 'object' && tree !== null) resolve(tree as SmiTree);
        else reject(new MessageError(message('message.smi.noReport')));
      });
    });
}

/** A copy of the package of its own, loaded while `child_process.exec` is `exec`; synchronous, so nothing else sees the exchange. */
function requireWith(exec: Exec): (callback: Callback) => void {
  const require = createRequire(import.meta.url);
  const path = require.resolve('node-nvidia-smi');
  const real = childProcess.exec;
  const forget = (): boolean => Reflect.deleteProperty(require.cache, path);
  forget();
  try {
    Object.assign(childProcess, { exec });
    return require(path) as (callback: Callback) => void;
  } finally {
    Object.assign(childProcess, { exec: real });
    forget();
  }
}
