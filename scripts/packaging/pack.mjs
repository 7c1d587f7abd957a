import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { REPO } from '../setup/paths.mjs';
import { withStep } from '../setup/progress.mjs';
import { prebuildWorks } from '../setup/sqlite.mjs';
import { napiOfElectron } from '../setup/electron.mjs';
import { writePlatformIcon } from './icons.mjs';
import { stageApp, stageResources } from './stage.mjs';
import { makeWorkDir, provideElectronZip, requireTarget } from './targets.mjs';

/**
 * @typedef {object} PackedApp
 * @property {string} dir the unpacked app folder
 * @property {string} executable absolute path of the program in it
 * @property {string} version as the app itself says it
 * @property {boolean} closednet made from the fallback Electron: it tests the packaging and is not for release
 */

/**
 * Makes the unpacked app folder: an asar with its native addons beside it, the resources, and an executable whose fuses
 * let it run nothing but this app. The build in out/ must be there.
 *
 * @param {{ electron: import('../setup/electron.mjs').ObtainedElectron, sqliteBinding: string | null, out: string,
 *   platform?: string, arch?: string, repo?: string }} options
 *   sqliteBinding: compiled addon for an Electron whose Node-API is too old for the prebuild
 * @returns {Promise<PackedApp>}
 * @throws {import('../setup/errors.mjs').SetupError}
 */
export async function packApp({ electron, sqliteBinding, out, platform = process.platform, arch = process.arch, repo = REPO }) {
  requireTarget(platform, arch);
  const work = await makeWorkDir();
  try {
    const zips = join(work, 'electron');
    const { version: electronVersion, fallback } = await provideElectronZip(zips, electron, { platform, arch });
    const manifest = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'));
    const version = `${manifest.version}${fallback ? '-closednet' : ''}`;
    const compiledSqlite = !prebuildWorks([napiOfElectron(electronVersion)], { platform, arch });
    const dir = await withStep(`Packing ${manifest.productName} ${version} for ${platform}-${arch}`, async () => {
      const app = join(work, 'app');
      const resources = join(work, 'resources');
      await mkdir(app, { recursive: true });
      await stageApp(repo, app, { platform, arch, version, compiledSqlite });
      await stageResources(repo, resources);
      const extraResource = [resources];
      if (compiledSqlite && sqliteBinding) {
        // The core looks for it by this name in the app's resources.
        await cp(sqliteBinding, join(work, 'better_sqlite3.node'));
        extraResource.push(join(work, 'better_sqlite3.node'));
      }
      return runPackager({
        app,
        zips,
        work,
        out,
        platform,
        arch,
        manifest,
        version,
        electronVersion,
        extraResource,
        licence: join(repo, 'LICENSE'),
      });
    });
    await withStep('Setting the fuses', () => harden(executableOf(dir, platform, manifest), platform, arch));
    return { dir, executable: executableOf(dir, platform, manifest), version, closednet: fallback };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runPackager({ app, zips, work, out, platform, arch, manifest, version, electronVersion, extraResource, licence }) {
  const { packager } = createRequire(import.meta.url)('@electron/packager');
  const icon = await writePlatformIcon(platform, work);
  const [dir] = await packager({
    dir: app,
    out,
    overwrite: true,
    quiet: true,
    platform,
    arch,
    name: manifest.productName,
    executableName: platform === 'darwin' ? manifest.productName : manifest.name,
    appVersion: version,
    buildVersion: version,
    appBundleId: 'app.coldaisle.desktop',
    appCategoryType: 'public.app-category.utilities',
    appCopyright: `${manifest.author}, ${manifest.license} licence`,
    electronVersion,
    electronZipDir: zips,
    ...(icon ? { icon } : {}),
    asar: { unpack: '**/*.{node,wasm}' },
    // The folder is laid out with run-time packages only.
    prune: false,
    extraResource,
    tmpdir: join(work, 'tmp'),
  });
  // The packager's folder is for its owner alone, and its LICENSE is Electron's.
  await chmod(dir, 0o755);
  await rename(join(dir, 'LICENSE'), join(dir, 'LICENSE.electron.txt'));
  await cp(licence, join(dir, 'LICENSE'));
  return dir;
}

/** @returns {string} absolute path of the packed program */
function executableOf(dir, platform, { name, productName }) {
  if (platform === 'darwin') return join(dir, `${productName}.app`, 'Contents', 'MacOS', productName);
  return join(dir, platform === 'win32' ? `${name}.exe` : name);
}

/** The fuses of a program that must run nothing but its own app. */
async function harden(executable, platform, arch) {
  const { flipFuses, FuseV1Options, FuseVersion } = createRequire(import.meta.url)('@electron/fuses');
  const fusesOn = platform === 'darwin' ? executable.slice(0, executable.indexOf('.app') + 4) : executable;
  await flipFuses(fusesOn, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: platform === 'darwin' && arch === 'arm64' && existsSync('/usr/bin/codesign'),
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron checks the archive against the hash in the executable on these two only.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: platform !== 'linux',
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // The page comes over a scheme of the app's own, never from file:.
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
}
