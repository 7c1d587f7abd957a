import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { curvesIn } from '../../helpers/curves';
import { openForReading, openForWriting } from '../../../src-main/core/store/file/open';
import { dropStagedRestore, stagedRestorePath } from '../../../src-main/core/store/file/restore';
import { databasePath } from '../../../src-main/core/store/writer';
import { Backups, copyWhole, stageRestore } from '../../../src-main/core/transfer/backups';
import { startProgram } from '../store/support/processes';
import { NOON_MS, readerBundle, seriesKey, temporaryFolder, testReader, testRun, testWriter } from '../store/support/stores';
import { contents } from './support/files';

const quickCheck = (path: string): string | undefined => {
  const db = openForWriting(path);
  try {
    return db.query<{ quick_check: string }>('PRAGMA quick_check').get()?.quick_check;
  } finally {
    db.close();
  }
};

/** A closed store with one series whose every value is `value`. */
function recorded(value: number, dataDir = temporaryFolder(), samples = 5000): string {
  const writer = testWriter(dataDir);
  writer.runs.delete('run-1');
  const { id } = writer.samples.ensureSeries(seriesKey());
  writer.samples.commit(Array.from({ length: samples }, (_, i) => ({ seriesId: id, atMs: NOON_MS + i * 1000, value })));
  // Rows enough that the tests which damage pages hit a tree of the database, however small its samples are kept.
  const steps = Array.from({ length: 20_000 }, (_, i) => i);
  writer.runs.save(testRun(), {
    curves: [{ name: 'train/loss', step: steps, atMs: steps.map((step) => NOON_MS + step), value: steps }],
  });
  writer.close();
  return dataDir;
}

async function valuesIn(dataDir: string): Promise<Set<number | null>> {
  const writer = testWriter(dataDir);
  const reader = await testReader(writer.path);
  const found = new Set(Object.values(await contents(writer, reader)).flatMap((samples) => samples.map(([, value]) => value)));
  await reader.close();
  writer.close();
  return found;
}

async function backupsOf(dataDir: string): Promise<Backups> {
  return new Backups({ databasePath: databasePath(dataDir), readerWorker: await readerBundle(), showFile: null, log: () => undefined });
}

