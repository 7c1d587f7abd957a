import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from '../setup/download.mjs';
import { archiveName, officialUrl, recordedChecksum } from '../setup/electron-official.mjs';
import { SetupError } from '../setup/errors.mjs';
import { lockedPackage } from '../setup/lockfile.mjs';
import { isAlive } from '../setup/lock.mjs';
import { cacheDir } from '../setup/paths.mjs';
import { withStep } from '../setup/progress.mjs';
import { probe } from '../setup/request.mjs';
import { zipFolder } from './zip.mjs';

/** What the app folder can be made for: where Electron is released and SQLite's addon is prebuilt. */
export const PLATFORMS = ['linux', 'darwin', 'win32'];
export const ARCHS = ['x64', 'arm64'];

/**
 * @param {string} platform
 * @param {string} arch
 * @throws {SetupError} when no app can be made for it, or not on this machine
 */
export function requireTarget(platform, arch, host = process.platform) {
  if (!PLATFORMS.includes(platform) || !ARCHS.includes(arch)) {
    throw new SetupError(`No app can be made for ${platform}-${arch}`, {
      wayOut: `Platforms: ${PLATFORMS.join(', ')}; processors: ${ARCHS.join(', ')}.`,
    });
  }
  if (platform === 'darwin' && host === 'win32') {
    throw new SetupError('A macOS app holds links that Windows does not make', { wayOut: 'Package it on macOS or Linux.' });
  }
}

/**
 * Puts the Electron archive that the packager unpacks into a folder: made from the Electron this machine runs, or, for
 * another machine, the official one.
 *
 * @param {string} dir
 * @param {import('../setup/electron.mjs').ObtainedElectron} own
 * @param {{ platform: string, arch: string }} target
 * @returns {Promise<{ version: string, fallback: boolean }>}
 * @throws {SetupError} when another machine's Electron cannot be had
 */
export async function provideElectronZip(dir, own, { platform, arch }) {
  await mkdir(dir, { recursive: true });
  if (platform === process.platform && arch === process.arch) {
    await withStep(`Wrapping Electron ${own.version}`, () => zipFolder(own.dist, join(dir, archiveName(own.version, platform, arch))));
    return { version: own.version, fallback: own.kind === 'fallback' };
  }
  const { version } = await lockedPackage('electron');
  const name = archiveName(version, platform, arch);
  const url = officialUrl(version, process.env, { platform, arch });
  const answer = await probe(url);
  if (!answer.reachable) {
    throw new SetupError(`Electron for ${platform}-${arch} cannot be reached (${new URL(url).host}: ${answer.reason})`, {
      wayOut: 'Only this machine’s own kind of app can be made here.',
    });
  }
  const file = join(dir, name);
  await withStep(`Downloading ${name}`, async (step) => download(url, file, await recordedChecksum(name), { onProgress: step.update }));
  return { version, fallback: false };
}

/**
 * An empty place for one packaging's intermediate folders (hundreds of MB), on the disk the cache is on. What an
 * interrupted packaging left there is swept.
 *
 * @returns {Promise<string>} for the caller to remove
 */
export async function makeWorkDir() {
  await mkdir(cacheDir(), { recursive: true });
  for (const name of await readdir(cacheDir())) {
    const pid = /^packaging-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(cacheDir(), name), { recursive: true, force: true });
  }
  return mkdtemp(join(cacheDir(), `packaging-${process.pid}-`));
}
