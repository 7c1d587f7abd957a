import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshControl, plainLaunch } from '@shared/model/launch';
import { defaultSettings } from '@shared/model/settings';
import { openDatabase } from '../../src-main/core/store/file/database';
import { APPLICATION_ID, latestVersion, migrate, schemaVersion } from '../../src-main/core/store/file/migrate';
import { curvesIn } from '../helpers/curves';
import { migrations } from '../../src-main/core/store/repositories';
import type { Migration } from '../../src-main/core/store/file/migration';
import { openForWriting, type WriteHandle } from '../../src-main/core/store/file/open';
import { registerSamples } from '../../src-main/core/store/samples/sql';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
let path = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-'));
  path = databasePath(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function withDatabase<T>(work: (db: WriteHandle) => T): T {
  const db = openForWriting(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Builds the database as that version of the app left it behind. */
function fixture(version: number): void {
  withDatabase((db) => db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8')));
}

/** Every table, index and view with its definition, white space and comments aside. */
function schema(): string[] {
  return withDatabase((db) =>
    db
      .query<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
      .map(({ sql }) => sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')').replaceAll(' ,', ',')),
  );
}

/** Every sample, wherever it lies. */
function allSamples(): unknown[] {
  return withDatabase((db) =>
    withDatabase((inner) => {
      registerSamples(db, inner);
      return db.query('SELECT series_id AS s, at_ms AS t, value AS v FROM samples ORDER BY series_id, at_ms').all();
    }),
  );
}

/** The run's log, as a file. */
const LOG = '7\t1795435200550\tstderr\twarming up\n';

const versions = migrations.map((step) => step.version);

describe('the migrations', () => {
  it('are numbered without a gap', () => {
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });

  it('lead to STRICT tables only', () => {
    openWriter({ dataDir }).close();
    const tables = withDatabase((db) => db.query<{ name: string; type: string; strict: number }>('PRAGMA table_list').all()).filter(
      ({ name, type }) => type === 'table' && !name.startsWith('sqlite_'),
    );
    expect(tables.length).toBeGreaterThan(5);
    expect(tables.filter(({ strict }) => strict !== 1)).toEqual([]);
  });

  it('mark the file as one of this product, in its header', () => {
    openWriter({ dataDir }).close();
    const header = readFileSync(path);
    expect(header.readInt32BE(68)).toBe(APPLICATION_ID);
    expect(header.readInt32BE(60)).toBe(latestVersion(migrations));
    expect(withDatabase((db) => db.query<{ journal_mode: string }>('PRAGMA journal_mode').get())).toEqual({ journal_mode: 'wal' });
  });

  it.each(versions)('up to the released version %i are as they were released', (version) => {
    fixture(version);
    const released = schema();
    rmSync(path);
    withDatabase((db) =>
      migrate(
        db,
        migrations.filter((step) => step.version <= version),
      ),
    );
    expect(schema()).toEqual(released);
  });
});

describe.each(versions)('a database of version %i', (version) => {
  it('opens with everything that was in it', () => {
    fixture(version);
    const writer = openWriter({ dataDir });
    expect(writer.setAside).toBeNull();
    expect(writer.samples.listSeries()).toEqual([
      { id: 1, device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: 'NVIDIA H100 80GB HBM3' },
      { id: 3, device: 'run/a1', metric: 'train.loss', provenance: 'measured', label: 'mnist-mlp' },
    ]);
    expect(writer.runs.list()).toMatchObject([
      {
        id: 'a1',
        status: 'failed',
        failure: { code: 'trainer-killed' },
        plan: { weights: 101_770 },
        params: { seed: 42 },
        last: { 'train/samples_per_second': 5600 },
        extremes: { 'train/loss': { min: 2.25, max: 2.5 }, 'val/accuracy': { min: 0.25, max: 0.25 } },
        declared: {},
        launch: plainLaunch,
        control: freshControl,
      },
    ]);
    expect(curvesIn(writer.path, 'a1')).toEqual({
      'train/loss': { x: [1, 2], y: [2.5, 2.25] },
      'train/accuracy': { x: [1], y: [0.0625] },
      epoch: { x: [1], y: [1] },
      'train/loss_epoch': { x: [2], y: [2.25] },
      'train/accuracy_epoch': { x: [2], y: [0.125] },
      'val/accuracy': { x: [2], y: [0.25] },
      'train/samples_per_second_epoch': { x: [2], y: [5600] },
    });
    expect(curvesIn(writer.path, 'a1', 'time')).toMatchObject({
      'train/loss': { x: [1_795_435_200_600, 1_795_435_200_700] },
      'val/accuracy': { x: [1_795_435_201_000] },
    });
    if (version < 20) expect(readFileSync(join(dataDir, 'runs', 'a1', 'log', '000000000007-1795435200550.log'), 'utf8')).toBe(LOG);
    else expect(existsSync(join(dataDir, 'runs'))).toBe(false);
    expect(writer.settings.load()).toEqual({
      settings: { ...defaultSettings, tariff: { pricePerKwh: 0.25, currency: 'EUR' } },
      unreadable: [],
    });
    // A late value for a settled time, a new one for a recent time, and a tick that settles the rest.
    for (const [atMs, value] of [
      [1_795_435_200_000, 72],
      [1_795_435_320_000, 403],
      [1_795_435_900_000, 1],
    ] as const)
      writer.samples.commit([{ seriesId: 1, atMs, value }]);
    writer.close();
    expect(allSamples()).toEqual([
      { s: 1, t: 1_795_435_200_000, v: 72 },
      { s: 1, t: 1_795_435_201_000, v: null },
      { s: 1, t: 1_795_435_320_000, v: 403 },
      { s: 1, t: 1_795_435_900_000, v: 1 },
      { s: 3, t: 1_795_435_201_000, v: 2.25 },
    ]);
    expect(withDatabase(schemaVersion)).toBe(latestVersion(migrations));
    expect(
      withDatabase((db) => db.query("SELECT name, value FROM run_best WHERE name IN ('train/loss', 'val/accuracy') ORDER BY name").all()),
    ).toEqual([
      { name: 'train/loss', value: 2.25 },
      { name: 'val/accuracy', value: 0.25 },
    ]);
  });

  it('ends with the same schema as a new one', () => {
    openWriter({ dataDir }).close();
    const fresh = schema();
    rmSync(path);
    fixture(version);
    openWriter({ dataDir }).close();
    expect(schema()).toEqual(fresh);
  });
});

describe('migrating', () => {
  const step = (version: number, sql: string): Migration => ({ version, name: `step ${version}`, sql });
  const good = step(1, 'CREATE TABLE one (n INTEGER) STRICT; INSERT INTO one VALUES (1)');
  const better = step(2, 'UPDATE one SET n = n + 1');
  const broken = step(3, 'UPDATE one SET n = n + 100; CREATE TABLE half (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1)');
  const n = () => withDatabase((db) => db.query<{ n: number }>('SELECT n FROM one').get()?.n);

  it('runs each step once, in order, whatever version it starts from', () => {
    withDatabase((db) => migrate(db, [good]));
    expect(n()).toBe(1);
    for (let start = 0; start < 2; start++) withDatabase((db) => migrate(db, [good, better]));
    expect(n()).toBe(2);
    expect(withDatabase(schemaVersion)).toBe(2);
  });

  it('undoes a failing step whole and stays at the one before', () => {
    expect(() => withDatabase((db) => migrate(db, [good, better, broken]))).toThrow(/nowhere/);
    expect(n()).toBe(2);
    expect(withDatabase(schemaVersion)).toBe(2);
    expect(withDatabase((db) => db.query("SELECT name FROM sqlite_schema WHERE name = 'half'").all())).toEqual([]);
    withDatabase((db) => migrate(db, [good, better, step(3, 'UPDATE one SET n = 42')]));
    expect(n()).toBe(42);
  });

  it('that fails leaves a sound database where it is, and says so', () => {
    openWriter({ dataDir }).close();
    const next = latestVersion(migrations) + 1;
    const open = () =>
      openDatabase({
        path,
        migrations: [...migrations, step(next, 'INSERT INTO nowhere VALUES (1)')],
        suspect: false,
        prepare: () => undefined,
        log: () => undefined,
      });
    expect(open).toThrow(expect.objectContaining({ code: 'storage-failed', message: expect.stringContaining(`version ${next - 1}`) }));
    expect(readdirSync(dataDir).sort()).toEqual(['coldaisle.lock', 'coldaisle.sqlite3']);
    const writer = openWriter({ dataDir });
    expect(writer.setAside).toBeNull();
    writer.close();
  });
});
