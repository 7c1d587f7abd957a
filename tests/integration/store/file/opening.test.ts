import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppError } from '@shared/contract/errors';
import { defaultSettings } from '@shared/model/settings';
import { curvesIn } from '../../../helpers/curves';
import { openDatabase } from '../../../../src-main/core/store/file/database';
import { noteDamage } from '../../../../src-main/core/store/file/inspect';
import { latestVersion } from '../../../../src-main/core/store/file/migrate';
import { migrations } from '../../../../src-main/core/store/repositories';
import { openForWriting } from '../../../../src-main/core/store/file/open';
import { databasePath } from '../../../../src-main/core/store/writer';
import { startProgram } from '../support/processes';
import { afterThisTest, NOON_MS, seriesKey, temporaryFolder, testReader, testRun, testWriter, type LogEntry } from '../support/stores';
import { samplesOf } from '../support/stores';

/** What opening this folder fails with. */
function refusal(dataDir: string): { code: string; message: string } {
  try {
    testWriter(dataDir);
  } catch (error) {
    if (isAppError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the store opened');
}

/** A folder with a closed database of a few hundred kB. */
function recordedFolder(): string {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const { id } = writer.samples.ensureSeries(seriesKey());
  writer.runs.save(testRun());
  for (let i = 0; i < 10; i++)
    writer.samples.commit(Array.from({ length: 1000 }, (_, j) => ({ seriesId: id, atMs: NOON_MS + (i * 1000 + j) * 1000, value: j })));
  writer.close();
  return dataDir;
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const content = readFileSync(path);
  bytes.copy(content, at);
  writeFileSync(path, content);
}

describe('two openers of one folder', () => {
  it('the second is told whose it is and what to do; when the first ends, even by SIGKILL, the folder is free', async () => {
    const dataDir = temporaryFolder();
    const ticker = await startProgram('ticker', dataDir);
    await ticker.said(/open\n/);
    const { code, message } = refusal(dataDir);
    expect(code).toBe('conflict');
    expect(message).toContain(`process ${ticker.pid}`);
    expect(message).toContain(dataDir);
    expect(message).toContain('--data');
    await ticker.said(/\n30\n/);
    await ticker.kill();
    expect(readFileSync(join(dataDir, 'coldaisle.pid'), 'utf8')).toBe(`${ticker.pid}\n`);
    expect(testWriter(dataDir).samples.listSeries()).toHaveLength(12);
  });

  it('in one process are told apart too', () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    expect(refusal(dataDir)).toMatchObject({ code: 'conflict', message: expect.stringContaining(`process ${process.pid}`) });
    writer.settings.save(defaultSettings);
    writer.close();
    expect(testWriter(dataDir).settings.load()?.settings).toEqual(defaultSettings);
  });

  it('that start at the same moment: one wins', async () => {
    const dataDir = temporaryFolder();
    const tickers = await Promise.all(Array.from({ length: 4 }, () => startProgram('ticker', dataDir)));
    const outcomes = await Promise.all(tickers.map((ticker) => ticker.said(/^open\n|AppError: .* in use by another Coldaisle/)));
    expect(outcomes.filter(([word]) => word === 'open\n')).toHaveLength(1);
  });

  it('are not disturbed by a lock file that something else wrote into', () => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, 'coldaisle.lock'), 'x'.repeat(5000));
    testWriter(dataDir);
    expect(refusal(dataDir).code).toBe('conflict');
  });
});

