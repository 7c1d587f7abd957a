import { existsSync } from 'node:fs';
import { mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractFromTarball } from '../../../scripts/setup/untar.mjs';
import { unzip } from '../../../scripts/setup/unzip.mjs';
import { makeTar, makeZip, someBytes, temporaryFolder, type ZipFile } from './support';

async function unpack(
  files: readonly ZipFile[],
  options?: Parameters<typeof unzip>[2],
  spoil?: (archive: Buffer) => Buffer,
): Promise<string> {
  const dir = await temporaryFolder();
  const archive = makeZip(files);
  await writeFile(join(dir, 'a.zip'), spoil ? spoil(archive) : archive);
  const into = join(dir, 'into');
  await mkdir(into);
  await unzip(join(dir, 'a.zip'), into, options);
  return into;
}

describe('unzip', () => {
  it('unpacks folders, packed and stored files, empty files and their modes', async () => {
    const large = someBytes(3_000_000);
    const into = await unpack([
      { name: 'app/', mode: 0o040755 },
      { name: 'app/program', content: large, mode: 0o100755 },
      { name: 'app/locales/zh-CN.pak', content: '中文', stored: true },
      { name: 'empty' },
    ]);
    expect(large.equals(await readFile(join(into, 'app', 'program')))).toBe(true);
    expect((await stat(join(into, 'app', 'program'))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(into, 'app', 'locales', 'zh-CN.pak'), 'utf8')).toBe('中文');
    expect(await readFile(join(into, 'empty'), 'utf8')).toBe('');
  });

  it('makes links, which macOS frameworks are full of', async () => {
    const into = await unpack([
      { name: 'F.framework/Versions/A/F', content: 'program' },
      { name: 'F.framework/F', content: 'Versions/A/F', mode: 0o120755 },
    ]);
    expect(await readlink(join(into, 'F.framework', 'F'))).toBe('Versions/A/F');
    expect(await readFile(join(into, 'F.framework', 'F'), 'utf8')).toBe('program');
  });

  it('renames and leaves out as asked, and tells its progress', async () => {
    const fractions: number[] = [];
    const into = await unpack(
      [
        { name: 'Big/a', content: 'a' },
        { name: 'Big/b', content: 'b' },
      ],
      {
        rename: (name) => (name === 'Big/a' ? 'kept' : null),
        onProgress: (fraction) => fractions.push(fraction),
      },
    );
    expect([existsSync(join(into, 'kept')), existsSync(join(into, 'Big'))]).toEqual([true, false]);
    expect(fractions).toEqual([1]);
  });

  it('refuses a name that leaves the folder', async () => {
    await expect(unpack([{ name: 'a/../../outside', content: 'x' }])).rejects.toThrow(/outside of it/);
  });

  it('notices damage in a file, in the directory, and a cut archive', async () => {
    const files = [{ name: 'a', content: 'abcdefgh', stored: true }];
    await expect(
      unpack(files, {}, (archive) => Buffer.from(archive.toString('latin1').replace('abcdefgh', 'abcdefgX'), 'latin1')),
    ).rejects.toThrow('a in the archive is damaged');
    await expect(unpack(files, {}, (archive) => archive.subarray(0, 40))).rejects.toThrow('not a zip archive');
    await expect(unpack(files, {}, (archive) => archive.subarray(20))).rejects.toThrow(/archive/);
  });
});

describe('extractFromTarball', () => {
  it('takes one file out, whatever its length and place', async () => {
    const dir = await temporaryFolder();
    const wanted = someBytes(1_234_567);
    await writeFile(
      join(dir, 'p.tgz'),
      gzipSync(
        makeTar([
          { name: 'package/package.json', content: Buffer.from('{}') },
          { name: 'package/big.zip', content: wanted },
          { name: 'package/z', content: someBytes(512) },
        ]),
      ),
    );
    await extractFromTarball(join(dir, 'p.tgz'), 'package/big.zip', join(dir, 'big.zip'));
    expect(wanted.equals(await readFile(join(dir, 'big.zip')))).toBe(true);
  });

  it('says so when the file is not in it, and when the tarball is cut', async () => {
    const dir = await temporaryFolder();
    const tarball = gzipSync(makeTar([{ name: 'package/big.zip', content: someBytes(100_000) }]));
    await writeFile(join(dir, 'p.tgz'), tarball);
    await expect(extractFromTarball(join(dir, 'p.tgz'), 'package/other', join(dir, 'x'))).rejects.toThrow('package/other is not in');
    await writeFile(join(dir, 'cut.tgz'), tarball.subarray(0, 50_000));
    await expect(extractFromTarball(join(dir, 'cut.tgz'), 'package/big.zip', join(dir, 'y'))).rejects.toThrow(/unexpected end|cut short/);
  });
});
