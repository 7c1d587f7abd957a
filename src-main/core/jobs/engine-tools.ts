import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, parse } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { childEnvironment, type ChildNeed } from '../../children/environment';
import { endGroup, endLeftBehind, inOwnGroup } from '../../children/group';
import { LineSplitter } from './line-splitter';

/** What the installer says and listens to. */
export interface InstallContext {
  /** One line for the person watching. */
  readonly log: (line: string) => void;
  /** Aborted: what runs is killed and the installer rejects with 'cancelled'. */
  readonly signal: AbortSignal;
}

export interface RunOptions {
  readonly cwd: string;
  /** What it gets of this process's environment besides the basics. */
  readonly needs?: readonly ChildNeed[];
  /** Added to that. */
  readonly env?: Readonly<Record<string, string>>;
  /** Passes each line of output on while it runs. */
  readonly echo?: boolean;
}

const TAIL_LINES = 15;
const LINE_MAX = 2000;
/** Characters at the end of its stdout. */
const STDOUT_KEPT = 1024 * 1024;

export function cancelled(): AppError {
  return new AppError('cancelled', 'The installation was interrupted; the next one goes on from here');
}

/** Runs a program to its end; aborted, all that it started ends with it. @returns its stdout @throws AppError 'cancelled', or 'engine-unavailable' with its last lines */
export function run(
  context: InstallContext,
  command: string,
  args: readonly string[],
  { cwd, needs = [], env = {}, echo = false }: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (context.signal.aborted) {
      reject(cancelled());
      return;
    }
    const child = spawn(command, args, {
      cwd,
      env: { ...childEnvironment(needs), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...inOwnGroup,
    });
    const end = (): void => void endGroup(child.pid, 'SIGKILL');
    context.signal.addEventListener('abort', end, { once: true });
    // Ended without closing: nothing of it stays behind.
    process.once('exit', end);
    const ended = (): void => {
      context.signal.removeEventListener('abort', end);
      process.off('exit', end);
    };
    const tail: string[] = [];
    const onLine = (line: string): void => {
      if (echo && line.trim() !== '') context.log(`  ${line}`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    };
    let stdout = '';
    const lines = { out: new LineSplitter(LINE_MAX, onLine), err: new LineSplitter(LINE_MAX, onLine) };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      // Seldom: each cut copies what it keeps.
      if (stdout.length > 2 * STDOUT_KEPT) stdout = stdout.slice(-STDOUT_KEPT);
      lines.out.push(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => lines.err.push(text));
    const fail = (why: string): void =>
      reject(
        context.signal.aborted
          ? cancelled()
          : new AppError(
              'engine-unavailable',
              `${basename(command)} ${args[0] ?? ''} ${why}${tail.length > 0 ? `:\n${tail.join('\n')}` : ''}`,
            ),
      );
    child.once('error', (error) => {
      ended();
      fail(`could not be run (${error.message})`);
    });
    child.once('exit', () => {
      ended();
      endLeftBehind(child.pid);
    });
    child.once('close', (code, signal) => {
      for (const splitter of Object.values(lines)) splitter.end();
      if (code === 0) resolve(stdout.slice(-STDOUT_KEPT));
      else fail(signal !== null ? `was ended by ${signal}` : `ended with exit code ${code ?? 'unknown'}`);
    });
  });
}

/** npm's own program: the one that started us, the one beside this Node, or the one on PATH. */
export function npmCli(env: NodeJS.ProcessEnv = process.env): string {
  const prefix = dirname(process.execPath);
  const candidates = [
    env.npm_execpath && basename(env.npm_execpath) === 'npm-cli.js' ? env.npm_execpath : '',
    join(prefix, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(prefix, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...(env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'npm')),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  for (const candidate of candidates) {
    if (candidate === '' || !existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (basename(real) === 'npm-cli.js') return real;
  }
  throw new AppError('engine-unavailable', 'npm was not found beside this Node or on PATH: install npm 10 or later');
}

/** The node-gyp that npm carries. */
export function nodeGyp(): string {
  try {
    return createRequire(npmCli()).resolve('node-gyp/bin/node-gyp.js');
  } catch (cause) {
    throw new AppError('engine-unavailable', 'This npm carries no node-gyp: install npm 10 or later', { cause });
  }
}

/** A TensorFlow that Python can import. */
export interface PythonTensorFlow {
  readonly python: string;
  readonly version: string;
  readonly includeDir: string;
  readonly libDir: string;
  readonly cuda: boolean;
}

const ASK = `
import json, tensorflow as tf
print("TF" + json.dumps({"version": tf.__version__, "includeDir": tf.sysconfig.get_include(), "libDir": tf.sysconfig.get_lib(), "cuda": bool(tf.test.is_built_with_cuda())}))
`;

/** Looks in COLDAISLE_PYTHON, or else in python3 and python. @returns null when none can import TensorFlow 2 */
export async function findPythonTensorFlow(
  context: InstallContext,
  env: NodeJS.ProcessEnv = process.env,
): Promise<PythonTensorFlow | null> {
  const candidates = env.COLDAISLE_PYTHON ? [env.COLDAISLE_PYTHON] : ['python3', 'python'];
  for (const python of candidates) {
    let answer: string;
    try {
      answer = await run(context, python, ['-c', ASK], {
        cwd: parse(process.execPath).root,
        needs: ['python', 'gpu'],
        env: { TF_CPP_MIN_LOG_LEVEL: '3' },
      });
    } catch (error) {
      if (context.signal.aborted) throw error;
      continue;
    }
    const line = answer.split('\n').find((text) => text.startsWith('TF{'));
    if (!line) continue;
    const found = JSON.parse(line.slice(2)) as Omit<PythonTensorFlow, 'python'>;
    if (found.version.startsWith('2.')) return { ...found, python };
  }
  return null;
}
