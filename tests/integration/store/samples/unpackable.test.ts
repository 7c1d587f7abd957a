import { expect, it, vi } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import { english } from '@shared/text/message';
import { blocksItem } from '../../../../src-main/core/api/blocks-item';
import type { Column } from '../../../../src-main/core/store/samples/columns';
import { openForWriting } from '../../../../src-main/core/store/file/open';
import { SETTLE_EVERY_MS } from '../../../../src-main/core/store/samples/compactor';
import type { PayloadColumn } from '../../../../src-main/core/store/samples/block-payload';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { inWindow } from '../../../helpers/messages';
import { chartReader, NOON_MS, seriesKey, temporaryFolder, testReader, testWriter, type LogEntry } from '../support/stores';
import { samplesOf } from '../support/stores';

/** Nothing that is known fails: each of these numbers stands for what nobody has thought of, at another step. */
const UNPACKABLE = 666.25;
const UNMERGEABLE = 777.25;
const UNROLLABLE = 888.25;
/** No single series is at fault. */
const TOGETHER = 999.25;
/** The same, only when samples expire and leave their finest rollup. */
const EXPIRING = 555.25;

vi.mock('../../../../src-main/core/store/samples/codec/column', async (original) => {
  const real = await original<typeof import('../../../../src-main/core/store/samples/codec/column')>();
  return {
    ...real,
    encodeColumn: (values: Float64Array, ...rest: []) => {
      if (values.includes(UNPACKABLE)) throw new RangeError('nobody has thought of it');
      return real.encodeColumn(values, ...rest);
    },
  };
});
vi.mock('../../../../src-main/core/store/samples/columns', async (original) => {
  const real = await original<typeof import('../../../../src-main/core/store/samples/columns')>();
  return {
    ...real,
    mergeColumns: (older: Column, newer: Column) => {
      if (newer.values.includes(UNMERGEABLE)) throw new TypeError('no merging');
      return real.mergeColumns(older, newer);
    },
  };
});
vi.mock('../../../../src-main/core/store/samples/rollup-entries', async (original) => {
  const real = await original<typeof import('../../../../src-main/core/store/samples/rollup-entries')>();
  return {
    ...real,
    rollUp: (column: Column, widthMs: number) => {
      if (column.values.includes(UNROLLABLE)) throw new TypeError('no rollup');
      return real.rollUp(column, widthMs);
    },
  };
});
vi.mock('../../../../src-main/core/store/samples/block-payload', async (original) => {
  const real = await original<typeof import('../../../../src-main/core/store/samples/block-payload')>();
  return {
    ...real,
    encodePayload: (columns: readonly PayloadColumn[], ...rest: [import('../../../../src-main/core/store/samples/block-payload').Grid]) => {
      const several = new Set(columns.map(({ seriesId }) => seriesId)).size > 1;
      const has = (value: number): boolean => several && columns.some(({ values }) => values.includes(value));
      if (has(TOGETHER) || (has(EXPIRING) && rest[0].widthMs === 10_000)) throw new TypeError('not together');
      return real.encodePayload(columns, ...rest);
    },
  };
});

const HOUR_MS = 3_600_000;

interface Apart {
  readonly series_id: number;
  readonly level: number;
  readonly reason: string;
  readonly data: Uint8Array;
}

function ask<T>(writer: StoreWriter, sql: string): T[] {
  const db = openForWriting(writer.path);
  try {
    return db.query<T>(sql).all();
  } finally {
    db.close();
  }
}

const apartIn = (writer: StoreWriter): Apart[] =>
  ask<Apart>(writer, 'SELECT series_id, level, reason, data FROM quarantine ORDER BY level, id');

/** Series of one cluster, and one of the next. */
function someSeries(writer: StoreWriter): { sound: number; odd: number; far: number } {
  const ids = writer.samples.ensureAllSeries(Array.from({ length: 40 }, (_, i) => seriesKey({ device: `d${i}` }))).map(({ id }) => id);
  return { sound: ids[0]!, odd: ids[1]!, far: ids[39]! };
}

/** 90 s of samples at noon, `fault` one of those of `odd`; then ticks that pack them, and one hour on. */
function record(writer: StoreWriter, { sound, odd, far }: ReturnType<typeof someSeries>, fault: number): void {
  const tick = (atMs: number, value: number): void =>
    writer.samples.commit([
      { seriesId: sound, atMs, value: 1 },
      { seriesId: odd, atMs, value },
      { seriesId: far, atMs, value: 3 },
    ]);
  for (let i = 0; i < 90; i++) tick(NOON_MS + i * 1000, i === 40 ? fault : 2);
  for (const later of [SETTLE_EVERY_MS, HOUR_MS, HOUR_MS + SETTLE_EVERY_MS]) {
    for (let i = 0; i < 60; i++) tick(NOON_MS + later + i * 1000, 2);
  }
}

