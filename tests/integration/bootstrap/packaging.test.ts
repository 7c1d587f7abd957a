import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canMakeDeb, makeDeb } from '../../../scripts/packaging/debian.mjs';
import { packApp } from '../../../scripts/packaging/pack.mjs';
import { needsProgram, onlyWhere } from '../../helpers/needs';
import { onPath } from '../../../scripts/setup/apt.mjs';
import { ensureElectron } from '../../../scripts/setup/electron.mjs';

/** How the executable writes a fuse's state. */
const OFF = '0'.charCodeAt(0);
const ON = '1'.charCodeAt(0);
const run = promisify(execFile);
const manifest = createRequire(import.meta.url)('../../../package.json') as { version: string };

// npm test sets both up; by hand they may be missing, and are not fetched here.
const ready = Boolean(process.env['ELECTRON_EXEC_PATH']) && existsSync('out/main/main.js');

describe('the packaged app', onlyWhere(ready, 'it needs Electron and the build: run it through npm test'), () => {
  let out = '';
  let app: Awaited<ReturnType<typeof packApp>>;
  const resources = (...path: string[]): string =>
    join(app.dir, ...(process.platform === 'darwin' ? ['Coldaisle.app', 'Contents', 'Resources'] : ['resources']), ...path);
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'coldaisle-pack-'));
    app = await packApp({ electron: await ensureElectron(), sqliteBinding: process.env['COLDAISLE_SQLITE_BINDING'] ?? null, out });
  }, 120_000);
  afterAll(() => rm(out, { recursive: true, force: true }));

  it('has the build and the run-time packages in its archive, and nothing of the development', () => {
    const files = listPackage(resources('app.asar'), { isPack: false }).map((file) => file.replaceAll('\\', '/'));
    for (const file of [
      '/out/main/main.js',
      '/out/main/trainer.js',
      '/out/renderer/index.html',
      '/node_modules/ws/package.json',
      '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    ]) {
      expect(files).toContain(file);
    }
    expect(
      files.filter((file) => /^\/(?:src-|tests|scripts)|^\/node_modules\/(?:react|electron|vite|typescript)\/|\.map$/.test(file)),
    ).toEqual([]);
  });

  it('says in its version when it only tests the packaging', () => {
    const inside = JSON.parse(extractFile(resources('app.asar'), 'package.json').toString()) as { version: string; main: string };
    expect(inside.version).toBe(app.version);
    expect(inside.version).toBe(app.closednet ? `${manifest.version}-closednet` : manifest.version);
    expect(inside.main).toBe('out/main/main.js');
  });

  it('has an SQLite addon outside of the archive that its Electron can load', async () => {
    const compiled = existsSync(resources('better_sqlite3.node'));
    const prebuilt = existsSync(resources('app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds'))
      ? await readdir(resources('app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds'))
      : [];
    expect(prebuilt).toEqual(compiled ? [] : [`${process.platform}-${process.arch}.node`]);
    expect(compiled).toBe(app.closednet);
  });

  it('carries the data sets as plain files', () => {
    expect(existsSync(resources('resources', 'datasets'))).toBe(true);
  });

  it('runs nothing but itself', async () => {
    const wire = await getCurrentFuseWire(app.executable);
    const state = (fuse: FuseV1Options): unknown => wire[fuse];
    for (const off of [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]) {
      expect(state(off)).toBe(OFF);
    }
    for (const on of [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableCookieEncryption]) expect(state(on)).toBe(ON);
    expect(await readFile(join(app.dir, 'LICENSE'), 'utf8')).toContain('The Coldaisle authors');
  });

  it(
    'becomes a .deb that installs a program, a desktop entry and icons',
    { ...needsProgram(canMakeDeb() && onPath('fakeroot'), 'fakeroot', 'fakeroot'), timeout: 120_000 },
    async () => {
      const deb = await makeDeb(app, process.arch, out, { compression: 'none' });
      const { stdout: fields } = await run('dpkg-deb', ['-f', deb, 'Package', 'Version', 'Depends']);
      expect(fields).toContain(`Version: ${app.version.replace('-', '~')}`);
      expect(fields).toMatch(/Depends: .*libgtk-3-0.*libasound2/);
      const { stdout: files } = await run('dpkg-deb', ['-c', deb], { maxBuffer: 1 << 24 });
      expect(files).toMatch(/-rwsr-xr-x root\/root .* \.\/usr\/lib\/coldaisle\/chrome-sandbox/);
      for (const file of [
        './usr/bin/coldaisle -> ',
        './usr/share/applications/coldaisle.desktop',
        './usr/share/icons/hicolor/512x512/apps/coldaisle.png',
      ]) {
        expect(files).toContain(file);
      }
    },
  );
});
