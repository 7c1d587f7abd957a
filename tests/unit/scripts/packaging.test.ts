import { mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianVersion } from '../../../scripts/packaging/debian.mjs';
import { makeIcns, makeIco, writePlatformIcon } from '../../../scripts/packaging/icons.mjs';
import { belongs, runtimePackages } from '../../../scripts/packaging/stage.mjs';
import { requireTarget } from '../../../scripts/packaging/targets.mjs';
import { zipFolder } from '../../../scripts/packaging/zip.mjs';
import { unzip } from '../../../scripts/setup/unzip.mjs';
import { someBytes, temporaryFolder } from './support';

describe('zipFolder', () => {
  it('wraps files, modes, links and folders so that unpacking gives the same', async () => {
    const dir = await temporaryFolder();
    const from = join(dir, 'from');
    const large = someBytes(2_500_000);
    await mkdir(join(from, 'locales', 'empty'), { recursive: true });
    await writeFile(join(from, 'electron'), large, { mode: 0o755 });
    await writeFile(join(from, 'locales', 'zh-CN.pak'), '中文');
    await writeFile(join(from, 'nothing'), '');
    await symlink('locales/zh-CN.pak', join(from, 'link'));
    await zipFolder(from, join(dir, 'a.zip'));
    const into = join(dir, 'into');
    await mkdir(into);
    await unzip(join(dir, 'a.zip'), into);
    expect(large.equals(await readFile(join(into, 'electron')))).toBe(true);
    expect((await stat(join(into, 'electron'))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(into, 'locales', 'zh-CN.pak'), 'utf8')).toBe('中文');
    expect(await readlink(join(into, 'link'))).toBe('locales/zh-CN.pak');
    expect((await stat(join(into, 'locales', 'empty'))).isDirectory()).toBe(true);
    expect((await stat(join(into, 'nothing'))).size).toBe(0);
  });
});

describe('belongs', () => {
  const target = { platform: 'win32', arch: 'arm64', compiledSqlite: false };
  it.each([
    ['better-sqlite3', 'prebuilds/win32-arm64.node', true],
    ['better-sqlite3', 'prebuilds/linux-x64.node', false],
    ['better-sqlite3', 'lib/database.js', true],
    ['better-sqlite3', 'deps/sqlite3/sqlite3.c', false],
    ['@tensorflow/tfjs-core', 'dist/tf-core.node.js', true],
    ['@tensorflow/tfjs-core', 'dist/tf-core.min.js', false],
    ['@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm-simd.wasm', true],
    ['ws', 'lib/websocket.js', true],
    ['ws', 'LICENSE', true],
    ['zod', 'index.d.cts', false],
    ['zod', 'index.cjs.map', false],
    ['seedrandom', 'coverage/lcov-report/index.html', false],
  ])('%s: %s is %s', (name, path, expected) => {
    expect(belongs(name, path, target)).toBe(expected);
  });

  it('leaves the prebuilt addon out where the compiled one travels: loading it there would crash', () => {
    expect(belongs('better-sqlite3', 'prebuilds/win32-arm64.node', { ...target, compiledSqlite: true })).toBe(false);
  });
});

describe('runtimePackages', () => {
  it('takes what the product runs with, at any depth, and nothing else', () => {
    const packages = {
      '': {},
      'node_modules/ws': {},
      'node_modules/a/node_modules/b': {},
      'node_modules/react': { dev: true },
      'node_modules/vite': { devOptional: true },
      'node_modules/fsevents': { optional: true },
      'node_modules/@koromix/koffi-linux-x64': { optional: true },
      'node_modules/@koromix/koffi-win32-x64': { optional: true },
      'node_modules/@types/long': {},
      'node_modules/node-addon-api': {},
    };
    expect(runtimePackages({ packages }, { platform: 'linux', arch: 'x64' })).toEqual([
      'node_modules/ws',
      'node_modules/a/node_modules/b',
      'node_modules/@koromix/koffi-linux-x64',
    ]);
  });

  it('finds every dependency of this repository’s manifest in its lock', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: Record<string, string> };
    const found = runtimePackages(JSON.parse(await readFile('package-lock.json', 'utf8')) as Parameters<typeof runtimePackages>[0], {
      platform: 'linux',
      arch: 'x64',
    });
    expect(found).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`)));
  });
});

describe('the platforms’ icons', () => {
  it('are an .ico whose directory finds each image', () => {
    const small = Buffer.from('small');
    const large = Buffer.from('larger image');
    const ico = makeIco([
      { size: 16, png: small },
      { size: 256, png: large },
    ]);
    expect([ico.readUInt16LE(2), ico.readUInt16LE(4), ico.readUInt8(6), ico.readUInt8(22)]).toEqual([1, 2, 16, 0]);
    expect(ico.subarray(ico.readUInt32LE(34), ico.readUInt32LE(34) + ico.readUInt32LE(30))).toEqual(large);
  });

  it('are an .icns whose parts add up to its length', () => {
    const icns = makeIcns([
      { size: 128, png: Buffer.from('a') },
      { size: 512, png: Buffer.from('bcd') },
    ]);
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    expect(icns.toString('latin1', 17, 21)).toBe('ic09');
  });

  it.each([
    ['win32', 'icon.ico'],
    ['darwin', 'icon.icns'],
  ])('can be made for %s from the drawings of the repository', async (platform, name) => {
    const dir = await temporaryFolder();
    const path = await writePlatformIcon(platform, dir);
    expect(path).toBe(join(dir, name));
    expect((await readFile(join(dir, name))).includes('PNG')).toBe(true);
  });
});

describe('targets and versions', () => {
  it('refuses what cannot be made, and says what can', () => {
    expect(() => requireTarget('linux', 'x64')).not.toThrow();
    expect(() => requireTarget('sunos', 'x64')).toThrow(
      'No app can be made for sunos-x64. Platforms: linux, darwin, win32; processors: x64, arm64.',
    );
    expect(() => requireTarget('darwin', 'arm64', 'win32')).toThrow('Package it on macOS or Linux.');
    expect(() => requireTarget('darwin', 'arm64', 'linux')).not.toThrow();
  });

  it('sort a closed network’s trial before the release of the same version', () => {
    expect(debianVersion('0.1.0-closednet')).toBe('0.1.0~closednet');
    expect(debianVersion('0.1.0')).toBe('0.1.0');
  });
});
