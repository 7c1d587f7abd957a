import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sample } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { openReader } from '../../../../src-main/core/store/reader';
import { EVER, HOUR_MS, ids, Model, withDatabase } from '../support/model';
import { random } from '../../../helpers/random';
import { afterThisTest, chartReader, NOON_MS, readerBundle, temporaryFolder, testWriter, type LogEntry } from '../support/stores';
import { samplesOf } from '../support/stores';

describe('samples in blocks', () => {
  it('are those that were committed, whatever the clock did: late, repeated, jumping, suspended', async () => {
    const rand = random(42);
    for (let round = 0; round < 4; round++) {
      const dataDir = temporaryFolder();
      let writer = testWriter(dataDir);
      const reader = await chartReader(writer.path);
      const model = new Model();
      const series = ids(writer, 40);
      let atMs = NOON_MS - 20 * 60_000;
      for (let tick = 0; tick < 1500; tick++) {
        const dice = rand();
        // A late tick, one repeated, a suspend of some hours, a clock set back and ahead.
        atMs +=
          dice < 0.01
            ? Math.floor(rand() * 3 * HOUR_MS)
            : dice < 0.015
              ? -Math.floor(rand() * 2 * HOUR_MS)
              : dice < 0.03
                ? 0
                : 1000 + Math.floor(rand() * 3);
        const asked = series.filter(() => rand() < 0.6);
        model.commit(
          writer,
          asked.map((seriesId) => ({
            seriesId,
            atMs: rand() < 0.01 ? atMs - Math.floor(rand() * HOUR_MS) : atMs,
            value: rand() < 0.03 ? null : seriesId % 3 === 0 ? rand() : Math.round(rand() * 1e6) / 1000,
          })),
        );
        if (tick % 700 === 350) {
          writer.close();
          writer = testWriter(dataDir);
        }
        if (tick % 500 === 499) await model.expectIn(reader);
      }
      writer.close();
      await model.expectIn(reader);
      expect(model.expectRollups(writer.path)).toBeGreaterThan(100);
      const rows = withDatabase(writer.path, (db) =>
        db.query('SELECT (SELECT count(*) FROM sample_recent) AS waiting, (SELECT count(*) FROM quarantine) AS quarantined').get(),
      );
      expect(rows).toEqual({ waiting: 0, quarantined: 0 });
    }
  });

  it('answer every chart alike before and after their hour is sealed, from samples or from rollups', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const rand = random(5);
    const [power, load] = ids(writer, 2);
    const samples = (from: number, to: number): Sample[] =>
      Array.from({ length: to - from }, (_, i) => i + from).flatMap((second) => [
        { seriesId: power ?? 0, atMs: NOON_MS + second * 1000, value: Math.round(3e5 + rand() * 1e4) / 1000 },
        { seriesId: load ?? 0, atMs: NOON_MS + second * 1000, value: rand() },
      ]);
    const reader = await chartReader(writer.path);
    const charts = () =>
      Promise.all(
        [1500, 600, 130, 40, 7].map((maxPoints) =>
          reader.samples.history({ seriesIds: [power ?? 0, load ?? 0], fromMs: NOON_MS, toMs: NOON_MS + 2 * HOUR_MS - 1, maxPoints }),
        ),
      );
    writer.samples.commit(samples(0, 7200));
    const fresh = await charts();
    expect(fresh.map(({ bucketMs }) => bucketMs)).toEqual([5000, 15_000, 60_000, 300_000, 1_800_000]);
    // Ticks of the next hours settle and seal what lies before them.
    for (let tick = 0; tick < 200; tick++)
      writer.samples.commit([{ seriesId: power ?? 0, atMs: NOON_MS + 3 * HOUR_MS + tick * 1000, value: 1 }]);
    const sealed = (await reader.samples.sql({ sql: 'SELECT level, count(*) FROM block WHERE sealed = 1 GROUP BY level' })).rows;
    expect(sealed).toEqual([
      [0, 2],
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
    expect(await charts()).toEqual(fresh);
  });

  it('count once while the pieces of an hour still lie beside its block, also after a crash in that moment', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const reader = await chartReader(writer.path);
    const model = new Model();
    const series = ids(writer, 70);
    const rand = random(8);
    const tick = (to: StoreWriter, second: number): void =>
      model.commit(
        to,
        series
          .filter((id) => id % 10 !== 0 || second % 300 === 0)
          .map((seriesId) => ({ seriesId, atMs: NOON_MS + second * 1000, value: Math.round(rand() * 1e5) / 100 })),
      );
    const beside = (path: string): number =>
      withDatabase(
        path,
        (db) =>
          db
            .query<{ n: number }>(
              'SELECT count(*) AS n FROM block AS whole JOIN block AS piece USING (level, cluster, slot_ms) WHERE whole.sealed = 1 AND piece.sealed = 0',
            )
            .get()?.n ?? 0,
      );
    const chart = { seriesIds: series.slice(0, 20), fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS - 1, maxPoints: 500 };
    let second = 0;
    for (; beside(writer.path) === 0; second++) tick(writer, second);
    expect(second).toBeGreaterThan(3600);
    await model.expectIn(reader);
    const before = await reader.samples.history(chart);
    const crashed = temporaryFolder();
    for (const name of ['coldaisle.sqlite3', 'coldaisle.sqlite3-wal']) copyFileSync(join(dataDir, name), join(crashed, name));
    for (const [to, path] of [
      [writer, writer.path],
      [testWriter(crashed), join(crashed, 'coldaisle.sqlite3')],
    ] as const) {
      const reopened = path === writer.path ? reader : await chartReader(path);
      for (let more = 0; more < 130; more++)
        to.samples.commit(series.map((seriesId) => ({ seriesId, atMs: NOON_MS + (second + more) * 1000, value: 1 })));
      expect(beside(path)).toBe(0);
      expect(await reopened.samples.history(chart)).toEqual(before);
      for (const id of series.slice(0, 12))
        expect(await samplesOf(reopened, { seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS - 1 })).toEqual(
          model.samples(id).filter(({ atMs }) => atMs < NOON_MS + HOUR_MS),
        );
      expect(
        withDatabase(
          path,
          (db) =>
            db.query<{ n: number }>('SELECT sum(samples) AS n FROM block WHERE level IN (0, 5) AND slot_ms < ?').get(NOON_MS + HOUR_MS)?.n,
        ),
      ).toBe(series.reduce((sum, id) => sum + model.samples(id).filter(({ atMs }) => atMs < NOON_MS + HOUR_MS).length, 0));
    }
  });

  it('keep the minimum and maximum of every pixel', async () => {
    const writer = testWriter();
    const [id] = ids(writer, 1);
    const values = Array.from({ length: 30_000 }, (_, i) => (i === 12_345 ? 9999 : i === 23_456 ? -9999 : 50));
    writer.samples.commit(values.map((value, i) => ({ seriesId: id ?? 0, atMs: NOON_MS + i * 1000, value })));
    const reader = await chartReader(writer.path);
    for (const maxPoints of [3000, 100, 20, 3]) {
      const { columns, bucketMs } = await reader.samples.history({
        seriesIds: [id ?? 0],
        fromMs: NOON_MS,
        toMs: NOON_MS + 30_000_000,
        maxPoints,
      });
      const at = (second: number): number => columns[0]?.atMs.indexOf(Math.floor((NOON_MS + second * 1000) / bucketMs) * bucketMs) ?? -1;
      expect(columns[0]?.max[at(12_345)]).toBe(9999);
      expect(columns[0]?.min[at(23_456)]).toBe(-9999);
      expect(columns[0]?.max.filter((value) => value === 9999)).toHaveLength(1);
    }
    const zoomed = await reader.samples.history({
      seriesIds: [id ?? 0],
      fromMs: NOON_MS + 12_340_000,
      toMs: NOON_MS + 12_350_000,
      maxPoints: 1500,
    });
    expect(zoomed).toMatchObject({ bucketMs: 1, columns: [{ mean: [50, 50, 50, 50, 50, 9999, 50, 50, 50, 50, 50] }] });
  });

  it('are found by plain SQL, by series, by time and all', async () => {
    const writer = testWriter();
    const series = ids(writer, 3);
    writer.samples.commit(
      series.flatMap((seriesId) =>
        Array.from({ length: 5000 }, (_, i) => ({ seriesId, atMs: NOON_MS + i * 1000, value: i === 7 ? null : seriesId * 10_000 + i })),
      ),
    );
    const reader = await chartReader(writer.path);
    const one = async (sql: string, ...params: number[]) => (await reader.samples.sql({ sql: sql, params: params })).rows[0];
    expect(await one('SELECT count(*), count(value), min(value), max(at_ms) FROM samples')).toEqual([
      15_000,
      14_997,
      10_000,
      NOON_MS + 4_999_000,
    ]);
    expect(await one('SELECT count(*) FROM samples(?)', series[1] ?? 0)).toEqual([5000]);
    expect(await one('SELECT count(*) AS n FROM samples(?, ?, ?)', series[1] ?? 0, NOON_MS + 10_000, NOON_MS + 19_000)).toEqual([10]);
    expect(
      (
        await reader.samples.sql({ sql: 'SELECT s.device, round(avg(value)) AS mean FROM series AS s, samples(s.id) GROUP BY s.id;' })
      ).rows.map(([device]) => device),
    ).toEqual(['gpu0', 'gpu1', 'gpu2']);
    await expect(reader.samples.sql({ sql: 'SELECT nothing FROM samples' })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('nothing'),
    });
    await expect(reader.samples.sql({ sql: 'SELECT * FROM samples' })).rejects.toMatchObject({ code: 'too-large' });
    await expect(reader.samples.sql({ sql: 'DELETE FROM block RETURNING id' })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('a block with a flipped bit', () => {
  it('is found by its checksum, set apart and told; the rest reads on, and so does the store', async () => {
    const rand = random(11);
    for (let round = 0; round < 12; round++) {
      const dataDir = temporaryFolder();
      const log: LogEntry[] = [];
      const writer = testWriter(dataDir, log);
      const series = ids(writer, 3);
      writer.samples.commit(
        series.flatMap((seriesId) =>
          Array.from({ length: 7200 }, (_, i) => ({ seriesId, atMs: NOON_MS + i * 1000, value: Math.round(rand() * 1e6) / 1000 })),
        ),
      );
      writer.close();
      const flipped = withDatabase(writer.path, (db) => {
        const { id, data } = db
          .query<{ id: number; data: Uint8Array }>('SELECT id, data FROM block WHERE level = 0 AND slot_ms = ?')
          .get(NOON_MS) ?? { id: 0, data: new Uint8Array() };
        const bytes = Uint8Array.from(data);
        // Not in the zeros at its end, which say nothing.
        const bit = Math.floor(rand() * (bytes.length - 8) * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        db.change('UPDATE block SET data = ? WHERE id = ?').run(bytes, id);
        return bytes;
      });
      const again = testWriter(dataDir, log);
      const reader = openReader({
        databasePath: again.path,
        workerPath: await readerBundle(),
        onDamage: (found) => void again.samples.quarantineDamaged(found),
      });
      afterThisTest(() => reader.close());
      const counts = async (): Promise<number[]> =>
        Promise.all(series.map(async (id) => (await samplesOf(reader, { seriesIds: [id], ...EVER })).length));
      const before = await counts();
      // One series (or, where the directory was hit, all three) lacks that hour.
      expect([2, 0]).toContain(before.filter((n) => n === 7200).length);
      expect(before.every((n) => n === 7200 || n === 3600)).toBe(true);
      expect(await counts()).toEqual(before);
      expect((await reader.samples.status(defaultSettings.retention)).quarantined).toBe(1);
      expect((await reader.samples.sql({ sql: 'SELECT hex(data) FROM quarantine' })).rows).toEqual([
        [Buffer.from(flipped).toString('hex').toUpperCase()],
      ]);
      expect(log.some(({ level, text }) => level === 'error' && text.includes('damaged'))).toBe(true);
      again.samples.commit([{ seriesId: series[0] ?? 0, atMs: NOON_MS + 10_000_000, value: 1 }]);
      expect((await counts())[0]).toBe((before[0] ?? 0) + 1);
      await reader.close();
      again.close();
    }
  });
});
