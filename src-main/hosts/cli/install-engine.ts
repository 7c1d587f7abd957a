import { spawn } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RpcClient } from '@shared/rpc/client';
import type { Terminal } from './terminal';

/** The engine's npm package, the release whose API the trainer is written for. */
const packages = { cuda: '@tensorflow/tfjs-node-gpu@4.22.0' } as const;

export interface InstallEngineOptions {
  readonly engine: keyof typeof packages;
  readonly enginesDir: string;
  /** The program and leading arguments that run npm. */
  readonly npm?: readonly [string, ...string[]];
}

/**
 * Installs an engine beside the database, where the trainer looks for it, and says whether it loads.
 * npm's own progress goes to the terminal. An installation that fails leaves an earlier one as it was.
 * @returns whether it can be used now
 */
export async function installEngine(client: RpcClient, terminal: Terminal, options: InstallEngineOptions): Promise<boolean> {
  const { engine, enginesDir, npm = npmCommand() } = options;
  const folder = join(enginesDir, engine);
  const fresh = `${folder}.new`;
  terminal.line(`Installing ${packages[engine]} in ${folder}; its library is several hundred MB.`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, 'package.json'), `${JSON.stringify({ private: true, description: `Coldaisle's ${engine} engine` })}\n`);
  const failure = await runNpm([...npm, 'install', '--no-audit', '--no-fund', '--save-exact', '--foreground-scripts', packages[engine]], fresh);
  if (failure !== null) {
    await rm(fresh, { recursive: true, force: true });
    terminal.note(`The ${engine} engine could not be installed: ${failure}. Its own words are above; the usual reason is that storage.googleapis.com cannot be reached.`);
    return false;
  }
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);

  const { engines } = await client.call('engines.list', {});
  const found = engines.find(({ id }) => id === engine);
  if (found?.available) {
    terminal.line(`The ${engine} engine works: ${found.detail}`);
    return true;
  }
  terminal.note(`The ${engine} engine is installed but does not load: ${found?.detail ?? 'the core does not know it'}${found?.repair ? ` Repair: ${found.repair}` : ''}`);
  return false;
}

/** npm itself when npm started us, so that the same one is used; else the one in PATH. */
function npmCommand(): readonly [string, ...string[]] {
  const script = process.env['npm_execpath'];
  if (script && /\.c?js$/.test(script)) return [process.execPath, script];
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', 'npm'] : ['npm'];
}

function runNpm([program = '', ...args]: readonly string[], cwd: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => resolve(`${program} could not be started (${error.message})`));
    child.once('close', (code, signal) => resolve(code === 0 ? null : signal ? `npm was ended by ${signal}` : `npm exited with ${code}`));
  });
}