it('a series that cannot be packed is set apart whole, and harms no other', async () => {
  const log: LogEntry[] = [];
  const writer = testWriter(temporaryFolder(), log);
  // Of one cluster, and so of one block.
  const [sound, odd, other] = ['a', 'b', 'c'].map((device) => writer.samples.ensureSeries(seriesKey({ device })).id) as [
    number,
    number,
    number,
  ];
  const times = [0, 1, 2].map((i) => NOON_MS + i * 1000);
  for (const [i, atMs] of times.entries()) {
    writer.samples.commit([
      { seriesId: sound, atMs, value: i },
      { seriesId: odd, atMs, value: i === 1 ? UNPACKABLE : i },
      { seriesId: other, atMs, value: null },
    ]);
  }
  // Ticks go on, and pack what is behind them.
  for (let tick = 0; tick < 60; tick++)
    writer.samples.commit([sound, odd].map((seriesId) => ({ seriesId, atMs: NOON_MS + SETTLE_EVERY_MS + tick * 1000, value: 7 })));
  const db = openForWriting(writer.path);
  const waiting = db.query<{ n: number }>('SELECT count(*) AS n FROM sample_recent WHERE at_ms < ?').get(NOON_MS + SETTLE_EVERY_MS);
  const apart = db
    .query<{ series_id: number; level: number; reason: string; data: Uint8Array }>(
      'SELECT series_id, level, reason, data FROM quarantine ORDER BY id',
    )
    .all();
  db.close();
  expect(waiting).toEqual({ n: 0 });
  expect(apart.map(({ series_id, level, reason }) => ({ series_id, level, reason }))).toEqual([
    { series_id: odd, level: 0, reason: 'cannot be packed: nobody has thought of it' },
  ]);
  expect(JSON.parse(Buffer.from(apart[0]?.data ?? []).toString())).toEqual([
    { stat: expect.any(Number), times, values: [0, UNPACKABLE, 2] },
  ]);
  expect(log.filter(({ text }) => text.includes('cannot be packed'))).toHaveLength(1);

  const reader = await chartReader(writer.path);
  const read = await samplesOf(reader, { seriesIds: [sound, odd, other], fromMs: NOON_MS, toMs: NOON_MS + 10_000 });
  expect(read.filter(({ seriesId }) => seriesId === sound).map(({ value }) => value)).toEqual([0, 1, 2]);
  expect(read.filter(({ seriesId }) => seriesId === other).map(({ value }) => value)).toEqual([null, null, null]);
  // What came after it of the same series is packed like any other.
  writer.close();
  const again = testWriter(writer.path.replace(/\/[^/]+$/, ''));
  const later = await samplesOf(await chartReader(again.path), {
    seriesIds: [odd],
    fromMs: NOON_MS + SETTLE_EVERY_MS,
    toMs: NOON_MS + 2 * SETTLE_EVERY_MS,
  });
  expect(later).toHaveLength(60);
});

it('a series that cannot be merged harms no other: the hour of the others is sealed', async () => {
  const log: LogEntry[] = [];
  const writer = testWriter(temporaryFolder(), log);
  const ids = someSeries(writer);
  record(writer, ids, UNMERGEABLE);
  expect(ask(writer, `SELECT count(*) AS n FROM block WHERE sealed = 0 AND slot_ms = ${NOON_MS}`)).toEqual([{ n: 0 }]);
  const [apart, ...more] = apartIn(writer);
  expect(more).toEqual([]);
  expect(apart).toMatchObject({ series_id: ids.odd, level: 0, reason: 'cannot be packed: no merging' });
  const [column] = JSON.parse(Buffer.from(apart!.data).toString()) as { times: number[]; values: number[] }[];
  expect(column!.values.indexOf(UNMERGEABLE)).toBe(40);
  const reader = await chartReader(writer.path);
  for (const seriesId of [ids.sound, ids.far]) {
    const { columns } = await reader.samples.history({
      seriesIds: [seriesId],
      fromMs: NOON_MS,
      toMs: NOON_MS + 2 * HOUR_MS - 1,
      maxPoints: 2,
    });
    expect(columns[0]!.max).toEqual(Array(columns[0]!.atMs.length).fill(seriesId === ids.sound ? 1 : 3));
  }
});