describe('a database of a newer version', () => {
  it('is refused with both versions and the way out, and not one byte of the folder changes', () => {
    const dataDir = recordedFolder();
    const path = databasePath(dataDir);
    const db = openForWriting(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const before = { files: readdirSync(dataDir).sort(), bytes: readFileSync(path), mtimeMs: statSync(path).mtimeMs };
    const { code, message } = refusal(dataDir);
    expect(code).toBe('storage-failed');
    for (const part of [path, '99', `knows ${latestVersion(migrations)}`, 'newer Coldaisle', '--data']) expect(message).toContain(part);
    expect({ files: readdirSync(dataDir).sort(), bytes: readFileSync(path), mtimeMs: statSync(path).mtimeMs }).toEqual(before);
    // The folder is free again for the newer app.
    overwrite(path, 60, Buffer.from([0, 0, 0, latestVersion(migrations)]));
    expect(testWriter(dataDir).runs.list()).toHaveLength(1);
  });
});

/** Every row of every table, by its name. */
function content(path: string): Record<string, unknown[]> {
  const db = openForWriting(path);
  const tables = db.query<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const rows = Object.fromEntries(tables.map(({ name }) => [name, db.query(`SELECT * FROM "${name}"`).all()]));
  db.close();
  return rows;
}

describe('a sound database that is not what its version says', () => {
  it.each([
    ['lacks a table', 'DROP TABLE curve_block', 'no such table: curve_block'],
    ['lacks a column', 'ALTER TABLE run DROP COLUMN plan', 'no column named plan'],
    ['has a table of another make', 'ALTER TABLE series RENAME COLUMN label TO title', 'no such column: s.label'],
  ])('because it %s stays where it is, and the start says what to do', (_, change, why) => {
    const dataDir = recordedFolder();
    const db = openForWriting(databasePath(dataDir));
    db.exec(change);
    db.close();
    const before = content(databasePath(dataDir));
    expect(before['run']).toHaveLength(1);
    // Also after a crash, when it is looked at more closely.
    for (const crashed of [false, true]) {
      if (crashed) writeFileSync(join(dataDir, 'coldaisle.pid'), '1\n');
      const said = refusal(dataDir);
      expect(said.code).toBe('storage-failed');
      expect(said.message).toContain(why);
      expect(said.message).toMatch(/left as it is.*version that wrote it.*--data DIR/);
      expect(content(databasePath(dataDir))).toEqual(before);
      expect(readdirSync(dataDir).filter((name) => name.includes('corrupt'))).toEqual([]);
    }
  });
});

describe('a damaged database', () => {
  const asideName = /^coldaisle\.corrupt-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(\.\d+)?\.sqlite3$/;

  /** Opens, expects the damaged file to be set aside with these bytes (null: any) and the new database to work. */
  function expectSetAside(dataDir: string, bytes: Buffer | null): string {
    const log: LogEntry[] = [];
    const writer = testWriter(dataDir, log);
    const aside = writer.setAside ?? '';
    expect(basename(aside)).toMatch(asideName);
    if (bytes !== null) expect(readFileSync(aside).equals(bytes)).toBe(true);
    expect(log.some((entry) => entry.level === 'warn' && entry.text.includes(aside))).toBe(true);
    expect(writer.runs.list()).toEqual([]);
    writer.runs.save(testRun());
    writer.close();
    const again = testWriter(dataDir);
    expect(again.setAside).toBeNull();
    expect(again.runs.list()).toHaveLength(1);
    again.close();
    return aside;
  }

  it.each([
    ['garbage', Buffer.alloc(20_000, 'garbage ')],
    ['a few bytes', Buffer.from('SQLite')],
    ['zeros', Buffer.alloc(8192)],
    ['a header and nothing more', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)])],
  ])('that is %s is set aside whole and a new one begun', (_, bytes) => {
    const dataDir = temporaryFolder();
    writeFileSync(databasePath(dataDir), bytes);
    expectSetAside(dataDir, bytes);
  });

  it('is set aside with its WAL, and a second one the same second beside it', () => {
    const dataDir = temporaryFolder();
    const path = databasePath(dataDir);
    const asides = [1, 2].map((n) => {
      writeFileSync(path, `garbage ${n}`);
      writeFileSync(`${path}-wal`, `wal ${n}`);
      const writer = testWriter(dataDir);
      writer.close();
      return writer.setAside ?? '';
    });
    expect(new Set(asides).size).toBe(2);
    for (const [i, aside] of asides.entries()) {
      expect(readFileSync(aside, 'utf8')).toBe(`garbage ${i + 1}`);
      expect(readFileSync(`${aside}-wal`, 'utf8')).toBe(`wal ${i + 1}`);
    }
  });

  it('that is cut short is set aside', () => {
    const dataDir = recordedFolder();
    const path = databasePath(dataDir);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    expectSetAside(dataDir, readFileSync(path));
  });

  it('whose header is torn is set aside', () => {
    const dataDir = recordedFolder();
    overwrite(databasePath(dataDir), 16, Buffer.alloc(84, 0xa5));
    expectSetAside(dataDir, readFileSync(databasePath(dataDir)));
  });

  it('whose list of tables is torn is set aside', () => {
    const dataDir = recordedFolder();
    overwrite(databasePath(dataDir), 100, Buffer.alloc(3900, 0xa5));
    expectSetAside(dataDir, readFileSync(databasePath(dataDir)));
  });

  /** Ruins the page that this table begins on. */
  function tear(path: string, table: string): void {
    const db = openForWriting(path);
    const page = db.query<{ rootpage: number }>(`SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`).get()?.rootpage ?? 0;
    db.close();
    overwrite(path, (page - 1) * 4096, Buffer.alloc(4096, 0xa5));
  }

  it('is found out at the start when the session before did not close', () => {
    const dataDir = recordedFolder();
    tear(databasePath(dataDir), 'block');
    writeFileSync(join(dataDir, 'coldaisle.pid'), '1\n');
    expectSetAside(dataDir, null);
  });

  it('is found out at the latest when it is used, and set aside at the next start', () => {
    const dataDir = recordedFolder();
    tear(databasePath(dataDir), 'block');
    const writer = testWriter(dataDir);
    expect(writer.setAside).toBeNull();
    const { id } = writer.samples.listSeries()[0] ?? { id: 0 };
    // The second packs the first into its block.
    expect(() => [0, 120_000].forEach((ms) => writer.samples.commit([{ seriesId: id, atMs: NOON_MS + ms, value: 1 }]))).toThrow(
      expect.objectContaining({ code: 'storage-failed', message: expect.stringContaining('Restart') }),
    );
    writer.close();
    expectSetAside(dataDir, null);
  });

  it('is found out by a query of the history, too', async () => {
    const dataDir = recordedFolder();
    tear(databasePath(dataDir), 'block');
    const writer = testWriter(dataDir);
    const reader = await testReader(writer.path);
    await expect(samplesOf(reader, { seriesIds: [1], fromMs: 0, toMs: NOON_MS * 2 })).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('Restart'),
    });
    await reader.close();
    writer.close();
    expectSetAside(dataDir, null);
  });

  it('is not read through at a start after a crash when it is large, but for its tables that are small', () => {
    const open = (dataDir: string) => {
      const { db, setAside } = openDatabase({
        path: databasePath(dataDir),
        migrations,
        suspect: true,
        wholeCheckBytes: 0,
        prepare: () => undefined,
        log: () => undefined,
      });
      db.close();
      return setAside;
    };
    const [samples, runs] = [recordedFolder(), recordedFolder()];
    tear(databasePath(samples), 'block');
    expect(open(samples)).toBeNull();
    tear(databasePath(runs), 'run');
    expect(open(runs)).not.toBeNull();
  });

  it('that proves sound when it is checked whole is kept, and not checked again', () => {
    const dataDir = recordedFolder();
    noteDamage(databasePath(dataDir));
    const writer = testWriter(dataDir);
    expect(writer.setAside).toBeNull();
    writer.close();
    expect(readdirSync(dataDir).sort()).toEqual(['coldaisle.lock', 'coldaisle.sqlite3']);
  });

  it('is told from one whose session was merely killed: that one is kept', async () => {
    const dataDir = temporaryFolder();
    const ticker = await startProgram('ticker', dataDir);
    await ticker.said(/\n200\n/);
    await ticker.kill();
    expect(existsSync(`${databasePath(dataDir)}-wal`)).toBe(true);
    const writer = testWriter(dataDir);
    expect(writer.setAside).toBeNull();
    expect(curvesIn(writer.path, 'run-1')['train/loss']?.x.length).toBeGreaterThan(200);
  });
});

