import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this clone, absolute. */
export const REPO = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** TypeScript 7, for Node to run. `typescript` is the version before it, which the linter and others are built on. */
export const nativeCompiler = join(REPO, 'node_modules', 'typescript-7', 'bin', 'tsc');

/**
 * The per-user folder for what every clone can share (Electron, the compiled addon, locks, logs of the set-up).
 * COLDAISLE_CACHE overrides it; otherwise it is the platform's own cache place.
 *
 * @param {{ env?: NodeJS.ProcessEnv, platform?: string, home?: string }} [on] injected by tests
 * @returns {string} absolute path; it need not exist yet
 */
export function cacheDir({ env = process.env, platform = process.platform, home = homedir() } = {}) {
  if (env.COLDAISLE_CACHE) return resolve(env.COLDAISLE_CACHE);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'coldaisle', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'coldaisle');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'coldaisle');
}
