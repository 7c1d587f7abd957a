import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { notOnWindows } from '../../../helpers/needs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePrivate, privacyOf } from '../../../../src-main/core/store/file/private';
import { copyPages, sqliteBinding } from '../../../../src-main/core/store/file/open';
import { openWriter } from '../../../../src-main/core/store/writer';
import { afterThisTest, temporaryFolder } from '../support/stores';

const mode = (...path: string[]): string => (statSync(join(...path)).mode & 0o777).toString(8);

function open(dataDir: string): ReturnType<typeof openWriter> {
  const writer = openWriter({ dataDir });
  afterThisTest(() => writer.close());
  return writer;
}

describe('the data folder', notOnWindows, () => {
  it('is for its owner alone when it is made, with all that lies in it', async () => {
    const dataDir = join(temporaryFolder(), 'new');
    const writer = open(dataDir);
    const files = ['coldaisle.sqlite3', 'coldaisle.sqlite3-wal', 'coldaisle.sqlite3-shm', 'coldaisle.lock', 'coldaisle.pid'];
    expect([mode(dataDir), ...files.map((name) => mode(dataDir, name))]).toEqual(['700', ...files.map(() => '600')]);
    mkdirSync(join(dataDir, 'backups'));
    await copyPages(writer.path, join(dataDir, 'backups', 'one.sqlite3'), sqliteBinding(), () => 100);
    expect(mode(dataDir, 'backups', 'one.sqlite3')).toBe('600');
    expect(privacyOf(dataDir)).toEqual({ state: 'private' });
  });

  it('becomes so when it was there before, open to others', () => {
    const dataDir = temporaryFolder();
    open(dataDir).close();
    for (const dir of ['backups', 'logs', 'imports', 'window']) mkdirSync(join(dataDir, dir));
    writeFileSync(join(dataDir, 'backups', 'one.sqlite3'), '');
    writeFileSync(join(dataDir, 'logs', 'core.1.log'), '');
    for (const path of ['', 'backups', 'logs', 'imports', 'window']) chmodSync(join(dataDir, path), 0o755);
    for (const path of ['coldaisle.sqlite3', 'coldaisle.lock', 'backups/one.sqlite3', 'logs/core.1.log'])
      chmodSync(join(dataDir, path), 0o644);
    expect(privacyOf(dataDir)).toMatchObject({
      state: 'open',
      paths: expect.arrayContaining([dataDir, join(dataDir, 'coldaisle.sqlite3')]) as string[],
    });
    open(dataDir);
    expect(privacyOf(dataDir)).toEqual({ state: 'private' });
    expect(['', 'backups', 'logs', 'imports', 'window'].map((path) => mode(dataDir, path))).toEqual(Array(5).fill('700'));
    expect(
      ['coldaisle.sqlite3', 'coldaisle.sqlite3-wal', 'coldaisle.lock', 'backups/one.sqlite3', 'logs/core.1.log'].map((path) =>
        mode(dataDir, path),
      ),
    ).toEqual(Array(5).fill('600'));
  });

  it('that holds other things too stays as it is; what is ours in it is closed', () => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, 'notes.txt'), '');
    chmodSync(join(dataDir, 'notes.txt'), 0o644);
    chmodSync(dataDir, 0o755);
    open(dataDir);
    expect([mode(dataDir), mode(dataDir, 'notes.txt'), mode(dataDir, 'coldaisle.sqlite3')]).toEqual(['755', '644', '600']);
    expect(privacyOf(dataDir)).toEqual({ state: 'shared' });
    chmodSync(join(dataDir, 'coldaisle.sqlite3'), 0o640);
    expect(privacyOf(dataDir)).toEqual({ state: 'open', paths: [join(dataDir, 'coldaisle.sqlite3')] });
  });

  it('leaves alone what a link in it leads to', () => {
    const [dataDir, elsewhere] = [temporaryFolder(), temporaryFolder()];
    chmodSync(elsewhere, 0o755);
    symlinkSync(elsewhere, join(dataDir, 'engines'));
    makePrivate(dataDir);
    expect(mode(elsewhere)).toBe('755');
  });
});
