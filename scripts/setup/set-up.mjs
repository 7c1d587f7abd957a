import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureElectron } from './electron.mjs';
import { SetupError } from './errors.mjs';
import { ensureSqliteBinding, mustCompileSqlite } from './sqlite.mjs';
import { ensureSystem, hasDisplay } from './system.mjs';

const OLDEST_NODE = [20, 19];

/**
 * @typedef {object} Needs what a command needs; what it does not need is neither asked for nor made
 * @property {boolean} [electron] Electron and the system libraries of its window
 * @property {boolean} [node] this Node opens the product's database
 * @property {boolean} [build] the built app in out/
 * @property {boolean} [tests] what only tests need: a display where there is none, a browser, Chinese glyphs, fakeroot
 */

/**
 * @typedef {object} Ready
 * @property {import('./electron.mjs').ObtainedElectron | null} electron null when not needed
 * @property {string | null} sqliteBinding the compiled addon, null when the prebuild serves or nobody opens a database
 * @property {NodeJS.ProcessEnv} env for every child process of the product
 */

/**
 * Brings a fresh clone to where a command can run, and does nothing (in well under a second) where that was done.
 *
 * @param {Needs} needs
 * @returns {Promise<Ready>}
 * @throws {SetupError} the one line that says what failed and the way out
 */
export async function setUp(needs) {
  requireNode(process.versions.node);
  await ensureDependencies();
  const electron = needs.electron ? await ensureElectron() : null;
  const runtimes = [...(electron ? [electron.napi] : []), ...(needs.node ? [Number(process.versions.napi)] : [])];
  await ensureSystem({
    electron: electron?.executable ?? null,
    virtualDisplay: needs.tests === true && !hasDisplay(),
    testTools: needs.tests === true,
    compilers: await mustCompileSqlite(runtimes),
  });
  const sqliteBinding = await ensureSqliteBinding(runtimes);
  if (needs.build) await ensureBuild();
  return { electron, sqliteBinding, env: childEnvironment(process.env, electron, sqliteBinding) };
}

/**
 * The environment of the product's processes: where Electron is (in the variables electron-vite and the electron package
 * read), and which SQLite addon to load.
 *
 * @param {NodeJS.ProcessEnv} base
 * @param {import('./electron.mjs').ObtainedElectron | null} electron
 * @param {string | null} sqliteBinding
 * @returns {NodeJS.ProcessEnv}
 */
export function childEnvironment(base, electron, sqliteBinding) {
  const env = { ...base };
  delete env.COLDAISLE_SQLITE_BINDING;
  // Set by some terminals inside Electron apps; it would turn our Electron into a plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  if (electron) Object.assign(env, { ELECTRON_EXEC_PATH: electron.executable, ELECTRON_OVERRIDE_DIST_PATH: electron.dist });
  if (sqliteBinding) env.COLDAISLE_SQLITE_BINDING = sqliteBinding;
  return env;
}

/** @param {string} version @throws {SetupError} when this Node is too old for the product */
export function requireNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Node ${version} is too old`, { wayOut: `Install Node ${OLDEST_NODE.join('.')} or later (https://nodejs.org).` });
}
