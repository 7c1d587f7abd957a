import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureEntry } from '../../scripts/setup/cache.mjs';
import { capture } from '../../scripts/setup/run.mjs';

/** The local folders of wheels that pip is set up with, as on a machine that reaches no public index. */
function localIndexes(): string[] {
  const { status, stdout } = spawnSync('python3', ['-m', 'pip', 'config', 'get', 'global.extra-index-url'], { encoding: 'utf8' });
  return status === 0 ? stdout.split(/\s+/).filter((url) => url.startsWith('file:')) : [];
}

/**
 * A Python with these packages, set up from local wheels in the cache, once.
 * @param name of the cache's entry
 * @param title what it is called while it is set up
 * @returns null where there are no local wheels
 * @throws when there are local wheels and it cannot be set up
 */
export async function pythonFromWheels(name: string, title: string, packages: readonly string[]): Promise<string | null> {
  const [index, ...more] = localIndexes();
  if (index === undefined || process.platform !== 'linux') return null;
  const entry = await ensureEntry(name, title, async (dir: string) => {
    const indexes = ['--index-url', index, ...more.flatMap((url) => ['--extra-index-url', url])];
    for (const [program, args] of [
      ['python3', ['-m', 'venv', join(dir, 'venv')]],
      [join(dir, 'venv', 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', ...indexes, ...packages]],
    ] as const) {
      const { code, stdout, stderr } = await capture(program, [...args]);
      if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
    }
  });
  return join(entry, 'venv', 'bin', 'python3');
}

/** A Python with TensorBoard: the one that COLDAISLE_PYTHON names or the system's, or one that is set up. */
export async function tensorBoardPython(): Promise<string | null> {
  const imports = 'import tensorboard.backend.event_processing.event_accumulator';
  const there = [process.env['COLDAISLE_PYTHON'], 'python3'].find(
    (python) => python !== undefined && spawnSync(python, ['-c', imports], { timeout: 60_000 }).status === 0,
  );
  return there ?? (await pythonFromWheels('python-tensorboard', 'TensorBoard', ['tensorboard', 'setuptools<81']));
}
