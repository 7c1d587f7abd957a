import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fallbackEntry, fallbackServes } from '../../../scripts/setup/electron-fallback.mjs';
import { ensureOfficialElectron, officialUrl } from '../../../scripts/setup/electron-official.mjs';
import { ensureElectron, executableName, napiOfElectron } from '../../../scripts/setup/electron.mjs';
import { lockedPackage } from '../../../scripts/setup/lockfile.mjs';
import { recallUnreachable, rememberUnreachable } from '../../../scripts/setup/reachability.mjs';
import { ensureSqliteBinding, prebuildWorks } from '../../../scripts/setup/sqlite.mjs';
import { onlyWhere } from '../../helpers/needs';
import { answer, closedAddress, emptyCache, makeZip, serve, sha256, temporaryFolder, type Loopback } from './support';

/** A mirror with a small stand-in for the official archive, laid out as Electron's releases are. */
async function mirror(
  version: string,
): Promise<{ server: Loopback; env: NodeJS.ProcessEnv; checksum: { algorithm: 'sha256'; hex: string } }> {
  const archive = makeZip([
    { name: executableName().replaceAll('\\', '/'), content: '#!/bin/sh\n', mode: 0o100755 },
    { name: 'version', content: version },
  ]);
  const server = await serve((request, response) => answer(archive, request, response));
  return { server, env: { ELECTRON_MIRROR: `${server.url}/mirror` }, checksum: sha256(archive) };
}

async function layFallback(): Promise<void> {
  await mkdir(fallbackEntry(), { recursive: true });
  await writeFile(join(fallbackEntry(), executableName()), '');
  await writeFile(join(fallbackEntry(), 'version'), '33.2.1');
}

describe('where the official Electron can be reached', () => {
  it('it is downloaded, checked and unpacked, and no fallback runs', async () => {
    const cache = await emptyCache();
    const { version } = await lockedPackage('electron');
    const { server, env, checksum } = await mirror(version);
    const electron = await ensureElectron({ env, checksum });
    expect(electron).toMatchObject({ kind: 'official', version, napi: 10 });
    expect(existsSync(electron.executable)).toBe(true);
    expect(existsSync(fallbackEntry())).toBe(false);
    const path = `/mirror/v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
    expect(server.requests.at(-1)).toBe(`GET ${path}`);
    expect(await readdir(join(cache, 'downloads'))).toEqual([]);

    const asked = server.requests.length;
    expect(await ensureElectron({ env: { ELECTRON_MIRROR: await closedAddress() } })).toEqual(electron);
    expect(server.requests).toHaveLength(asked);
  });

  it('the SQLite prebuild serves it and a Node of its age, and nothing is compiled', async () => {
    const cache = await emptyCache();
    expect(await ensureSqliteBinding([10, napiOfElectron('45.4.1')])).toBeNull();
    expect(await readdir(cache)).toEqual([]);
  });

  it('an archive with another checksum is refused and nothing is unpacked', async () => {
    await emptyCache();
    const { version } = await lockedPackage('electron');
    const { env } = await mirror(version);
    const wrong = { algorithm: 'sha256' as const, hex: createHash('sha256').update('other').digest('hex') };
    await expect(ensureOfficialElectron(version, env, wrong)).rejects.toThrow('recorded is');
    expect(existsSync(join(dirname(fallbackEntry()), `electron-${version}-${process.platform}-${process.arch}`))).toBe(false);
  });

  it('an earlier finding that it cannot be is not believed for another address, nor for longer than a day', async () => {
    await emptyCache();
    const now = 1_000_000_000_000;
    await rememberUnreachable('http://one', 'silence', now);
    expect(await recallUnreachable('http://one', now + 23 * 3_600_000)).toEqual({ reason: 'silence' });
    expect(await recallUnreachable('http://two', now)).toBeNull();
    expect(await recallUnreachable('http://one', now + 25 * 3_600_000)).toBeNull();
    expect(await recallUnreachable('http://one', now - 3_600_000)).toBeNull();
  });
});

describe('where it cannot', onlyWhere(fallbackServes(), 'npm’s registry has that Electron for linux-x64 only'), () => {
  it('npm’s older Electron serves, and the next start asks nobody', async () => {
    await emptyCache();
    await layFallback();
    const refusing = await serve((_request, response) => response.writeHead(403).end());
    const env = { ELECTRON_MIRROR: refusing.url };
    expect(await ensureElectron({ env })).toMatchObject({ kind: 'fallback', version: '33.2.1', napi: 9 });
    expect(refusing.requests).toEqual([expect.stringMatching(/^HEAD /)]);
    await ensureElectron({ env });
    expect(refusing.requests).toHaveLength(1);
  });

  it('the official one is taken as soon as it answers again', async () => {
    await emptyCache();
    await layFallback();
    const { version } = await lockedPackage('electron');
    const { env, checksum } = await mirror(version);
    await rememberUnreachable(officialUrl(version, env), 'silence', Date.now() - 25 * 3_600_000);
    expect(await ensureElectron({ env, checksum })).toMatchObject({ kind: 'official' });
  });
});

describe('ensureElectron', () => {
  it('takes the folder the person names, and says when there is no Electron in it', async () => {
    await emptyCache();
    const dist = await temporaryFolder();
    const env = { COLDAISLE_ELECTRON_DIST: dist };
    await expect(ensureElectron({ env })).rejects.toThrow(`No Electron at ${join(dist, executableName())}`);
    await mkdir(dirname(join(dist, executableName())), { recursive: true });
    await writeFile(join(dist, executableName()), '');
    await writeFile(join(dist, 'version'), 'v40.1.0\n');
    expect(await ensureElectron({ env })).toMatchObject({ kind: 'given', dist, version: '40.1.0', napi: 10 });
  });

  it('has checksums recorded for every machine the product names', async () => {
    const recorded = JSON.parse(await readFile('node_modules/electron/checksums.json', 'utf8')) as Record<string, string>;
    const { version } = await lockedPackage('electron');
    for (const machine of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']) {
      expect(recorded[`electron-v${version}-${machine}.zip`]).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

describe('prebuildWorks', () => {
  it.each([
    [[10], true],
    [[10, 10], true],
    [[9], false],
    [[10, 9], false],
    [[], true],
  ])('for Node-API versions %j is %s', (versions, expected) => {
    expect(prebuildWorks(versions, { platform: 'linux', arch: 'x64' })).toBe(expected);
  });

  it('is false where the package ships none', () => {
    expect(prebuildWorks([10], { platform: 'linux', arch: 'riscv64' })).toBe(false);
    expect(prebuildWorks([10], { platform: 'freebsd', arch: 'x64' })).toBe(false);
  });
});
