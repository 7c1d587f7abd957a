import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { cacheDir } from './paths.mjs';
import { adopt, exitCodeOf, OWN_GROUP } from './signals.mjs';

/** A program without the terminal; what it starts gets its signals too, as npm, make and apt-get start others. */
function startPiped(command, args, { cwd, env = process.env }) {
  return adopt(spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...OWN_GROUP }), true);
}

/**
 * Runs a program of the set-up with its whole output in a log file of the cache.
 *
 * @param {string} name names the log, which is kept when the program fails
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, wayOut?: string, what?: string }} [options]
 * @returns {Promise<void>}
 * @throws {SetupError} when the program is missing or exits non-zero
 */
export async function runLogged(name, command, args, options = {}) {
  const logs = join(cacheDir(), 'logs');
  await mkdir(logs, { recursive: true });
  const log = join(logs, `${name}-${process.pid}.log`);
  const stream = createWriteStream(log);
  const fail = (why, cause) => new SetupError(`${options.what ?? name} failed: ${why}`, { log, wayOut: options.wayOut, cause });
  await new Promise((resolve, reject) => {
    const child = startPiped(command, args, options);
    child.stdout.pipe(stream, { end: false });
    child.stderr.pipe(stream, { end: false });
    child.once('error', (error) => reject(fail(error.message, error)));
    child.once('close', (code, signal) => {
      stream.end(() => {
        if (code === 0) resolve(rm(log, { force: true }));
        else reject(fail(signal ? `ended by ${signal}` : `exit code ${code}`));
      });
    });
  });
}

/**
 * Runs a program and returns its standard output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }>}
 *   code is null when the program could not be started or a signal ended it
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = startPiped(command, args, options);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', (error) => resolve({ code: null, signal: null, stdout, stderr: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/**
 * Runs the product in the foreground: it has the terminal, gets this process's signals, and its end is ours.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, ownGroup?: boolean }} [options] ownGroup: signals also reach what it
 *   has started (xvfb-run dies without ending either its display or its program); it cannot read from the terminal
 * @returns {Promise<number>} the child's exit code; 128 + the signal's number when a signal ended it
 * @throws {SetupError} when the program cannot be started
 */
export function runForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const { cwd, env = process.env, ownGroup = false } = options;
    const child = adopt(spawn(command, args, { cwd, env, stdio: 'inherit', ...(ownGroup ? OWN_GROUP : {}) }), ownGroup);
    child.once('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`, { cause: error })));
    child.once('close', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}