describe('a backup', () => {
  it('made while a process writes is one moment of it, whole and sound; restored, it is that moment', async () => {
    const dataDir = temporaryFolder();
    const ticker = await startProgram('ticker', dataDir, '0');
    await ticker.said(/\n400\n/);
    const before = Number(/(\d+)\n(?:\d*)$/.exec(ticker.output())?.[1]);
    const file = join(temporaryFolder(), 'backup.sqlite3');
    const told: number[] = [];
    await copyWhole({ from: databasePath(dataDir), to: file, readerWorker: await readerBundle(), onProgress: (done) => told.push(done) });
    const after = Number(/(\d+)\n(?:\d*)$/.exec(ticker.output())?.[1]);
    await ticker.said(new RegExp(`\n${after + 20}\n`));
    await ticker.kill();
    expect(quickCheck(file)).toBe('ok');
    expect(told.length).toBeGreaterThan(0);
    expect(readdirSync(join(file, '..'))).toEqual(['backup.sqlite3']);

    const other = recorded(-1);
    await stageRestore({ from: file, databasePath: databasePath(other), readerWorker: await readerBundle() });
    const writer = testWriter(other);
    const all = Object.values(await contents(writer, await testReader(writer.path)));
    expect(all).toHaveLength(12);
    const ticks = all[0]!.length;
    // All that was committed before it began, and of each series the same.
    expect(ticks).toBeGreaterThan(before);
    for (const samples of all) expect(samples).toEqual(Array.from({ length: ticks }, (_, tick) => [NOON_MS + tick * 1000, tick]));
    expect((curvesIn(writer.path, 'run-1')['train/loss']?.x.length ?? 0) - ticks).toBeOneOf([-1, 0]);
  });

  it('overwrites nothing, and one that is given up leaves nothing', async () => {
    const dataDir = recorded(1, undefined, 300_000);
    const folder = temporaryFolder();
    const to = join(folder, 'b.sqlite3');
    const readerWorker = await readerBundle();
    writeFileSync(to, 'mine');
    await expect(copyWhole({ from: databasePath(dataDir), to, readerWorker })).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(to, 'utf8')).toBe('mine');
    const abort = new AbortController();
    const copying = copyWhole({ from: databasePath(dataDir), to: join(folder, 'c.sqlite3'), readerWorker, signal: abort.signal });
    abort.abort();
    await expect(copying).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual(['b.sqlite3']);
  });

  it('of a damaged database is not called a backup', async () => {
    const dataDir = recorded(1, undefined, 50_000);
    const bytes = readFileSync(databasePath(dataDir));
    for (let page = 30; page < 75; page++) bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
    writeFileSync(databasePath(dataDir), bytes);
    const folder = temporaryFolder();
    await expect(
      copyWhole({ from: databasePath(dataDir), to: join(folder, 'b.sqlite3'), readerWorker: await readerBundle() }),
    ).rejects.toMatchObject({ code: 'storage-failed', message: expect.stringContaining('damaged') as string });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a restore', () => {
  it('waits for the next start, sets the database before it aside, and can be given up', async () => {
    const dataDir = recorded(1);
    const backups = await backupsOf(dataDir);
    const states: unknown[] = [];
    backups.changed.on(({ job, staged }) => states.push([job?.kind ?? null, staged]));
    const name = await backups.create(NOON_MS);
    expect(name).toBe('coldaisle-20261123T120000Z.sqlite3');
    expect(await backups.create(NOON_MS)).toBe('coldaisle-20261123T120000Z.2.sqlite3');
    expect(backups.state).toMatchObject({ folder: join(dataDir, 'backups'), job: null, staged: null, setAside: [] });
    expect(backups.state.backups.map((backup) => backup.name).sort()).toEqual(['coldaisle-20261123T120000Z.2.sqlite3', name]);
    recorded(2, dataDir);

    await backups.restore(name);
    expect(backups.state.staged).toBe(name);
    expect(states).toContainEqual(['restore', null]);
    expect(states.at(-1)).toEqual([null, name]);
    backups.unstage();
    expect(await valuesIn(dataDir)).toEqual(new Set([2]));
    expect(backups.state).toMatchObject({ staged: null, setAside: [] });

    await backups.restore(name);
    expect(await valuesIn(dataDir)).toEqual(new Set([1]));
    const { setAside } = backups.state;
    expect(setAside).toHaveLength(1);
    expect(quickCheck(join(dataDir, setAside[0]!))).toBe('ok');
    // What was set aside is the database before, and can itself be restored.
    copyFileSync(join(dataDir, setAside[0]!), join(dataDir, 'backups', 'old.sqlite3'));
    await backups.restore('old.sqlite3');
    expect(await valuesIn(dataDir)).toEqual(new Set([2]));
    await backups.close();
  });

  it.each(['between the WAL and the database', 'after the database'])(
    'killed %s goes on at the next start, and leaves no WAL for a database it is not of',
    async (where) => {
      const dataDir = recorded(1);
      const path = databasePath(dataDir);
      const backup = join(temporaryFolder(), 'b.sqlite3');
      await copyWhole({ from: path, to: backup, readerWorker: await readerBundle() });
      // A database whose last writer was killed, so that its WAL holds the newest.
      const ticker = await startProgram('ticker', dataDir, '100000');
      await ticker.said(/\n100005\n/);
      await ticker.kill();
      await stageRestore({ from: backup, databasePath: path, readerWorker: await readerBundle() });
      const at = new Date(NOON_MS);
      utimesSync(stagedRestorePath(path), at, at);
      const aside = join(dataDir, 'coldaisle.before-restore-2026-11-23T12-00-00.000Z.sqlite3');
      expect(existsSync(`${path}-wal`)).toBe(true);
      renameSync(`${path}-wal`, `${aside}-wal`);
      if (where === 'after the database') {
        renameSync(`${path}-shm`, `${aside}-shm`);
        renameSync(path, aside);
      }
      expect(await valuesIn(dataDir)).toEqual(new Set([1]));
      expect(existsSync(stagedRestorePath(path))).toBe(false);
      // Kept together, the one before lost nothing.
      const db = openForReading(aside);
      expect(db.query<{ n: number }>('SELECT count(*) AS n FROM curve_recent WHERE step >= 100000').get()?.n).toBeGreaterThan(3);
      db.close();
    },
  );

  it('refuses what is no sound backup of this app, and leaves the database as it is', async () => {
    const dataDir = recorded(1, undefined, 50_000);
    const path = databasePath(dataDir);
    const backups = await backupsOf(dataDir);
    const good = await backups.create();
    const folder = join(dataDir, 'backups');
    const bytes = readFileSync(join(folder, good));
    const make = (name: string, content: Buffer | string): string => {
      writeFileSync(join(folder, name), content);
      return name;
    };
    const flipped = Buffer.from(bytes);
    for (let page = 30; page < 75; page++) flipped.fill(0xa5, page * 4096, (page + 1) * 4096);
    const newer = Buffer.from(bytes);
    newer.writeInt32BE(999, 60);
    const foreign = Buffer.from(bytes);
    foreign.writeInt32BE(1, 68);
    const short = make('short.sqlite3', bytes);
    truncateSync(join(folder, short), Math.floor(bytes.length / 2 / 4096) * 4096);
    mkdirSync(join(folder, 'folder.sqlite3'));
    for (const [name, code] of [
      [make('garbage.sqlite3', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256))), 'invalid-input'],
      [make('empty.sqlite3', ''), 'not-found'],
      [make('newer.sqlite3', newer), 'invalid-input'],
      [make('foreign.sqlite3', foreign), 'invalid-input'],
      ['folder.sqlite3', 'storage-failed'],
      ['none.sqlite3', 'not-found'],
      ['../coldaisle.sqlite3', 'invalid-input'],
      ['coldaisle.lock', 'invalid-input'],
    ] as const) {
      await expect(backups.restore(name), name).rejects.toMatchObject({ code });
    }
    // Which look finds the damage depends on where in the file it lies.
    for (const name of [short, make('flipped.sqlite3', flipped)]) {
      await expect(backups.restore(name), name).rejects.toMatchObject({
        message: expect.stringContaining(`${name} is damaged`) as string,
      });
    }
    expect(backups.state).toMatchObject({ job: null, staged: null });
    expect(dropStagedRestore(path)).toBe(false);
    expect(await valuesIn(dataDir)).toEqual(new Set([1]));
    await backups.close();
  });

  it('is one at a time, and ends with its core', async () => {
    const dataDir = recorded(1, undefined, 300_000);
    const backups = await backupsOf(dataDir);
    const first = backups.create();
    await expect(backups.create()).rejects.toMatchObject({ code: 'conflict' });
    const ended = expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await backups.close();
    await ended;
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
    // One that was killed half-way leaves its part; the next core takes it away, and no file of a person.
    for (const name of ['coldaisle-20261123T120000Z.sqlite3.part', 'coldaisle-20261123T120000Z.sqlite3.part-journal', 'mine.sqlite3.part'])
      writeFileSync(join(dataDir, 'backups', name), '');
    await backupsOf(dataDir);
    expect(readdirSync(join(dataDir, 'backups'))).toEqual(['mine.sqlite3.part']);
  });
});
