import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { SetupError } from './errors.mjs';
import { REPO } from './paths.mjs';
import { capture } from './run.mjs';

/**
 * The npm that belongs to this Node: the one that started us, or the one installed beside it, or the one on PATH.
 *
 * @returns {string} path of npm's `npm-cli.js`
 * @throws {SetupError} when no npm can be found
 */
export function npmCli(env = process.env) {
  const prefix = dirname(process.execPath);
  const candidates = [
    env.npm_execpath && basename(env.npm_execpath) === 'npm-cli.js' ? env.npm_execpath : undefined,
    join(prefix, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(prefix, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...(env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'npm')),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  for (const candidate of candidates) {
    if (!candidate || !existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (basename(real) === 'npm-cli.js') return real;
  }
  throw new SetupError('npm was not found beside this Node or on PATH', { wayOut: 'Install npm 10 or later.' });
}

/** @returns {{ command: string, args: string[] }} how to run npm with these arguments by this very Node, shell-free */
export function npmCommand(args) {
  return { command: process.execPath, args: [npmCli(), ...args] };
}

/** @returns {string} the entry of npm's own node-gyp @throws {SetupError} when this npm carries none */
export function nodeGypScript() {
  try {
    return createRequire(npmCli()).resolve('node-gyp/bin/node-gyp.js');
  } catch (error) {
    throw new SetupError('This npm carries no node-gyp', { wayOut: 'Install npm 10 or later.', cause: error });
  }
}

/**
 * @param {string} key for example `registry`
 * @returns {Promise<string | null>} npm's setting in this repository, null when unset
 */
export async function npmConfig(key) {
  const { command, args } = npmCommand(['config', 'get', key]);
  const { code, stdout } = await capture(command, args, { cwd: REPO });
  const value = stdout.trim();
  return code === 0 && value !== '' && value !== 'undefined' && value !== 'null' ? value : null;
}
