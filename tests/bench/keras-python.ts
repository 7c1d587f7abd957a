import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/setup/paths.mjs';
import { findPythonTensorFlow } from '../../src-main/core/jobs/engine-tools';

export interface KerasPython {
  readonly python: string;
  readonly version: string;
}

const PACKAGE = 'tensorflow-cpu';
const MINUTES = 60_000;

/** The indexes that pip is set up with besides the public one: where those are local, the public one is none that can be reached. */
function indexArguments(python: string): string[] {
  const { stdout } = spawnSync(python, ['-m', 'pip', 'config', 'get', 'global.extra-index-url'], { encoding: 'utf8' });
  const [first, ...rest] = (stdout ?? '').split(/\s+/).filter((word) => word.startsWith('file:'));
  return first === undefined ? [] : ['--index-url', first, ...rest.flatMap((index) => ['--extra-index-url', index])];
}

/**
 * A Python with Keras on TensorFlow: one that has it, else one of our own in the cache folder, made once.
 *
 * @returns null where it cannot be had
 */
export async function kerasPython(): Promise<KerasPython | null> {
  const look = (env: NodeJS.ProcessEnv) => findPythonTensorFlow({ log: () => undefined, signal: new AbortController().signal }, env);
  const there = await look(process.env);
  if (there !== null) return there;
  const folder = join(cacheDir(), 'bench-python');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const made = existsSync(python) ? await look({ COLDAISLE_PYTHON: python }) : null;
  if (made !== null) return made;
  if (spawnSync('python3', ['-m', 'venv', folder], { timeout: 5 * MINUTES }).status !== 0) return null;
  console.log(`  installing ${PACKAGE} for the comparison`);
  const { status } = spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...indexArguments(python), PACKAGE], { timeout: 10 * MINUTES });
  return status === 0 ? look({ COLDAISLE_PYTHON: python }) : null;
}
