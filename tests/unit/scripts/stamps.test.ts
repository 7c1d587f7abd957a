import { existsSync } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourcesHash } from '../../../scripts/setup/build.mjs';
import { dependencyStamp, ensureDependencies, installedMatches } from '../../../scripts/setup/dependencies.mjs';
import { closedAddress, emptyCache, temporaryFolder } from './support';

const lock = {
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/elsewhere': { version: '2.0.0', integrity: 'sha512-e', optional: true },
  },
};
const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

describe('installedMatches', () => {
  it('accepts what the lock asks for, without other platforms’ packages', () => {
    expect(installedMatches(lock, installed)).toBe(true);
  });

  it.each([
    ['a package is missing', { packages: {} }],
    ['a version differs', { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } } }],
    ['a content differs', { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } } }],
    ['one too many is there', { packages: { ...installed.packages, 'node_modules/b': { version: '1.0.0' } } }],
  ])('refuses when %s', (_what, other) => {
    expect(installedMatches(lock, other)).toBe(false);
  });
});

describe('dependencyStamp', () => {
  it('changes with the lock, the platform and the processor', () => {
    const stamps = [
      dependencyStamp('a', 'linux', 'x64'),
      dependencyStamp('b', 'linux', 'x64'),
      dependencyStamp('a', 'darwin', 'x64'),
      dependencyStamp('a', 'linux', 'arm64'),
    ];
    expect(new Set(stamps).size).toBe(4);
    expect(dependencyStamp('a', 'linux', 'x64')).toBe(stamps[0]);
  });
});

describe('ensureDependencies', () => {
  const before = { ...process.env };
  beforeEach(async () => {
    await emptyCache();
    // No npm registry at all: whatever succeeds here asked no network.
    Object.assign(process.env, {
      npm_config_registry: await closedAddress(),
      npm_config_fetch_retries: '0',
      npm_config_prefer_offline: 'false',
    });
    process.env['npm_config_cache'] = process.env['COLDAISLE_CACHE'];
  });
  afterEach(() => {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
  });

  async function repository(packages: object, dependencies: object = {}): Promise<string> {
    const dir = await temporaryFolder();
    const manifest = { name: 'r', version: '1.0.0', dependencies };
    await writeFile(join(dir, 'package.json'), JSON.stringify(manifest));
    await writeFile(
      join(dir, 'package-lock.json'),
      JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, ...packages } }),
    );
    return dir;
  }

  it('installs once, then not again until the lock changes', async () => {
    const repo = await repository({});
    expect(await ensureDependencies(repo)).toBe(true);
    expect(await ensureDependencies(repo)).toBe(false);
    const text = await readFile(join(repo, 'package-lock.json'), 'utf8');
    await writeFile(join(repo, 'package-lock.json'), `${text}\n`);
    expect(await ensureDependencies(repo)).toBe(true);
  });

  it('takes over an installation made by hand without touching it', async () => {
    const a = { version: '1.0.0', integrity: 'sha512-a' };
    const repo = await repository({ 'node_modules/a': a }, { a: '1.0.0' });
    await mkdir(join(repo, 'node_modules', 'a'), { recursive: true });
    await writeFile(join(repo, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': a } }));
    expect(await ensureDependencies(repo)).toBe(false);
    expect(existsSync(join(repo, 'node_modules', 'a'))).toBe(true);
  });

  it('fails with one line that names the log and the way out, and is not stamped', async () => {
    const repo = await repository({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-YQ==' } }, { a: '1.0.0' });
    await expect(ensureDependencies(repo)).rejects.toThrow(
      /^npm ci failed: exit code \d+.*\. Check that npm’s registry can be reached.* Log: .*\.log$/,
    );
    await expect(ensureDependencies(repo)).rejects.toThrow('npm ci failed');
  });
});

describe('sourcesHash', () => {
  it('sees every change of content or name, and nothing else', async () => {
    const repo = await temporaryFolder();
    const file = join(repo, 'src-main', 'core', 'core.ts');
    await mkdir(join(repo, 'src-main', 'core'), { recursive: true });
    await mkdir(join(repo, 'docs'));
    await writeFile(file, 'one');
    const first = await sourcesHash(repo);
    await utimes(file, new Date(0), new Date(0));
    await writeFile(join(repo, 'docs', 'x.md'), 'x');
    expect(await sourcesHash(repo)).toBe(first);
    await writeFile(file, 'two');
    const second = await sourcesHash(repo);
    await writeFile(join(repo, 'src-main', 'core', 'empty.ts'), '');
    const third = await sourcesHash(repo);
    await writeFile(join(repo, 'package.json'), '{}');
    const fourth = await sourcesHash(repo);
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  });
});
