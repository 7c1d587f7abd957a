import { describe, expect, it } from 'vitest';
import type { Sample } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import { rollUp } from '../../../../src-main/core/store/samples/rollup-entries';
import { BlockPayload } from '../../../../src-main/core/store/samples/block-payload';
import { openReader } from '../../../../src-main/core/store/reader';
import { EVER, HOUR_MS, ids, Model, withDatabase } from '../support/model';
import { random } from '../../../helpers/random';
import {
  afterThisTest,
  chartReader,
  evenWriter,
  NOON_MS,
  readerBundle,
  seriesKey,
  temporaryFolder,
  testRun,
  testWriter,
} from '../support/stores';
import { samplesOf } from '../support/stores';

describe('samples of slow series', () => {
  const DAY_MS = 24 * HOUR_MS;
  const START_MS = Math.floor(NOON_MS / (4 * DAY_MS)) * 4 * DAY_MS - 7 * HOUR_MS;
  const slow = (seriesId: number, fromMs: number, hours: number, everyMs: number, value: (i: number) => number | null): Sample[] =>
    Array.from({ length: Math.floor((hours * HOUR_MS) / everyMs) }, (_, i) => ({ seriesId, atMs: fromMs + i * everyMs, value: value(i) }));
  const blocksAt = (path: string): unknown =>
    withDatabase(path, (db) => db.query('SELECT level, count(*) AS blocks, sum(samples) AS samples FROM block GROUP BY level').all());

  /** What a chart of these samples must show, with whole numbers: their sums are exact however they are taken. */
  const chartOf = (samples: readonly Sample[], fromMs: number, endMs: number, bucketMs: number): unknown => {
    const inside = samples.filter(({ atMs }) => atMs >= Math.floor(fromMs / bucketMs) * bucketMs && atMs < endMs);
    const { starts, min, max, sum, count } = rollUp(
      { times: Float64Array.from(inside, ({ atMs }) => atMs), values: Float64Array.from(inside, ({ value }) => value ?? NaN) },
      bucketMs,
    );
    const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
    return Array.from(starts, (start, i) => [start, orNull(min[i]), orNull(max[i]), orNull((sum[i] ?? NaN) / (count[i] ?? NaN))]);
  };

  it('lie in blocks of days, without rollups that would repeat them, and are counted in what a day takes', async () => {
    const writer = testWriter();
    const reader = await chartReader(writer.path);
    const [meter = 0, daily = 0] = ids(writer, 2);
    writer.samples.commit([...slow(meter, START_MS, 72, 120_000, (i) => i % 7), ...slow(daily, START_MS, 72, 3 * HOUR_MS, (i) => i)]);
    writer.close();
    // From seven hours before a border of blocks on; the hour that goes on lies in pieces of its own.
    expect(blocksAt(writer.path)).toEqual([
      { level: 0, blocks: expect.any(Number), samples: 30 },
      { level: 4, blocks: expect.any(Number), samples: 71 + 24 },
      { level: 5, blocks: 2, samples: 71 * 30 + 24 },
    ]);
    const { samples, estimate, levels } = await reader.samples.status(defaultSettings.retention);
    expect(samples).toBe(72 * 30 + 24);
    expect(levels.map(({ level, bytes }) => [level, bytes > 0])).toEqual([
      [0, true],
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    // 720 a day; these days are known by the borders of their blocks only.
    expect(estimate?.samplesPerDay).toBeGreaterThan(250);
    expect(estimate?.samplesPerDay).toBeLessThan(740);
    // All of it stays as long as rollups do.
    expect((estimate?.settledBytes ?? 0) / (estimate?.bytesPerDay ?? 1)).toBeCloseTo(3650, 3);
  });

  it('are those that were committed, and so is every chart of them, however often they come and whatever comes late', async () => {
    const rand = random(23);
    for (let round = 0; round < 3; round++) {
      const dataDir = temporaryFolder();
      let writer = testWriter(dataDir);
      const reader = await chartReader(writer.path);
      const model = new Model();
      const series = ids(writer, 36);
      const everyMs = [10_000, 30_000, 59_000, 60_000, 61_000, 120_000, 600_000, 5 * HOUR_MS];
      const whole = (): number | null => (rand() < 0.05 ? null : Math.floor(rand() * 1000) - 300);
      const endMs = START_MS + 30 * HOUR_MS;
      for (let hour = 0; hour < 30; hour++) {
        const fromMs = START_MS + hour * HOUR_MS;
        const samples = series.flatMap((id, i) => slow(id, fromMs, 1, everyMs[i % everyMs.length] ?? 0, whole));
        // A burst makes an hour of a slow series a full one; a few samples come late or once more.
        const burst = series[Math.floor(rand() * series.length)] ?? 0;
        samples.push(...slow(burst, fromMs - Math.floor(rand() * Math.min(hour, 5)) * HOUR_MS, 0.05, 1000, whole));
        for (let late = 0; late < 5; late++)
          samples.push({
            seriesId: series[Math.floor(rand() * series.length)] ?? 0,
            atMs: START_MS + Math.floor((rand() * (hour + 1) * HOUR_MS) / 30_000) * 30_000,
            value: whole(),
          });
        model.commit(writer, samples);
        if (hour === 17) {
          writer.close();
          writer = testWriter(dataDir);
        }
      }
      for (const closed of [false, true]) {
        if (closed) writer.close();
        await model.expectIn(reader);
        for (const maxPoints of [1800, 120, 30, 7]) {
          const { columns, bucketMs } = await reader.samples.history({ seriesIds: series, fromMs: START_MS, toMs: endMs - 1, maxPoints });
          for (const { seriesId, atMs, min, max, mean } of columns) {
            const shown = atMs.map((at, i) => [at, min[i], max[i], mean[i]]);
            const expected = chartOf(model.samples(seriesId), START_MS, endMs, bucketMs) as unknown[][];
            // Where a series was silent there is a null besides.
            const starts = new Set(expected.map(([at]) => at));
            expect(shown.filter(([at]) => starts.has(at ?? 0))).toEqual(expected);
            expect(shown.filter(([at, low]) => !starts.has(at ?? 0) && low !== null)).toEqual([]);
          }
        }
      }
      expect(model.expectRollups(writer.path)).toBeGreaterThan(100);
      const counts = withDatabase(writer.path, (db) =>
        db
          .query<{ level: number }>('SELECT DISTINCT level FROM block ORDER BY level')
          .all()
          .map(({ level }) => level),
      );
      expect(counts).toEqual([0, 2, 3, 4, 5]);
    }
  });

  it('outlive raw samples of fast ones, as their own rollups, and go with the last level finer than an hour', async () => {
    const writer = evenWriter();
    const [meter = 0, fast = 0] = ids(writer, 2);
    const reader = await chartReader(writer.path);
    for (let day = 0; day < 20; day++)
      writer.samples.commit([
        ...slow(meter, START_MS + day * DAY_MS, 24, 120_000, (i) => i),
        ...slow(fast, START_MS + day * DAY_MS, 24, 30_000, (i) => i),
      ]);
    const goOn = (fromMs: number): void => {
      for (let tick = 0; tick < 1500; tick++) writer.samples.commit([{ seriesId: fast, atMs: fromMs + tick * 1000, value: 0 }]);
    };
    const first = { seriesIds: [meter], fromMs: START_MS, toMs: START_MS + DAY_MS - 1 };
    const before = await reader.samples.history({ ...first, maxPoints: 100 });
    expect(before.bucketMs).toBe(900_000);
    writer.samples.setRetention({ ...defaultSettings.retention, rawDays: 5, rollupDays: [5, 5, 15, 3650] });
    goOn(START_MS + 20 * DAY_MS);
    expect(await samplesOf(reader, { ...first, seriesIds: [fast] })).toEqual([]);
    expect(
      await reader.samples.history({ ...first, fromMs: START_MS + 7 * DAY_MS, toMs: START_MS + 8 * DAY_MS - 1, maxPoints: 100 }),
    ).toMatchObject({ bucketMs: 900_000 });
    const kept = withDatabase(
      writer.path,
      (db) => db.query<{ oldest: number }>('SELECT min(slot_ms) AS oldest FROM block WHERE level = 5').get()?.oldest ?? 0,
    );
    // Whole blocks that end before fifteen days ago.
    expect(kept).toBe(START_MS + 7 * HOUR_MS + 4 * DAY_MS);
    const hourly = await reader.samples.history({ ...first, maxPoints: 100 });
    expect(hourly.bucketMs).toBe(HOUR_MS);
    expect(hourly.columns[0]?.max.slice(0, 3)).toEqual([29, 59, 89]);
    expect((await reader.samples.extent()).fromMs).toBeLessThanOrEqual(START_MS);
  });

  it('go with their run', () => {
    const writer = testWriter();
    writer.runs.save(testRun());
    const loss = writer.samples.ensureSeries(seriesKey({ device: 'run/run-1', metric: 'train.loss' })).id;
    const [meter = 0] = ids(writer, 1);
    for (const id of [loss, meter]) writer.samples.commit(slow(id, START_MS, 24, 600_000, (i) => i));
    expect(writer.runs.delete('run-1')).toBe(true);
    writer.close();
    const left = withDatabase(writer.path, (db) =>
      db
        .query<{ slot: number; data: Uint8Array }>('SELECT slot_ms AS slot, data FROM block WHERE level IN (0, 5)')
        .all()
        .flatMap(({ slot, data }) => new BlockPayload(data, { slotMs: slot, widthMs: 1 }).seriesIds()),
    );
    expect(new Set(left)).toEqual(new Set([meter]));
  });

  it('with a flipped bit are set apart, the others read on', async () => {
    const rand = random(31);
    for (let round = 0; round < 8; round++) {
      const dataDir = temporaryFolder();
      const writer = testWriter(dataDir);
      const series = ids(writer, 3);
      writer.samples.commit(series.flatMap((id) => slow(id, START_MS + 8 * HOUR_MS, 49, 60_000, () => Math.round(rand() * 1e6) / 1000)));
      writer.close();
      withDatabase(writer.path, (db) => {
        const { id, data } = db.query<{ id: number; data: Uint8Array }>('SELECT id, data FROM block WHERE level = 5').get() ?? {
          id: 0,
          data: new Uint8Array(),
        };
        const bytes = Uint8Array.from(data);
        const bit = Math.floor(rand() * (bytes.length - 8) * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        db.change('UPDATE block SET data = ? WHERE id = ?').run(bytes, id);
      });
      const again = testWriter(dataDir);
      const reader = openReader({
        databasePath: again.path,
        workerPath: await readerBundle(),
        onDamage: (found) => void again.samples.quarantineDamaged(found),
      });
      afterThisTest(() => reader.close());
      const counts = async (): Promise<number[]> =>
        Promise.all(series.map(async (id) => (await samplesOf(reader, { seriesIds: [id], ...EVER })).length));
      const before = await counts();
      expect([2, 0]).toContain(before.filter((n) => n === 49 * 60).length);
      expect(before.every((n) => n === 49 * 60 || n === 60)).toBe(true);
      expect(await counts()).toEqual(before);
      expect((await reader.samples.status(defaultSettings.retention)).quarantined).toBe(1);
      // What comes next for these days is packed beside what is left.
      again.samples.commit(series.flatMap((id) => slow(id, START_MS + 57 * HOUR_MS, 5, 60_000, () => 1)));
      expect(await counts()).toEqual(before.map((n) => n + 300));
      await reader.close();
      again.close();
    }
  });
});