it('a series that has no rollup keeps its samples, and harms no other', async () => {
  const writer = testWriter();
  const ids = someSeries(writer);
  record(writer, ids, UNROLLABLE);
  expect(ask(writer, `SELECT count(*) AS n FROM block WHERE sealed = 0 AND slot_ms = ${NOON_MS}`)).toEqual([{ n: 0 }]);
  const apart = apartIn(writer).map(({ series_id, level, reason }) => [series_id, level, reason]);
  expect(apart).toEqual([2, 3, 4].map((level) => [ids.odd, level, 'cannot be packed: no rollup']));
  const reader = await chartReader(writer.path);
  const samples = await samplesOf(reader, { seriesIds: [ids.odd], fromMs: NOON_MS, toMs: NOON_MS + 89_000 });
  expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: 90 }, (_, i) => (i === 40 ? UNROLLABLE : 2)));
  const { columns } = await reader.samples.history({
    seriesIds: [ids.sound, ids.far],
    fromMs: NOON_MS,
    toMs: NOON_MS + HOUR_MS - 1,
    maxPoints: 2,
  });
  expect(columns.map(({ mean }) => mean[0])).toEqual([1, 3]);
});

it('a cluster that cannot be packed for another reason waits in rows, and the others are packed', async () => {
  const log: LogEntry[] = [];
  const dir = temporaryFolder();
  const writer = testWriter(dir, log);
  const ids = someSeries(writer);
  record(writer, ids, TOGETHER);
  const waiting = `SELECT series_id, count(*) AS n FROM sample_recent WHERE at_ms < ${NOON_MS + SETTLE_EVERY_MS}
    GROUP BY series_id ORDER BY series_id`;
  const left = [
    { series_id: ids.sound, n: 90 },
    { series_id: ids.odd, n: 90 },
  ];
  expect(ask(writer, waiting)).toEqual(left);
  const packed = `SELECT count(*) AS n FROM block WHERE cluster = 1 AND level = 0 AND slot_ms = ${NOON_MS} AND sealed = 1`;
  expect(ask(writer, packed)).toEqual([{ n: 1 }]);
  expect(apartIn(writer)).toEqual([]);
  // Tried again each period, said once.
  expect(log.filter(({ text }) => text.includes('not together'))).toHaveLength(1);
  writer.close();
  const again = testWriter(dir);
  expect(ask(again, waiting)).toEqual(left);
  const reader = await chartReader(again.path);
  for (const seriesId of Object.values(ids)) {
    expect(await samplesOf(reader, { seriesIds: [seriesId], fromMs: NOON_MS, toMs: NOON_MS + 2 * HOUR_MS })).toHaveLength(90 + 3 * 60);
  }
});

it('a cluster that cannot expire keeps its samples, and the others expire', async () => {
  const log: LogEntry[] = [];
  let nowMs = 0;
  const writer = testWriter(temporaryFolder(), log, () => nowMs);
  const ids = someSeries(writer);
  record(writer, ids, EXPIRING);
  writer.samples.setRetention({ ...defaultSettings.retention, rawDays: 0.5 });
  for (let i = 0; i < 900; i++) {
    nowMs = 14 * HOUR_MS + i * 1000;
    writer.samples.commit([{ seriesId: ids.sound, atMs: NOON_MS + nowMs, value: 1 }]);
  }
  const blocksOf = (level: number): unknown[] => ask(writer, `SELECT cluster FROM block WHERE level = ${level} AND slot_ms = ${NOON_MS}`);
  expect(blocksOf(0)).toEqual([{ cluster: 0 }]);
  expect(blocksOf(1)).toEqual([{ cluster: 1 }]);
  // Once each time it is looked whether something is too old, not each tick.
  const said = log.filter(({ text }) => text.includes('cannot expire')).length;
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThanOrEqual(3);
  const reader = await chartReader(writer.path);
  expect(await samplesOf(reader, { seriesIds: [ids.odd], fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS - 1 })).toHaveLength(90 + 60);
});

