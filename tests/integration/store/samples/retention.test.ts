import { describe, expect, it } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { HOUR_MS, ids } from '../support/model';
import { random } from '../../../helpers/random';
import { chartReader, evenWriter, NOON_MS } from '../support/stores';
import { samplesOf } from '../support/stores';

describe('what was recorded', () => {
  const record = (writer: StoreWriter, hours: number, startMs = NOON_MS): number[] => {
    const series = ids(writer, 2);
    for (let hour = 0; hour < hours; hour++) {
      writer.samples.commit(
        series.flatMap((seriesId) =>
          Array.from({ length: 360 }, (_, i) => ({
            seriesId,
            atMs: startMs + hour * HOUR_MS + i * 10_000,
            value: Math.round(1000 * Math.sin(i)) / 10,
          })),
        ),
      );
    }
    return series;
  };
  /** Ticks a second apart, as a clock that goes evenly. */
  const goOn = (writer: StoreWriter, seriesId: number, fromMs: number, ticks: number): void => {
    for (let tick = 0; tick < ticks; tick++) writer.samples.commit([{ seriesId, atMs: fromMs + tick * 1000, value: 0 }]);
  };

  it('expires by age: samples first, then each level; what is left answers as before', async () => {
    const writer = evenWriter();
    const series = record(writer, 30);
    const reader = await chartReader(writer.path);
    const query = { seriesIds: series, fromMs: NOON_MS, toMs: NOON_MS + 10 * HOUR_MS - 1, maxPoints: 1800 };
    const before = await reader.samples.history(query);
    expect(before.bucketMs).toBe(30_000);
    writer.samples.setRetention({ ...defaultSettings.retention, rawDays: 0.5 });
    goOn(writer, series[0] ?? 0, NOON_MS + 30 * HOUR_MS, 900);
    const raw = (await reader.samples.sql({ sql: 'SELECT min(slot_ms) FROM block WHERE level = 0' })).rows[0]?.[0];
    expect(raw).toBe(NOON_MS + 18 * HOUR_MS);
    expect((await reader.samples.sql({ sql: 'SELECT sum(samples) FROM block WHERE level = 1' })).rows).toEqual([[18 * 360 * 2]]);
    expect(await reader.samples.history(query)).toEqual(before);
    expect((await reader.samples.extent()).fromMs).toBeLessThanOrEqual(NOON_MS);
    expect(await samplesOf(reader, { seriesIds: series, fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS })).toEqual([]);
    // A late sample for that time cannot be taken any more, and takes nothing with it.
    writer.samples.commit([{ seriesId: series[0] ?? 0, atMs: NOON_MS + 1, value: 5 }]);
    expect(await reader.samples.history(query)).toEqual(before);

    writer.samples.setRetention({ ...defaultSettings.retention, rawDays: 0.5, rollupDays: [0.25, 3650, 3650, 3650] });
    goOn(writer, series[0] ?? 0, NOON_MS + 30 * HOUR_MS + 900_000, 200);
    const coarser = await reader.samples.history(query);
    expect(coarser.bucketMs).toBe(60_000);
    expect(Math.max(...(coarser.columns[0]?.max ?? []).map((value) => value ?? -Infinity))).toBe(
      Math.max(...(before.columns[0]?.max ?? []).map((value) => value ?? -Infinity)),
    );
  });

  it('expires by size, oldest first, gives its pages back, and the estimate says what it will take', async () => {
    const writer = evenWriter();
    const rand = random(2);
    const series = ids(writer, 4);
    const hour = (n: number) =>
      series.flatMap((seriesId) =>
        Array.from({ length: 3600 }, (_, i) => ({ seriesId, atMs: NOON_MS + n * HOUR_MS + i * 1000, value: rand() })),
      );
    for (let n = 0; n < 100; n++) writer.samples.commit(hour(n));
    const reader = await chartReader(writer.path);
    const unlimited = await reader.samples.status(defaultSettings.retention);
    expect(unlimited.samples).toBeGreaterThan(99 * 4 * 3600);
    expect(unlimited.estimate?.samplesPerDay).toBeCloseTo(24 * 4 * 3600, -2);
    expect(unlimited.estimate?.settledBytes).toBeGreaterThan(300 * (unlimited.estimate?.bytesPerDay ?? 0));
    expect(unlimited.bytes).toBeGreaterThan(6 * 2 ** 20);
    // Each level by its own time: the 10 s level for what is kept longer than the samples.
    const short =
      (await reader.samples.status({ ...defaultSettings.retention, rawDays: 10, rollupDays: [10, 20, 3650, 3650] })).estimate?.levelBytes ??
      [];
    const long = unlimited.estimate?.levelBytes ?? [];
    expect(long).toHaveLength(5);
    expect(long[0]).toBeCloseTo((short[0] ?? 0) * 36.5, 0);
    expect(short[1]).toBe(0);
    expect(long[1]).toBeGreaterThan(0);
    expect(long[2]).toBeCloseTo((short[2] ?? 0) * 182.5, 0);
    expect(long.slice(3)).toEqual(short.slice(3));
    expect(unlimited.estimate?.settledBytes).toBeCloseTo(
      long.reduce((sum, bytes) => sum + bytes, 0),
      0,
    );
    writer.samples.setRetention({ ...defaultSettings.retention, maxBytes: 4 * 2 ** 20 });
    goOn(writer, series[0] ?? 0, NOON_MS + 100 * HOUR_MS, 1500);
    const limited = await reader.samples.status({ ...defaultSettings.retention, maxBytes: 4 * 2 ** 20 });
    expect(limited.bytes - limited.freeBytes).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(limited.levels[0]?.oldestMs).toBeGreaterThan(NOON_MS);
    expect(limited.levels[2]?.oldestMs).toBeLessThanOrEqual(NOON_MS);
    expect(limited.estimate?.settledBytes).toBe(4 * 2 ** 20);
    writer.close();
    await reader.close();
  });
});
