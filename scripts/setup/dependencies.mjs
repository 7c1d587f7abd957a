import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withNamedLock } from './cache.mjs';
import { npmCommand } from './npm.mjs';
import { REPO } from './paths.mjs';
import { withStep } from './progress.mjs';
import { runLogged } from './run.mjs';

const STAMP = '.coldaisle-stamp';

/** @returns {string} file-name-safe name of this clone, for its locks */
export function cloneName(repo = REPO) {
  return `clone-${createHash('sha256').update(repo).digest('hex').slice(0, 16)}`;
}

/**
 * What node_modules must have been made from: the lock's content, and the machine that its native packages are for.
 *
 * @param {string} lockText content of package-lock.json
 */
export function dependencyStamp(lockText, platform = process.platform, arch = process.arch) {
  return createHash('sha256').update(`${platform}-${arch}\n${lockText}`).digest('hex');
}

/**
 * Whether what npm noted of its last installation is exactly what the lock asks for. Packages for other platforms may
 * be absent; nothing may be there that the lock does not name.
 *
 * @param {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} lock package-lock.json
 * @param {{ packages: Record<string, { version?: string, integrity?: string }> }} installed node_modules/.package-lock.json
 */
export function installedMatches(lock, installed) {
  const names = Object.keys(lock.packages).filter((name) => name !== '');
  const wanted = names.every((name) => {
    const asked = lock.packages[name];
    const there = installed.packages[name];
    if (!there) return asked?.optional === true;
    return there.version === asked?.version && there.integrity === asked?.integrity;
  });
  return wanted && Object.keys(installed.packages).every((name) => name in lock.packages);
}

async function readText(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Runs `npm ci` when node_modules is not what package-lock.json says; the network is asked only then.
 *
 * @param {string} [repo]
 * @returns {Promise<boolean>} whether it had to install
 * @throws {import('./errors.mjs').SetupError}
 */
export async function ensureDependencies(repo = REPO) {
  const modules = join(repo, 'node_modules');
  const lockText = await readFile(join(repo, 'package-lock.json'), 'utf8');
  const stamp = dependencyStamp(lockText);
  const upToDate = async () => {
    if ((await readText(join(modules, STAMP))) === stamp) return true;
    const installed = await readText(join(modules, '.package-lock.json'));
    if (installed === null || !installedMatches(JSON.parse(lockText), JSON.parse(installed))) return false;
    await writeFile(join(modules, STAMP), stamp);
    return true;
  };
  if (await upToDate()) return false;
  return withNamedLock(cloneName(repo), 'Packages', async () => {
    if (await upToDate()) return false;
    const { command, args } = npmCommand([
      'ci',
      '--include=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    await withStep('Installing packages (npm ci)', () =>
      runLogged('npm-ci', command, args, {
        cwd: repo,
        what: 'npm ci',
        wayOut: 'Check that npm’s registry can be reached (npm ping), then start again.',
      }),
    );
    await mkdir(modules, { recursive: true });
    await writeFile(join(modules, STAMP), stamp);
    return true;
  });
}
