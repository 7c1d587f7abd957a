import { expect, it, vi } from 'vitest';
import { openForWriting } from '../../../src-main/core/store/open';
import { SETTLE_EVERY_MS } from '../../../src-main/core/store/samples';
import { chartReader, NOON_MS, seriesKey, temporaryFolder, testWriter, type LogEntry } from './support/stores';

/** Nothing that is known cannot be packed: this number stands for what nobody has thought of. */
const UNPACKABLE = 666.25;
vi.mock('../../../src-main/core/store/codec/column', async (original) => {
  const real = await original<typeof import('../../../src-main/core/store/codec/column')>();
  return {
    ...real,
    encodeColumn: (values: Float64Array, ...rest: []) => {
      if (values.includes(UNPACKABLE)) throw new RangeError('nobody has thought of it');
      return real.encodeColumn(values, ...rest);
    },
  };
});

it('a series that cannot be packed is set apart whole, and harms no other', async () => {
  const log: LogEntry[] = [];
  const writer = testWriter(temporaryFolder(), log);
  // Of one cluster, and so of one block.
  const [sound, odd, other] = ['a', 'b', 'c'].map((device) => writer.ensureSeries(seriesKey({ device })).id) as [number, number, number];
  const times = [0, 1, 2].map((i) => NOON_MS + i * 1000);
  for (const [i, atMs] of times.entries()) {
    writer.commitSamples([{ seriesId: sound, atMs, value: i }, { seriesId: odd, atMs, value: i === 1 ? UNPACKABLE : i }, { seriesId: other, atMs, value: null }]);
  }
  // Ticks go on, and pack what is behind them.
  for (let tick = 0; tick < 60; tick++) writer.commitSamples([sound, odd].map((seriesId) => ({ seriesId, atMs: NOON_MS + SETTLE_EVERY_MS + tick * 1000, value: 7 })));
  const db = openForWriting(writer.path);
  const waiting = db.query<{ n: number }>('SELECT count(*) AS n FROM sample_recent WHERE at_ms < ?').get(NOON_MS + SETTLE_EVERY_MS);
  const apart = db.query<{ series_id: number; level: number; reason: string; data: Uint8Array }>('SELECT series_id, level, reason, data FROM quarantine ORDER BY id').all();
  db.close();
  expect(waiting).toEqual({ n: 0 });
  expect(apart.map(({ series_id, level, reason }) => ({ series_id, level, reason }))).toEqual([{ series_id: odd, level: 0, reason: 'cannot be packed: nobody has thought of it' }]);
  expect(JSON.parse(Buffer.from(apart[0]?.data ?? []).toString())).toEqual([{ stat: expect.any(Number), times, values: [0, UNPACKABLE, 2] }]);
  expect(log.filter(({ text }) => text.includes('cannot be packed'))).toHaveLength(1);

  const reader = await chartReader(writer.path);
  const read = await reader.samples({ seriesIds: [sound, odd, other], fromMs: NOON_MS, toMs: NOON_MS + 10_000 });
  expect(read.filter(({ seriesId }) => seriesId === sound).map(({ value }) => value)).toEqual([0, 1, 2]);
  expect(read.filter(({ seriesId }) => seriesId === other).map(({ value }) => value)).toEqual([null, null, null]);
  // What came after it of the same series is packed like any other.
  writer.close();
  const again = testWriter(writer.path.replace(/\/[^/]+$/, ''));
  const later = await (await chartReader(again.path)).samples({ seriesIds: [odd], fromMs: NOON_MS + SETTLE_EVERY_MS, toMs: NOON_MS + 2 * SETTLE_EVERY_MS });
  expect(later).toHaveLength(60);
});
