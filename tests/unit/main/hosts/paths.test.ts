import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataDir, defaultSecretKeyFile, runtimePaths } from '../../../../src-main/hosts/paths';

describe('defaultDataDir', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.local/share/coldaisle'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ada', '/data/coldaisle'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada', '/home/ada/.local/share/coldaisle'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ada', '/home/ada/.local/share/coldaisle'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/Users/ada', '/Users/ada/Library/Application Support/Coldaisle'],
    ['win32', { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' }, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Coldaisle'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Coldaisle'],
  ] as const)('%s %j', (platform, env, home, expected) => {
    expect(defaultDataDir({ platform, env, home })).toBe(expected);
  });
});

describe('defaultSecretKeyFile', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.config/coldaisle/secrets.key'],
    ['linux', { XDG_CONFIG_HOME: '/config' }, '/home/ada', '/config/coldaisle/secrets.key'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ada', '/home/ada/.config/coldaisle/secrets.key'],
    ['linux', { COLDAISLE_SECRET_KEY_FILE: '/run/secrets/key' }, '/home/ada', '/run/secrets/key'],
    ['darwin', {}, '/Users/ada', '/Users/ada/Library/Preferences/Coldaisle/secrets.key'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\Coldaisle\\secrets.key'],
  ] as const)('%s %j: apart from the data', (platform, env, home, expected) => {
    expect(defaultSecretKeyFile({ platform, env, home })).toBe(expected);
    expect(expected.startsWith(defaultDataDir({ platform, env, home }))).toBe(false);
  });
});

describe('runtimePaths', () => {
  it('finds everything from the bundled programs’ folder', () => {
    const paths = runtimePaths('/app/out/main', 'lab', null);
    expect(isAbsolute(paths.dataDir)).toBe(true);
    expect(paths.dataDir.endsWith('lab')).toBe(true);
    expect(paths).toMatchObject({
      enginesDir: join(paths.dataDir, 'engines'),
      windowDir: join(paths.dataDir, 'window'),
      resourcesDir: '/app/resources',
      rendererDir: '/app/out/renderer',
      preloadProgram: '/app/out/preload/preload.js',
      trainerProgram: '/app/out/main/trainer.js',
    });
  });

  it('takes the data sets from beside the archive of a packaged app', () => {
    expect(runtimePaths('/app/resources/app.asar/out/main', '/d', '/app/resources').resourcesDir).toBe('/app/resources/resources');
  });

  it('gives a scenario’s window a profile of its own, never outside the folder', () => {
    expect(runtimePaths('/app/out/main', '/d', null, 'hall')).toMatchObject({
      dataDir: '/d',
      enginesDir: '/d/engines',
      windowDir: '/d/scenarios/hall/window',
    });
    expect(runtimePaths('/app/out/main', '/d', null, '../..').windowDir.startsWith('/d/scenarios/')).toBe(true);
  });
});
