import { expect, it } from 'vitest';
import type { Sample } from '@shared/model/series';
import type { SeriesColumn } from '../../../../src-main/core/store/samples/types';
import { random } from '../../../helpers/random';
import { chartReader, NOON_MS, seriesKey, testWriter } from '../support/stores';
import { samplesOf } from '../support/stores';

const HOUR_MS = 3_600_000;
const FROM_MS = NOON_MS - 9 * 24 * HOUR_MS;
const nothing = (): void => undefined;

/** What each series gives: dense, sparse and mixed hours, whole numbers, true doubles and gaps, one with a life of its own. */
function someSamples(series: number, rand: () => number): [atMs: number, value: number][] {
  const everyMs = [1_000, 60_000, 20_000, 977, 600_000][series % 5] ?? 1_000;
  const hours = [3, 150, 30, 2, 200][series % 5] ?? 1;
  const shift = Math.floor(rand() * 5) * HOUR_MS;
  const samples: [number, number][] = [];
  for (let atMs = FROM_MS + shift; atMs < FROM_MS + shift + hours * HOUR_MS; atMs += everyMs) {
    if (series % 5 === 2 && Math.floor(atMs / HOUR_MS) % 3 === 0 && rand() < 0.9) continue;
    samples.push([atMs, rand() < 0.02 ? NaN : series % 2 === 0 ? Math.round(rand() * 5000) / 10 : rand() / 3]);
  }
  return samples;
}

const column = (seriesId: number, samples: readonly (readonly [number, number])[]): SeriesColumn => ({
  seriesId,
  times: Float64Array.from(samples, ([atMs]) => atMs),
  values: Float64Array.from(samples, ([, value]) => value),
});

it.each([1, 2, 3])(
  'samples of the past, put in by columns in whatever pieces, are what one tick after another would have made, rollups included (%i)',
  async (seed) => {
    const rand = random(seed);
    const [ticked, bulk] = [testWriter(), testWriter()];
    // Two clusters; the first has neighbours that were there before.
    const all = Array.from({ length: 40 }, (_, i) => ({ key: seriesKey({ device: `gpu${i}` }), samples: someSamples(i, rand) }));
    const ids = all.map(({ key }) => [ticked.samples.ensureSeries(key).id, bulk.samples.ensureSeries(key).id] as const);
    for (const [i, { samples }] of all.entries()) {
      const own = samples.map(([atMs, value]): Sample => ({ seriesId: ids[i]![0], atMs, value: Number.isNaN(value) ? null : value }));
      for (let at = 0; at < own.length; at += 4000) ticked.samples.commit(own.slice(at, at + 4000));
    }
    // A third whole, a third in two halves, later times first; in any order of series.
    const whole = all.flatMap(({ samples }, i) => (i % 3 === 0 ? [[column(ids[i]![1], samples)]] : []));
    const halves = all.flatMap(({ samples }, i) => {
      const cut = Math.floor(rand() * samples.length);
      return i % 3 === 1 ? [[column(ids[i]![1], samples.slice(cut))], [column(ids[i]![1], samples.slice(0, cut))]] : [];
    });
    for (const piece of [...whole, ...halves].sort(() => rand() - 0.5))
      if (piece[0]!.times.length > 0) bulk.samples.commitColumns(piece, nothing);
    // The last third at first with every other sample alone, and wrong; then as it is, which puts these right.
    for (const [i, { samples }] of all.entries()) {
      if (i % 3 !== 2) continue;
      const id = ids[i]![1];
      const wrong = samples.filter((_, n) => n % 2 === 0).map(([atMs, value]) => [atMs, value + 1] as const);
      expect(bulk.samples.commitColumns([column(id, wrong)], nothing)).toEqual({ fresh: wrong.length, changed: 0, same: 0 });
      const none = wrong.filter(([, value]) => Number.isNaN(value)).length;
      expect(bulk.samples.commitColumns([column(id, samples)], nothing)).toEqual({
        fresh: samples.length - wrong.length,
        changed: wrong.length - none,
        same: none,
      });
    }
    // Once more changes nothing.
    for (const [i, { samples }] of all.entries())
      expect(bulk.samples.commitColumns([column(ids[i]![1], samples)], nothing)).toEqual({ fresh: 0, changed: 0, same: samples.length });
    const [one, other] = [await chartReader(ticked.path), await chartReader(bulk.path)];
    const span = { fromMs: FROM_MS - HOUR_MS, toMs: NOON_MS };
    for (const [a, b] of ids) {
      const [expected, found] = [await samplesOf(one, { seriesIds: [a], ...span }), await samplesOf(other, { seriesIds: [b], ...span })];
      expect(found.map(({ atMs, value }) => [atMs, value])).toEqual(expected.map(({ atMs, value }) => [atMs, value]));
      for (const maxPoints of [20, 300, 5000]) {
        const [want, got] = [
          await one.samples.history({ seriesIds: [a], ...span, maxPoints }),
          await other.samples.history({ seriesIds: [b], ...span, maxPoints }),
        ];
        expect({ ...got.columns[0], seriesId: 0 }).toEqual({ ...want.columns[0], seriesId: 0 });
      }
    }
    expect((await other.samples.sql({ sql: 'SELECT count(*) FROM sample_recent' })).rows).toEqual([[0]]);
    expect(
      (
        await other.samples.sql({
          sql: 'SELECT count(*) FROM (SELECT level, cluster, slot_ms FROM block GROUP BY 1, 2, 3 HAVING count(*) > 1)',
        })
      ).rows,
    ).toEqual([[0]]);
  },
  120_000,
);

