import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src-main/core/store/database';
import { migrations } from '../../../src-main/core/store/migrations';
import { schemaVersion } from '../../../src-main/core/store/migrate';
import { openForWriting } from '../../../src-main/core/store/open';
import { startProgram } from './support/processes';
import { slowStep } from './support/slow-step';
import { NOON_MS, readerBundle, seriesKey, temporaryFolder, testReader, testWriter } from './support/stores';

const SERIES = 12;

describe('a writer that is killed', () => {
  it('twenty times over has lost no tick that it had committed, and blocks nobody', async () => {
    const dataDir = temporaryFolder();
    let next = 0;
    for (let round = 0; round < 20; round++) {
      const ticker = await startProgram('ticker', dataDir, String(next));
      await ticker.said(/open\n/);
      // Enough ticks that samples settle in some rounds, at a different moment of its work each time.
      await ticker.said(new RegExp(`\n${next + 20 + ((round * 37) % 90)}\n`));
      await wait(round % 7);
      await ticker.kill();
      const committed = Number(/(\d+)\n(?:\d*)$/.exec(ticker.output())?.[1]);

      const writer = testWriter(dataDir);
      expect(writer.setAside).toBeNull();
      const reader = await testReader(writer.path);
      const series = writer.listSeries();
      expect(series).toHaveLength(SERIES);
      for (const { id } of series) {
        const stored = await reader.samples({ seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 });
        // The kill may have come between a commit and its word: at most that one tick more is there.
        expect(stored.length - (committed + 1)).toBeOneOf([0, 1]);
        expect(stored.every((sample, tick) => sample.value === tick && sample.atMs === NOON_MS + tick * 1000)).toBe(true);
      }
      const { batches } = writer.runPoints('run-1');
      expect(batches.step.length - (committed + 1)).toBeOneOf([0, 1]);
      expect(writer.getRun('run-1')?.progress.step).toBe(batches.step.at(-1));
      next = batches.step.length;
      await reader.close();
      writer.close();
    }
    expect(next).toBeGreaterThan(500);
  });
});

describe('a migration that is killed', () => {
  it('has not happened, and happens at the next start', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const series = writer.ensureSeries(seriesKey());
    writer.commitSamples([{ seriesId: series.id, atMs: NOON_MS, value: 1 }]);
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

    const { db, setAside } = openDatabase({ path: writer.path, migrations: [...migrations, slowStep(10)], suspect: true, prepare: () => undefined, log: () => undefined });
    expect(setAside).toBeNull();
    expect(schemaVersion(db)).toBe(migrations.length + 1);
    expect(db.query<{ n: number }>('SELECT (SELECT count(*) FROM heavy) * 1000 + (SELECT count(*) FROM sample_recent) + (SELECT coalesce(sum(samples), 0) FROM block WHERE level = 0) AS n').get()?.n).toBe(10_001);
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
