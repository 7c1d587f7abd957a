import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sample } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import { rollUp, ROLLUPS } from '../../../src-main/core/store/levels';
import { openForWriting, type WriteHandle } from '../../../src-main/core/store/open';
import { entriesOf } from '../../../src-main/core/store/rollup-slab';
import { Slab } from '../../../src-main/core/store/slab';
import type { StoreReader, StoreWriter } from '../../../src-main/core/store/types';
import { openReader } from '../../../src-main/core/store/reader';
import { random } from './support/random';
import { afterThisTest, chartReader, NOON_MS, readerBundle, seriesKey, temporaryFolder, testRun, testWriter, type LogEntry } from './support/stores';

const HOUR_MS = 3_600_000;
const EVER = { fromMs: 0, toMs: NOON_MS * 2 };

function withDatabase<T>(path: string, work: (db: WriteHandle) => T): T {
  const db = openForWriting(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What a store must hold after these commits: the last value given for each time, in order. */
class Model {
  private readonly series = new Map<number, Map<number, number | null>>();

  commit(writer: StoreWriter, samples: readonly Sample[]): void {
    writer.commitSamples(samples);
    for (const { seriesId, atMs, value } of samples) {
      const times = this.series.get(seriesId) ?? new Map<number, number | null>();
      this.series.set(seriesId, times.set(atMs, value));
    }
  }

  samples(seriesId: number): Sample[] {
    return [...(this.series.get(seriesId) ?? [])].sort(([a], [b]) => a - b).map(([atMs, value]) => ({ seriesId, atMs, value }));
  }

  async expectIn(reader: Pick<StoreReader, 'samples'>): Promise<void> {
    for (const id of this.series.keys()) expect(await reader.samples({ seriesIds: [id], ...EVER })).toEqual(this.samples(id));
  }

  /** Every stored rollup is that of the samples, to the last bit, and none is missing for an hour that is over. */
  expectRollups(path: string): number {
    let checked = 0;
    withDatabase(path, (db) => {
      for (const { level, widthMs } of ROLLUPS.slice(1)) {
        for (const { slot, data } of db.query<{ slot: number; data: Uint8Array }>('SELECT slot_ms AS slot, data FROM block WHERE level = ?').all(level)) {
          const slab = new Slab(data, { slotMs: slot, widthMs });
          for (const id of slab.seriesIds()) {
            const stored = entriesOf(slab, id);
            const hours = new Set([...(stored?.starts ?? [])].map((start) => Math.floor(start / HOUR_MS)));
            const own = this.samples(id).filter(({ atMs }) => hours.has(Math.floor(atMs / HOUR_MS)) && atMs >= slot);
            const inSlot = own.filter(({ atMs }) => slab.span() !== null && Math.floor(atMs / widthMs) * widthMs <= (slab.span()?.last ?? 0));
            const times = Float64Array.from(inSlot, ({ atMs }) => atMs);
            expect(stored).toEqual(rollUp({ times, values: Float64Array.from(inSlot, ({ value }) => value ?? NaN) }, widthMs));
            checked += stored?.starts.length ?? 0;
          }
        }
      }
    });
    return checked;
  }
}

const ids = (writer: StoreWriter, n: number): number[] => Array.from({ length: n }, (_, i) => writer.ensureSeries(seriesKey({ device: `gpu${i}` })).id);

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
        atMs += dice < 0.01 ? Math.floor(rand() * 3 * HOUR_MS) : dice < 0.015 ? -Math.floor(rand() * 2 * HOUR_MS) : dice < 0.03 ? 0 : 1000 + Math.floor(rand() * 3);
        const asked = series.filter(() => rand() < 0.6);
        model.commit(writer, asked.map((seriesId) => ({ seriesId, atMs: rand() < 0.01 ? atMs - Math.floor(rand() * HOUR_MS) : atMs, value: rand() < 0.03 ? null : seriesId % 3 === 0 ? rand() : Math.round(rand() * 1e6) / 1000 })));
        if (tick % 700 === 350) {
          writer.close();
          writer = testWriter(dataDir);
        }
        if (tick % 500 === 499) await model.expectIn(reader);
      }
      writer.close();
      await model.expectIn(reader);
      expect(model.expectRollups(writer.path)).toBeGreaterThan(100);
      const rows = withDatabase(writer.path, (db) => db.query('SELECT (SELECT count(*) FROM sample_recent) AS waiting, (SELECT count(*) FROM quarantine) AS quarantined').get());
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
      Promise.all([1500, 600, 130, 40, 7].map((maxPoints) => reader.history({ seriesIds: [power ?? 0, load ?? 0], fromMs: NOON_MS, toMs: NOON_MS + 2 * HOUR_MS - 1, maxPoints })));
    writer.commitSamples(samples(0, 7200));
    const fresh = await charts();
    expect(fresh.map(({ bucketMs }) => bucketMs)).toEqual([5000, 15_000, 60_000, 300_000, 1_800_000]);
    // Ticks of the next hours settle and seal what lies before them.
    for (let tick = 0; tick < 200; tick++) writer.commitSamples([{ seriesId: power ?? 0, atMs: NOON_MS + 3 * HOUR_MS + tick * 1000, value: 1 }]);
    const sealed = (await reader.sql('SELECT level, count(*) FROM block WHERE sealed = 1 GROUP BY level')).rows;
    expect(sealed).toEqual([[0, 2], [2, 1], [3, 1], [4, 1]]);
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
      model.commit(to, series.filter((id) => id % 10 !== 0 || second % 300 === 0).map((seriesId) => ({ seriesId, atMs: NOON_MS + second * 1000, value: Math.round(rand() * 1e5) / 100 })));
    const beside = (path: string): number =>
      withDatabase(path, (db) => db.query<{ n: number }>('SELECT count(*) AS n FROM block AS whole JOIN block AS piece USING (level, cluster, slot_ms) WHERE whole.sealed = 1 AND piece.sealed = 0').get()?.n ?? 0);
    const chart = { seriesIds: series.slice(0, 20), fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS - 1, maxPoints: 500 };
    let second = 0;
    for (; beside(writer.path) === 0; second++) tick(writer, second);
    expect(second).toBeGreaterThan(3600);
    await model.expectIn(reader);
    const before = await reader.history(chart);
    const crashed = temporaryFolder();
    for (const name of ['coldaisle.sqlite3', 'coldaisle.sqlite3-wal']) copyFileSync(join(dataDir, name), join(crashed, name));
    for (const [to, path] of [[writer, writer.path], [testWriter(crashed), join(crashed, 'coldaisle.sqlite3')]] as const) {
      const reopened = path === writer.path ? reader : await chartReader(path);
      for (let more = 0; more < 130; more++) to.commitSamples(series.map((seriesId) => ({ seriesId, atMs: NOON_MS + (second + more) * 1000, value: 1 })));
      expect(beside(path)).toBe(0);
      expect(await reopened.history(chart)).toEqual(before);
      for (const id of series.slice(0, 12)) expect(await reopened.samples({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS - 1 })).toEqual(model.samples(id).filter(({ atMs }) => atMs < NOON_MS + HOUR_MS));
      expect(withDatabase(path, (db) => db.query<{ n: number }>('SELECT sum(samples) AS n FROM block WHERE level IN (0, 5) AND slot_ms < ?').get(NOON_MS + HOUR_MS)?.n)).toBe(series.reduce((sum, id) => sum + model.samples(id).filter(({ atMs }) => atMs < NOON_MS + HOUR_MS).length, 0));
    }
  });

  it('keep the minimum and maximum of every pixel', async () => {
    const writer = testWriter();
    const [id] = ids(writer, 1);
    const values = Array.from({ length: 30_000 }, (_, i) => (i === 12_345 ? 9999 : i === 23_456 ? -9999 : 50));
    writer.commitSamples(values.map((value, i) => ({ seriesId: id ?? 0, atMs: NOON_MS + i * 1000, value })));
    const reader = await chartReader(writer.path);
    for (const maxPoints of [3000, 100, 20, 3]) {
      const { columns, bucketMs } = await reader.history({ seriesIds: [id ?? 0], fromMs: NOON_MS, toMs: NOON_MS + 30_000_000, maxPoints });
      const at = (second: number): number => columns[0]?.atMs.indexOf(Math.floor((NOON_MS + second * 1000) / bucketMs) * bucketMs) ?? -1;
      expect(columns[0]?.max[at(12_345)]).toBe(9999);
      expect(columns[0]?.min[at(23_456)]).toBe(-9999);
      expect(columns[0]?.max.filter((value) => value === 9999)).toHaveLength(1);
    }
    const zoomed = await reader.history({ seriesIds: [id ?? 0], fromMs: NOON_MS + 12_340_000, toMs: NOON_MS + 12_350_000, maxPoints: 1500 });
    expect(zoomed).toMatchObject({ bucketMs: 1, columns: [{ mean: [50, 50, 50, 50, 50, 9999, 50, 50, 50, 50, 50] }] });
  });

  it('are found by plain SQL, by series, by time and all', async () => {
    const writer = testWriter();
    const series = ids(writer, 3);
    writer.commitSamples(series.flatMap((seriesId) => Array.from({ length: 5000 }, (_, i) => ({ seriesId, atMs: NOON_MS + i * 1000, value: i === 7 ? null : seriesId * 10_000 + i }))));
    const reader = await chartReader(writer.path);
    const one = async (sql: string, ...params: number[]) => (await reader.sql(sql, params)).rows[0];
    expect(await one('SELECT count(*), count(value), min(value), max(at_ms) FROM samples')).toEqual([15_000, 14_997, 10_000, NOON_MS + 4_999_000]);
    expect(await one('SELECT count(*) FROM samples(?)', series[1] ?? 0)).toEqual([5000]);
    expect(await one('SELECT count(*) AS n FROM samples(?, ?, ?)', series[1] ?? 0, NOON_MS + 10_000, NOON_MS + 19_000)).toEqual([10]);
    expect((await reader.sql('SELECT s.device, round(avg(value)) AS mean FROM series AS s, samples(s.id) GROUP BY s.id;')).rows.map(([device]) => device)).toEqual(['gpu0', 'gpu1', 'gpu2']);
    await expect(reader.sql('SELECT nothing FROM samples')).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('nothing') });
    await expect(reader.sql('SELECT * FROM samples')).rejects.toMatchObject({ code: 'too-large' });
    await expect(reader.sql('DELETE FROM block RETURNING id')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('samples of slow series', () => {
  const DAY_MS = 24 * HOUR_MS;
  const START_MS = Math.floor(NOON_MS / (4 * DAY_MS)) * 4 * DAY_MS - 7 * HOUR_MS;
  const slow = (seriesId: number, fromMs: number, hours: number, everyMs: number, value: (i: number) => number | null): Sample[] =>
    Array.from({ length: Math.floor((hours * HOUR_MS) / everyMs) }, (_, i) => ({ seriesId, atMs: fromMs + i * everyMs, value: value(i) }));
  const blocksAt = (path: string): unknown => withDatabase(path, (db) => db.query('SELECT level, count(*) AS blocks, sum(samples) AS samples FROM block GROUP BY level').all());

  /** What a chart of these samples must show, with whole numbers: their sums are exact however they are taken. */
  const chartOf = (samples: readonly Sample[], fromMs: number, endMs: number, bucketMs: number): unknown => {
    const inside = samples.filter(({ atMs }) => atMs >= Math.floor(fromMs / bucketMs) * bucketMs && atMs < endMs);
    const { starts, min, max, sum, count } = rollUp({ times: Float64Array.from(inside, ({ atMs }) => atMs), values: Float64Array.from(inside, ({ value }) => value ?? NaN) }, bucketMs);
    const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
    return Array.from(starts, (start, i) => [start, orNull(min[i]), orNull(max[i]), orNull((sum[i] ?? NaN) / (count[i] ?? NaN))]);
  };

  it('lie in blocks of days, without rollups that would repeat them, and are counted in what a day takes', async () => {
    const writer = testWriter();
    const reader = await chartReader(writer.path);
    const [meter = 0, daily = 0] = ids(writer, 2);
    writer.commitSamples([...slow(meter, START_MS, 72, 120_000, (i) => i % 7), ...slow(daily, START_MS, 72, 3 * HOUR_MS, (i) => i)]);
    writer.close();
    // From seven hours before a border of blocks on; the hour that goes on lies in pieces of its own.
    expect(blocksAt(writer.path)).toEqual([
      { level: 0, blocks: expect.any(Number), samples: 30 },
      { level: 4, blocks: expect.any(Number), samples: 71 + 24 },
      { level: 5, blocks: 2, samples: 71 * 30 + 24 },
    ]);
    const { samples, estimate, levels } = await reader.status(defaultSettings.retention);
    expect(samples).toBe(72 * 30 + 24);
    expect(levels.map(({ level, bytes }) => [level, bytes > 0])).toEqual([[0, true], [1, false], [2, false], [3, false], [4, true]]);
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
        for (let late = 0; late < 5; late++) samples.push({ seriesId: series[Math.floor(rand() * series.length)] ?? 0, atMs: START_MS + Math.floor((rand() * (hour + 1) * HOUR_MS) / 30_000) * 30_000, value: whole() });
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
          const { columns, bucketMs } = await reader.history({ seriesIds: series, fromMs: START_MS, toMs: endMs - 1, maxPoints });
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
      const counts = withDatabase(writer.path, (db) => db.query<{ level: number }>('SELECT DISTINCT level FROM block ORDER BY level').all().map(({ level }) => level));
      expect(counts).toEqual([0, 2, 3, 4, 5]);
    }
  });

  it('outlive raw samples of fast ones, as their own rollups, and go with the last level finer than an hour', async () => {
    const writer = testWriter();
    const [meter = 0, fast = 0] = ids(writer, 2);
    const reader = await chartReader(writer.path);
    for (let day = 0; day < 20; day++) writer.commitSamples([...slow(meter, START_MS + day * DAY_MS, 24, 120_000, (i) => i), ...slow(fast, START_MS + day * DAY_MS, 24, 30_000, (i) => i)]);
    const goOn = (fromMs: number): void => {
      for (let tick = 0; tick < 1500; tick++) writer.commitSamples([{ seriesId: fast, atMs: fromMs + tick * 1000, value: 0 }]);
    };
    const first = { seriesIds: [meter], fromMs: START_MS, toMs: START_MS + DAY_MS - 1 };
    const before = await reader.history({ ...first, maxPoints: 100 });
    expect(before.bucketMs).toBe(900_000);
    writer.setRetention({ ...defaultSettings.retention, rawDays: 5, rollupDays: [5, 5, 15, 3650] });
    goOn(START_MS + 20 * DAY_MS);
    expect(await reader.samples({ ...first, seriesIds: [fast] })).toEqual([]);
    expect(await reader.history({ ...first, fromMs: START_MS + 7 * DAY_MS, toMs: START_MS + 8 * DAY_MS - 1, maxPoints: 100 })).toMatchObject({ bucketMs: 900_000 });
    const kept = withDatabase(writer.path, (db) => db.query<{ oldest: number }>('SELECT min(slot_ms) AS oldest FROM block WHERE level = 5').get()?.oldest ?? 0);
    // Whole blocks that end before fifteen days ago.
    expect(kept).toBe(START_MS + 7 * HOUR_MS + 4 * DAY_MS);
    const hourly = await reader.history({ ...first, maxPoints: 100 });
    expect(hourly.bucketMs).toBe(HOUR_MS);
    expect(hourly.columns[0]?.max.slice(0, 3)).toEqual([29, 59, 89]);
    expect((await reader.extent()).fromMs).toBeLessThanOrEqual(START_MS);
  });

  it('go with their run', () => {
    const writer = testWriter();
    writer.saveRun(testRun());
    const loss = writer.ensureSeries(seriesKey({ device: 'run/run-1', metric: 'train.loss' })).id;
    const [meter = 0] = ids(writer, 1);
    for (const id of [loss, meter]) writer.commitSamples(slow(id, START_MS, 24, 600_000, (i) => i));
    expect(writer.deleteRun('run-1')).toBe(true);
    writer.close();
    const left = withDatabase(writer.path, (db) => db.query<{ slot: number; data: Uint8Array }>('SELECT slot_ms AS slot, data FROM block WHERE level IN (0, 5)').all().flatMap(({ slot, data }) => new Slab(data, { slotMs: slot, widthMs: 1 }).seriesIds()));
    expect(new Set(left)).toEqual(new Set([meter]));
  });

  it('with a flipped bit are set apart, the others read on', async () => {
    const rand = random(31);
    for (let round = 0; round < 8; round++) {
      const dataDir = temporaryFolder();
      const writer = testWriter(dataDir);
      const series = ids(writer, 3);
      writer.commitSamples(series.flatMap((id) => slow(id, START_MS + 8 * HOUR_MS, 49, 60_000, () => Math.round(rand() * 1e6) / 1000)));
      writer.close();
      withDatabase(writer.path, (db) => {
        const { id, data } = db.query<{ id: number; data: Uint8Array }>('SELECT id, data FROM block WHERE level = 5').get() ?? { id: 0, data: new Uint8Array() };
        const bytes = Uint8Array.from(data);
        const bit = Math.floor(rand() * (bytes.length - 8) * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        db.change('UPDATE block SET data = ? WHERE id = ?').run(bytes, id);
      });
      const again = testWriter(dataDir);
      const reader = openReader({ databasePath: again.path, workerPath: await readerBundle(), onDamage: (found) => void again.quarantineDamaged(found) });
      afterThisTest(() => reader.close());
      const counts = async (): Promise<number[]> => Promise.all(series.map(async (id) => (await reader.samples({ seriesIds: [id], ...EVER })).length));
      const before = await counts();
      expect([2, 0]).toContain(before.filter((n) => n === 49 * 60).length);
      expect(before.every((n) => n === 49 * 60 || n === 60)).toBe(true);
      expect(await counts()).toEqual(before);
      expect((await reader.status(defaultSettings.retention)).quarantined).toBe(1);
      // What comes next for these days is packed beside what is left.
      again.commitSamples(series.flatMap((id) => slow(id, START_MS + 57 * HOUR_MS, 5, 60_000, () => 1)));
      expect(await counts()).toEqual(before.map((n) => n + 300));
      await reader.close();
      again.close();
    }
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
      writer.commitSamples(series.flatMap((seriesId) => Array.from({ length: 7200 }, (_, i) => ({ seriesId, atMs: NOON_MS + i * 1000, value: Math.round(rand() * 1e6) / 1000 }))));
      writer.close();
      const flipped = withDatabase(writer.path, (db) => {
        const { id, data } = db.query<{ id: number; data: Uint8Array }>('SELECT id, data FROM block WHERE level = 0 AND slot_ms = ?').get(NOON_MS) ?? { id: 0, data: new Uint8Array() };
        const bytes = Uint8Array.from(data);
        // Not in the zeros at its end, which say nothing.
        const bit = Math.floor(rand() * (bytes.length - 8) * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        db.change('UPDATE block SET data = ? WHERE id = ?').run(bytes, id);
        return bytes;
      });
      const again = testWriter(dataDir, log);
      const reader = openReader({ databasePath: again.path, workerPath: await readerBundle(), onDamage: (found) => void again.quarantineDamaged(found) });
      afterThisTest(() => reader.close());
      const counts = async (): Promise<number[]> => Promise.all(series.map(async (id) => (await reader.samples({ seriesIds: [id], ...EVER })).length));
      const before = await counts();
      // One series (or, where the directory was hit, all three) lacks that hour.
      expect([2, 0]).toContain(before.filter((n) => n === 7200).length);
      expect(before.every((n) => n === 7200 || n === 3600)).toBe(true);
      expect(await counts()).toEqual(before);
      expect((await reader.status(defaultSettings.retention)).quarantined).toBe(1);
      expect((await reader.sql('SELECT hex(data) FROM quarantine')).rows).toEqual([[Buffer.from(flipped).toString('hex').toUpperCase()]]);
      expect(log.some(({ level, text }) => level === 'error' && text.includes('damaged'))).toBe(true);
      again.commitSamples([{ seriesId: series[0] ?? 0, atMs: NOON_MS + 10_000_000, value: 1 }]);
      expect((await counts())[0]).toBe((before[0] ?? 0) + 1);
      await reader.close();
      again.close();
    }
  });
});

describe('what was recorded', () => {
  const record = (writer: StoreWriter, hours: number, startMs = NOON_MS): number[] => {
    const series = ids(writer, 2);
    for (let hour = 0; hour < hours; hour++) {
      writer.commitSamples(series.flatMap((seriesId) => Array.from({ length: 360 }, (_, i) => ({ seriesId, atMs: startMs + hour * HOUR_MS + i * 10_000, value: Math.round(1000 * Math.sin(i)) / 10 }))));
    }
    return series;
  };
  /** Ticks a second apart, as a clock that goes evenly. */
  const goOn = (writer: StoreWriter, seriesId: number, fromMs: number, ticks: number): void => {
    for (let tick = 0; tick < ticks; tick++) writer.commitSamples([{ seriesId, atMs: fromMs + tick * 1000, value: 0 }]);
  };

  it('expires by age: samples first, then each level; what is left answers as before', async () => {
    const writer = testWriter();
    const series = record(writer, 30);
    const reader = await chartReader(writer.path);
    const question = { seriesIds: series, fromMs: NOON_MS, toMs: NOON_MS + 10 * HOUR_MS - 1, maxPoints: 1800 };
    const before = await reader.history(question);
    expect(before.bucketMs).toBe(30_000);
    writer.setRetention({ ...defaultSettings.retention, rawDays: 0.5 });
    goOn(writer, series[0] ?? 0, NOON_MS + 30 * HOUR_MS, 900);
    const raw = (await reader.sql('SELECT min(slot_ms) FROM block WHERE level = 0')).rows[0]?.[0];
    expect(raw).toBe(NOON_MS + 18 * HOUR_MS);
    expect((await reader.sql('SELECT sum(samples) FROM block WHERE level = 1')).rows).toEqual([[18 * 360 * 2]]);
    expect(await reader.history(question)).toEqual(before);
    expect((await reader.extent()).fromMs).toBeLessThanOrEqual(NOON_MS);
    expect(await reader.samples({ seriesIds: series, fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS })).toEqual([]);
    // A late sample for that time cannot be taken any more, and takes nothing with it.
    writer.commitSamples([{ seriesId: series[0] ?? 0, atMs: NOON_MS + 1, value: 5 }]);
    expect(await reader.history(question)).toEqual(before);

    writer.setRetention({ ...defaultSettings.retention, rawDays: 0.5, rollupDays: [0.25, 3650, 3650, 3650] });
    goOn(writer, series[0] ?? 0, NOON_MS + 30 * HOUR_MS + 900_000, 200);
    const coarser = await reader.history(question);
    expect(coarser.bucketMs).toBe(60_000);
    expect(Math.max(...(coarser.columns[0]?.max ?? []).map((value) => value ?? -Infinity))).toBe(Math.max(...(before.columns[0]?.max ?? []).map((value) => value ?? -Infinity)));
  });

  it('does not expire because the clock jumps ahead', async () => {
    const writer = testWriter();
    const series = record(writer, 3);
    writer.setRetention({ ...defaultSettings.retention, rawDays: 1 });
    goOn(writer, series[0] ?? 0, NOON_MS + 400 * 24 * HOUR_MS, 60);
    goOn(writer, series[0] ?? 0, NOON_MS + 3 * HOUR_MS, 60);
    const reader = await chartReader(writer.path);
    expect(await reader.samples({ seriesIds: [series[1] ?? 0], ...EVER })).toHaveLength(3 * 360);
  });

  it('expires by size, oldest first, gives its pages back, and the estimate says what it will take', async () => {
    const writer = testWriter();
    const rand = random(2);
    const series = ids(writer, 4);
    const hour = (n: number) => series.flatMap((seriesId) => Array.from({ length: 3600 }, (_, i) => ({ seriesId, atMs: NOON_MS + n * HOUR_MS + i * 1000, value: rand() })));
    for (let n = 0; n < 100; n++) writer.commitSamples(hour(n));
    const reader = await chartReader(writer.path);
    const unlimited = await reader.status(defaultSettings.retention);
    expect(unlimited.samples).toBeGreaterThan(99 * 4 * 3600);
    expect(unlimited.estimate?.samplesPerDay).toBeCloseTo(24 * 4 * 3600, -2);
    expect(unlimited.estimate?.settledBytes).toBeGreaterThan(300 * (unlimited.estimate?.bytesPerDay ?? 0));
    expect(unlimited.bytes).toBeGreaterThan(6 * 2 ** 20);
    // Each level by its own time: the 10 s level for what is kept longer than the samples.
    const short = (await reader.status({ ...defaultSettings.retention, rawDays: 10, rollupDays: [10, 20, 3650, 3650] })).estimate?.levelBytes ?? [];
    const long = unlimited.estimate?.levelBytes ?? [];
    expect(long).toHaveLength(5);
    expect(long[0]).toBeCloseTo((short[0] ?? 0) * 36.5, 0);
    expect(short[1]).toBe(0);
    expect(long[1]).toBeGreaterThan(0);
    expect(long[2]).toBeCloseTo((short[2] ?? 0) * 182.5, 0);
    expect(long.slice(3)).toEqual(short.slice(3));
    expect(unlimited.estimate?.settledBytes).toBeCloseTo(long.reduce((sum, bytes) => sum + bytes, 0), 0);
    writer.setRetention({ ...defaultSettings.retention, maxBytes: 4 * 2 ** 20 });
    goOn(writer, series[0] ?? 0, NOON_MS + 100 * HOUR_MS, 1500);
    const limited = await reader.status({ ...defaultSettings.retention, maxBytes: 4 * 2 ** 20 });
    expect(limited.bytes - limited.freeBytes).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(limited.levels[0]?.oldestMs).toBeGreaterThan(NOON_MS);
    expect(limited.levels[2]?.oldestMs).toBeLessThanOrEqual(NOON_MS);
    expect(limited.estimate?.settledBytes).toBe(4 * 2 ** 20);
    writer.close();
    await reader.close();
  });
});

describe('events', () => {
  it('come back by time, device and kind, oldest first, the newest when there are more', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const xid = { device: 'gpu3', kind: 'xid', code: '79', severity: 'critical', text: 'GPU has fallen off the bus' } as const;
    const note = { device: 'room', kind: 'annotation', code: '', severity: 'info', text: '换了风扇' } as const;
    const [first, second, third] = writer.appendEvents([{ atMs: NOON_MS + 2000, ...xid }, { atMs: NOON_MS, ...note }, { atMs: NOON_MS + 1000, ...note, device: 'gpu3' }]);
    writer.close();
    const reader = await chartReader(testWriter(dataDir).path);
    const range = { fromMs: NOON_MS, toMs: NOON_MS + 2000 };
    expect(await reader.events(range)).toEqual([second, third, first]);
    expect(await reader.events({ ...range, toMs: NOON_MS + 1999 })).toEqual([second, third]);
    expect(await reader.events({ ...range, devices: ['gpu3'] })).toEqual([third, first]);
    expect(await reader.events({ ...range, devices: ['gpu3'], kinds: ['xid', 'device'] })).toEqual([first]);
    expect(await reader.events({ ...range, limit: 2 })).toEqual([third, first]);
    expect(await reader.events({ ...range, kinds: [] })).toEqual([]);
  });

  it('that people wrote are changed and taken away; what happened to a device stays', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const [note, other, xid] = writer.appendEvents([
      { atMs: NOON_MS, device: 'room', kind: 'annotation', code: '', severity: 'info', text: 'filters changed' },
      { atMs: NOON_MS, device: 'gpu0', kind: 'annotation', code: '', severity: 'info', text: 'new fan' },
      { atMs: NOON_MS, device: 'gpu3', kind: 'xid', code: '79', severity: 'critical', text: 'GPU has fallen off the bus' },
    ]);
    const revised = { atMs: NOON_MS + 5, device: 'gpu1', text: 'filters and belts changed' };
    expect(writer.reviseNote(note?.id ?? 0, revised)).toBe(true);
    expect(writer.removeNote(other?.id ?? 0)).toBe(true);
    expect(writer.removeNote(other?.id ?? 0)).toBe(false);
    expect(writer.reviseNote(xid?.id ?? 0, revised)).toBe(false);
    expect(writer.removeNote(xid?.id ?? 0)).toBe(false);
    const reader = await chartReader(writer.path);
    expect(await reader.events({ fromMs: 0, toMs: NOON_MS + 10 })).toEqual([xid, { ...note, ...revised }]);
  });
});
