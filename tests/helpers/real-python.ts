import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from './repo-root';

/**
 * A Python that has all these packages: the one that COLDAISLE_TEST_PYTHON names, or the system's. They take gigabytes and minutes to
 * install, so that no test does it by itself.
 * @returns null = there is none
 */
export function pythonWith(...packages: readonly string[]): string | null {
  const find = `import importlib.util as u, sys; sys.exit(any(u.find_spec(name) is None for name in ${JSON.stringify(packages)}))`;
  const there = [process.env['COLDAISLE_TEST_PYTHON'], 'python3'].find(
    (python) => python !== undefined && spawnSync(python, ['-c', find], { timeout: 60_000 }).status === 0,
  );
  return there ?? null;
}

let made: string | null = null;

/** The product's digits, laid out as Keras's `mnist.npz`. */
export function mnistFile(python: string): string {
  if (made !== null && existsSync(made)) return made;
  const path = join(mkdtempSync(join(tmpdir(), 'coldaisle-mnist-')), 'mnist.npz');
  const script = `
import gzip, sys, numpy as np
folder, path = sys.argv[1:]
images = lambda name: np.frombuffer(gzip.open(folder + "/" + name + "-images-idx3-ubyte.gz").read()[16:], np.uint8).reshape(-1, 28, 28)
labels = lambda name: np.frombuffer(gzip.open(folder + "/" + name + "-labels-idx1-ubyte.gz").read()[8:], np.uint8)
np.savez(path, x_train=images("train"), y_train=labels("train"), x_test=images("test"), y_test=labels("test"))
`;
  const { status, stderr } = spawnSync(python, ['-c', script, join(repoRoot, 'tests', 'data', 'mnist-10k'), path], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  made = path;
  return path;
}
