import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPythonTensorFlow } from '../../src-main/core/jobs/engine-tools';
import { ensureEntry } from '../../scripts/setup/cache.mjs';
import { capture } from '../../scripts/setup/run.mjs';

/** The local folders of wheels that pip is set up with, as on a machine that reaches no public index. */
function localIndexes(): string[] {
  const { status, stdout } = spawnSync('python3', ['-m', 'pip', 'config', 'get', 'global.extra-index-url'], { encoding: 'utf8' });
  return status === 0 ? stdout.split(/\s+/).filter((url) => url.startsWith('file:')) : [];
}

/**
 * A Python that can import TensorFlow: one that is there, or one that is set up from local wheels in the cache, once.
 * @returns null when there is neither
 * @throws when there are local wheels and it cannot be set up
 */
export async function tensorFlowPython(): Promise<string | null> {
  const found = await findPythonTensorFlow({ log: () => undefined, signal: new AbortController().signal });
  if (found) return found.python;
  const [index, ...more] = localIndexes();
  if (index === undefined || process.platform !== 'linux') return null;
  const entry = await ensureEntry('python-tensorflow-cpu', 'TensorFlow for Python', async (dir: string) => {
    const python = join(dir, 'venv', 'bin', 'python3');
    const install = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--index-url',
      index,
      ...more.flatMap((url) => ['--extra-index-url', url]),
      'tensorflow-cpu',
    ];
    for (const [program, args] of [
      ['python3', ['-m', 'venv', join(dir, 'venv')]],
      [python, install],
    ] as const) {
      const { code, stdout, stderr } = await capture(program, [...args]);
      if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
    }
  });
  return join(entry, 'venv', 'bin', 'python3');
}
