import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { curvesIn } from '../../../helpers/curves';
import { openDatabase } from '../../../../src-main/core/store/file/database';
import { migrations } from '../../../../src-main/core/store/repositories';
import { schemaVersion } from '../../../../src-main/core/store/file/migrate';
import { openHistoryQueries } from '../../../../src-main/core/store/samples/history';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import { databasePath } from '../../../../src-main/core/store/writer';
import { startProgram } from '../support/processes';
import { slowStep } from '../support/slow-step';
import { NOON_MS, readerBundle, seriesKey, temporaryFolder, testWriter } from '../support/stores';

const SERIES = 12;

describe('a writer that is killed', () => {
  it('two hundred times over, packing and sealing blocks all the while, has lost no tick that it had committed, and blocks nobody', async () => {
    const dataDir = temporaryFolder();
    // Twenty seconds a tick: a period of packing every six ticks, an hour to seal every 180.
    const stepMs = 20_000;
    let next = 0;
    for (let round = 0; round < 200; round++) {
      const ticker = await startProgram('ticker', dataDir, String(next), String(stepMs));
      await ticker.said(new RegExp(`\n${next + ((round * 7) % 23)}\n`));
      await wait(round % 3);
      await ticker.kill();
      const committed = Number(/(\d+)\n(?:\d*)$/.exec(ticker.output())?.[1]);

      const db = openForReading(databasePath(dataDir));
      const stored = openHistoryQueries(db).samples(
        { seriesIds: Array.from({ length: SERIES }, (_, i) => i + 1), fromMs: 0, toMs: NOON_MS * 2 },
        () => undefined,
      );
      db.close();
      for (const { atMs, value } of stored) {
        // The kill may have come between a commit and its word: at most that one tick more is there.
        expect(value.length - (committed + 1)).toBeOneOf([0, 1]);
        expect(value.every((each, tick) => each === tick && atMs[tick] === NOON_MS + tick * stepMs)).toBe(true);
      }
      next = stored[0]?.value.length ?? 0;
      if (round % 40 !== 39) continue;
      const writer = testWriter(dataDir);
      expect(writer.setAside).toBeNull();
      expect(writer.samples.listSeries()).toHaveLength(SERIES);
      const { x: steps = [], y: values = [] } = curvesIn(writer.path, 'run-1')['train/loss'] ?? {};
      // A tick's samples are committed before its run: each kill may have come between the two, once.
      expect(steps.length).toBeGreaterThanOrEqual(next - (round + 1));
      expect(steps.every((step, i) => step < next && step > (steps[i - 1] ?? -1))).toBe(true);
      expect(values).toEqual(steps);
      writer.close();
    }
    expect(next).toBeGreaterThan(2000);
    const db = openForWriting(databasePath(dataDir));
    const kinds = db
      .query<{ level: number; hours: number }>('SELECT level, count(DISTINCT slot_ms) AS hours FROM block WHERE sealed = 1 GROUP BY level')
      .all();
    expect(db.query('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    db.close();
    // The last kill may have left an hour that only just began, whose samples are few.
    expect(kinds.map(({ level }) => level).filter((level) => level !== 5)).toEqual([0, 2, 3, 4]);
    expect(kinds[0]?.hours).toBeGreaterThan(5);
  }, 180_000);
});

describe('a migration that is killed', () => {
  it('has not happened, and happens at the next start', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const series = writer.samples.ensureSeries(seriesKey());
    writer.samples.commit([{ seriesId: series.id, atMs: NOON_MS, value: 1 }]);
    writer.close();
    const migrator = await startProgram('migrator', writer.path);
    await migrator.said(/migrating\n/);
    while (!existsSync(`${writer.path}-journal`)) await wait(1);
    await wait(50);
    await migrator.kill();
    expect(migrator.output()).toBe('migrating\n');

    const before = openForWriting(writer.path);
    expect(schemaVersion(before)).toBe(migrations.length);
    expect(before.query("SELECT value FROM meta WHERE value = 'half-way'").all()).toEqual([]);
    before.close();

    const { db, setAside } = openDatabase({
      path: writer.path,
      migrations: [...migrations, slowStep(10)],
      suspect: true,
      prepare: () => undefined,
      log: () => undefined,
    });
    expect(setAside).toBeNull();
    expect(schemaVersion(db)).toBe(migrations.length + 1);
    expect(
      db
        .query<{ n: number }>(
          'SELECT (SELECT count(*) FROM heavy) * 1000 + (SELECT count(*) FROM sample_recent) + (SELECT coalesce(sum(samples), 0) FROM block WHERE level = 0) AS n',
        )
        .get()?.n,
    ).toBe(10_001);
    db.close();
  });
});

describe('a process that closed its store', () => {
  it('has no handle, thread or timer left and ends by itself', async () => {
    const dataDir = temporaryFolder();
    const tidy = await startProgram('tidy', dataDir, await readerBundle());
    expect(await tidy.exited).toBe(0);
    expect(JSON.parse(tidy.output())).toEqual({ rows: 1, resources: [], files: [], left: ['coldaisle.lock', 'coldaisle.sqlite3'] });
    expect(existsSync(join(dataDir, 'coldaisle.pid'))).toBe(false);
  });
});