describe('a folder that cannot be used', () => {
  it('is made when it is missing, for its owner alone', () => {
    const dataDir = join(temporaryFolder(), 'a', 'b');
    testWriter(dataDir);
    if (process.platform !== 'win32') expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('because a file is in its place', () => {
    const dataDir = join(temporaryFolder(), 'file');
    writeFileSync(dataDir, '');
    expect(refusal(dataDir)).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('--data') });
  });

  it('because a directory is in the place of the database', () => {
    const dataDir = temporaryFolder();
    mkdirSync(databasePath(dataDir));
    const { code, message } = refusal(dataDir);
    expect(code).toBe('storage-failed');
    expect(message).toContain('is not a file');
    expect(readdirSync(databasePath(dataDir))).toEqual([]);
  });

  it('because it may not be written', (context) => {
    const dataDir = recordedFolder();
    if (process.getuid?.() === 0) {
      // For root no permission is missing; a read-only mount is.
      const mounted = spawnSync('mount', ['--bind', '-o', 'ro', dataDir, dataDir]);
      if (mounted.status !== 0) context.skip('this root may not mount, and a folder it may not write cannot be made for it');
      afterThisTest(() => void spawnSync('umount', [dataDir]));
    } else if (process.platform === 'win32') {
      context.skip('Windows has no folder mode that forbids writing');
    } else {
      chmodSync(dataDir, 0o500);
      afterThisTest(() => chmodSync(dataDir, 0o700));
    }
    const { code, message } = refusal(dataDir);
    expect(code).toBe('storage-failed');
    expect(message).toContain(dataDir);
    expect(message).toContain('--data');
  });
});
