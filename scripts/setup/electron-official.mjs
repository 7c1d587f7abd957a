import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureEntry } from './cache.mjs';
import { download } from './download.mjs';
import { SetupError } from './errors.mjs';
import { cacheDir, REPO } from './paths.mjs';
import { withStep } from './progress.mjs';
import { unzip } from './unzip.mjs';

const GITHUB = 'https://github.com/electron/electron/releases/download/';

/** @param {string} version @returns {string} name of the release's archive for a machine, this one by default */
export function archiveName(version, platform = process.platform, arch = process.arch) {
  return `electron-v${version}-${platform}-${arch}.zip`;
}

/**
 * Where the official archive is fetched from: GitHub, or the mirror that ELECTRON_MIRROR or npm's `electron_mirror` names
 * (the variables Electron's own installer reads).
 *
 * @param {string} version
 * @param {NodeJS.ProcessEnv} [env]
 * @param {{ platform?: string, arch?: string }} [target] another machine than this
 */
export function officialUrl(version, env = process.env, { platform, arch } = {}) {
  const mirror = env.ELECTRON_MIRROR || env.npm_config_electron_mirror || GITHUB;
  return `${mirror.endsWith('/') ? mirror : `${mirror}/`}v${version}/${archiveName(version, platform, arch)}`;
}

const keyOf = (version) => `electron-${version}-${process.platform}-${process.arch}`;

/** @param {string} version @returns {string} the cache folder it has once it is there */
export function officialEntry(version) {
  return join(cacheDir(), keyOf(version));
}

/**
 * The checksum Electron's own npm package records for one of its archives.
 *
 * @param {string} name
 * @returns {Promise<import('./checksum.mjs').Checksum>}
 * @throws {SetupError} when there is no such archive
 */
export async function recordedChecksum(name) {
  const all = JSON.parse(await readFile(join(REPO, 'node_modules', 'electron', 'checksums.json'), 'utf8'));
  if (!all[name]) {
    throw new SetupError(`Electron is not released for this machine (${name})`, {
      wayOut: 'The product still runs without a window: npm start -- serve.',
    });
  }
  return { algorithm: 'sha256', hex: all[name] };
}

/**
 * Downloads and unpacks the official release, unless the cache has it.
 *
 * @param {string} version
 * @param {NodeJS.ProcessEnv} [env]
 * @param {import('./checksum.mjs').Checksum} [checksum] instead of the recorded one; tests serve a small archive of their own
 * @returns {Promise<string>} its folder
 * @throws {SetupError}
 */
export async function ensureOfficialElectron(version, env = process.env, checksum = undefined) {
  return ensureEntry(keyOf(version), `Electron ${version}`, async (dir) => {
    const name = archiveName(version);
    const expected = checksum ?? (await recordedChecksum(name));
    const archive = join(cacheDir(), 'downloads', name);
    await withStep(`Downloading Electron ${version}`, (step) =>
      download(officialUrl(version, env), archive, expected, { onProgress: step.update }),
    );
    await withStep(`Unpacking Electron ${version}`, (step) => unzip(archive, dir, { onProgress: (fraction) => step.update(fraction) }));
    await rm(archive, { force: true });
  });
}
