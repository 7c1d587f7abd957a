import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensurePackages, onPath } from '../setup/apt.mjs';
import { REPO } from '../setup/paths.mjs';
import { withStep } from '../setup/progress.mjs';
import { ICONS, iconPng } from './icons.mjs';

const ARCHS = { x64: 'amd64', arm64: 'arm64' };

/** @returns {boolean} whether this machine can make a Debian package */
export function canMakeDeb(env = process.env) {
  return process.platform === 'linux' && onPath('dpkg-deb', env);
}

/**
 * Debian's form of the version. A tilde sorts before the plain version, so that a release replaces a closed network's
 * trial of it.
 *
 * @param {string} version for example `0.1.0-closednet`
 */
export function debianVersion(version) {
  return version.replace('-', '~');
}

/**
 * Makes a .deb of an unpacked Linux app.
 *
 * @param {import('./pack.mjs').PackedApp} app
 * @param {string} arch Node's name of it
 * @param {string} out
 * @param {{ compression?: 'xz' | 'gzip' | 'none' }} [options] by default xz, a third smaller and five times slower than
 *   gzip, which serves a trial
 * @returns {Promise<string>} its path
 */
export async function makeDeb(app, arch, out, { compression = app.closednet ? 'gzip' : 'xz' } = {}) {
  await ensurePackages([{ names: ['fakeroot'], command: 'fakeroot' }]);
  const require = createRequire(import.meta.url);
  const { name, productName, description } = require(join(REPO, 'package.json'));
  const installer = require('electron-installer-debian');
  const dir = await mkdtemp(join(out, '.deb-'));
  try {
    await withStep('Making the .deb', () =>
      installer({
        src: app.dir,
        dest: dir,
        arch: ARCHS[arch],
        options: {
          name,
          productName,
          version: debianVersion(app.version),
          genericName: 'Operations console',
          description: 'Operations console for AI training rooms',
          productDescription: description + (app.closednet ? ' Made from a substitute Electron: for trying the packaging only.' : ''),
          maintainer: 'The Coldaisle authors <nobody@coldaisle.invalid>',
          // Linked, though the installer's own list only recommends it.
          depends: ['libasound2'],
          section: 'science',
          categories: ['System', 'Monitor', 'Science'],
          bin: name,
          icon: {
            ...Object.fromEntries([16, 32, 48, 64, 128, 256, 512].map((size) => [`${size}x${size}`, iconPng(size)])),
            scalable: join(ICONS, 'icon.svg'),
          },
          compression,
        },
      }),
    );
    const [made] = (await readdir(dir)).filter((file) => file.endsWith('.deb'));
    await rename(join(dir, made), join(out, made));
    return join(out, made);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