it.each([
  // Its extremes cannot be packed either; and what it had in that hour before goes with it.
  ['packed', UNPACKABLE, [0, 2, 3, 4], 91],
  ['merged', UNMERGEABLE, [0], 90],
  ['rolled up', UNROLLABLE, [2, 3, 4], 0],
])('an imported series that cannot be %s harms no other of the import', async (_what, fault, levels, lost) => {
  const writer = testWriter();
  const { sound, odd, far } = someSeries(writer);
  const times = Float64Array.from({ length: 90 }, (_, i) => NOON_MS - 48 * HOUR_MS + i * 1000);
  const values = (value: number, at40: number): Float64Array => times.map((_, i) => (i === 40 ? at40 : value));
  const ignore = (): void => undefined;
  // There is something to merge with.
  const before = { times: Float64Array.of(times[89]! + 1000), values: Float64Array.of(5) };
  writer.samples.commitColumns(
    [sound, odd, far].map((seriesId) => ({ seriesId, ...before })),
    ignore,
  );
  const columns = [
    { seriesId: sound, times, values: values(1, 1) },
    { seriesId: odd, times, values: values(2, fault) },
    { seriesId: far, times, values: values(3, 3) },
  ];
  const counts = writer.samples.commitColumns(columns, ignore);
  expect(apartIn(writer).map(({ series_id, level }) => [series_id, level])).toEqual(levels.map((level) => [odd, level]));
  expect(counts.fresh + counts.same + counts.changed).toBe(3 * 90 - lost);
  const reader = await chartReader(writer.path);
  for (const seriesId of [sound, far]) {
    expect(await samplesOf(reader, { seriesIds: [seriesId], fromMs: times[0]!, toMs: times[89]! + 1000 })).toHaveLength(91);
  }
});

it('what an import refuses by itself is no fault of a series', () => {
  const writer = testWriter();
  const { sound } = someSeries(writer);
  const one = [{ seriesId: sound, times: Float64Array.of(NOON_MS - 48 * HOUR_MS), values: Float64Array.of(5) }];
  writer.samples.commitColumns(one, () => undefined);
  const refusal = new TypeError('two values of one time');
  expect(() =>
    writer.samples.commitColumns(one, () => {
      throw refusal;
    }),
  ).toThrow(refusal);
  expect(apartIn(writer)).toEqual([]);
});

it('means of numbers whose sum is too large for a double are finite, from samples and from rollups', async () => {
  const writer = testWriter();
  const ids = someSeries(writer);
  record(writer, ids, 2);
  const [huge] = writer.samples.ensureAllSeries([seriesKey({ device: 'huge' })]).map(({ id }) => id);
  const times = Float64Array.from({ length: 7200 }, (_, i) => NOON_MS - 240 * HOUR_MS + i * 1000);
  writer.samples.commitColumns(
    [{ seriesId: huge!, times, values: times.map((_, i) => (i % 2 === 0 ? 1.7e308 : 1.5e308)) }],
    () => undefined,
  );
  expect(apartIn(writer)).toEqual([]);
  const reader = await chartReader(writer.path);
  for (const maxPoints of [2, 20, 500, 2000]) {
    const { columns } = await reader.samples.history({ seriesIds: [huge!], fromMs: times[0]!, toMs: times.at(-1)!, maxPoints });
    const { min, max, mean } = columns[0]!;
    expect(mean.length).toBeGreaterThan(1);
    for (const [i, value] of mean.entries()) {
      expect(value! / 1.6e308).toBeCloseTo(1, 1);
      expect([min[i], max[i]]).toEqual([1.5e308, 1.7e308]);
    }
  }
});

it('the doctor names the series of which something was set apart', async () => {
  const writer = testWriter();
  const reader = await testReader(writer.path);
  const doctor = (): ReturnType<typeof blocksItem> => blocksItem(reader, defaultSettings.retention);
  expect((await doctor()).state).toBe('works');
  const ids = writer.samples.ensureAllSeries(['a', 'b', 'c', 'd', 'e'].map((device) => seriesKey({ device }))).map(({ id }) => id);
  const column = { times: Float64Array.of(NOON_MS - 48 * HOUR_MS), values: Float64Array.of(UNPACKABLE) };
  const spoil = (seriesId: number): void => void writer.samples.commitColumns([{ seriesId, ...column }], () => undefined);
  spoil(ids[1]!);
  const one = await doctor();
  expect(one.state).toBe('failing');
  expect(english(one.detail)).toMatch(/\. Series: b gpu\.power$/);
  for (const id of [0, 2, 3, 4]) spoil(ids[id]!);
  const many = await doctor();
  expect(english(many.detail)).toMatch(/\. Series: b gpu\.power, a gpu\.power, c gpu\.power and 2 more$/);
  expect(inWindow(many.detail, 'zh-CN')).toMatch(/。涉及的序列：b gpu\.power、a gpu\.power、c gpu\.power，另有 2 个$/);
});