it('beside a recording, the hours that it still holds get theirs by its way, and what it says last counts', async () => {
  const writer = testWriter();
  const live = writer.samples.ensureSeries(seriesKey()).id;
  const old = writer.samples.ensureSeries(seriesKey({ device: 'gpu1' })).id;
  const at = (second: number): number => NOON_MS + second * 1000;
  // From before the hour to after it: some of it is packed, some in rows.
  for (let second = -300; second < 60; second++) writer.samples.commit([{ seriesId: live, atMs: at(second), value: 1 }]);
  const seconds = Array.from({ length: 400 }, (_, i) => i - 350);
  const counts = writer.samples.commitColumns(
    [
      column(
        live,
        seconds.map((second) => [at(second), 2]),
      ),
      column(
        old,
        seconds.map((second) => [at(second), 3]),
      ),
    ],
    nothing,
  );
  expect(counts).toEqual({ fresh: 50 + 400, changed: 350, same: 0 });
  for (let second = 60; second < 5000; second++) writer.samples.commit([{ seriesId: live, atMs: at(second), value: 1 }]);
  const reader = await chartReader(writer.path);
  const values = async (id: number): Promise<(number | null)[]> =>
    (await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: 4e12 })).map(({ value }) => value);
  expect(await values(live)).toEqual([...Array.from({ length: 400 }, () => 2), ...Array.from({ length: 4950 }, () => 1)]);
  expect(await values(old)).toEqual(Array.from({ length: 400 }, () => 3));
  writer.runs.delete('none');
  expect(writer.samples.commitColumns([column(999, [[NOON_MS, 1]])], nothing)).toEqual({ fresh: 0, changed: 0, same: 0 });
});

it('a step that its caller refuses leaves everything as it was', async () => {
  const writer = testWriter();
  const { id } = writer.samples.ensureSeries(seriesKey());
  const series = Array.from({ length: 200 }, (_, i): [number, number] => [FROM_MS + i * 1000, i]);
  writer.samples.commitColumns([column(id, series)], nothing);
  const refuse = (_id: number, _atMs: number, before: number, after: number): void => {
    if (before !== after) throw new Error('no');
  };
  expect(() =>
    writer.samples.commitColumns(
      [
        column(
          id,
          series.map(([atMs, value]) => [atMs, value === 150 ? -1 : value]),
        ),
      ],
      refuse,
    ),
  ).toThrow('no');
  const reader = await chartReader(writer.path);
  expect((await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: 4e12 })).map(({ value }) => value)).toEqual(
    series.map(([, value]) => value),
  );
});
