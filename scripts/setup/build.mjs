import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { withNamedLock } from './cache.mjs';
import { cloneName } from './dependencies.mjs';
import { REPO } from './paths.mjs';
import { withStep } from './progress.mjs';
import { runLogged } from './run.mjs';

const SOURCES = [
  'src-shared',
  'src-main',
  'src-renderer',
  'resources',
  'electron.vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const STAMP = '.build-stamp';

/** @returns {Promise<string[]>} every file at or under a path, sorted; none when it does not exist */
async function filesUnder(path) {
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return (
      entries
        // What Python keeps beside its modules comes with running them, and is none of the sources.
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .sort()
    );
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

/**
 * One hash over the names and contents of everything the build reads.
 *
 * @param {string} [repo]
 * @returns {Promise<string>} hex
 */
export async function sourcesHash(repo = REPO) {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesUnder(join(repo, source))) {
      const content = await readFile(file);
      hash.update(`${relative(repo, file).split(sep).join('/')}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

async function builtHash(repo) {
  return readFile(join(repo, 'out', STAMP), 'utf8').catch(() => null);
}

/**
 * Builds out/ when the sources are not those it was built from.
 *
 * @param {string} [repo]
 * @returns {Promise<boolean>} whether it had to build
 * @throws {import('./errors.mjs').SetupError}
 */
export async function ensureBuild(repo = REPO) {
  if ((await builtHash(repo)) === (await sourcesHash(repo))) return false;
  return withNamedLock(cloneName(repo), 'Build', async () => {
    const hash = await sourcesHash(repo);
    if ((await builtHash(repo)) === hash) return false;
    await forgetBuild(repo);
    const script = join(repo, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    await withStep('Building the app', () =>
      runLogged('build', process.execPath, [script, 'build'], { cwd: repo, what: 'The build (electron-vite)' }),
    );
    await mkdir(join(repo, 'out'), { recursive: true });
    await writeFile(join(repo, 'out', STAMP), hash);
    return true;
  });
}

/** Makes the next start build anew, because somebody else is going to write to out/. */
export async function forgetBuild(repo = REPO) {
  await rm(join(repo, 'out', STAMP), { force: true });
}
