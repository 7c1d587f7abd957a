import { expect, it } from 'vitest';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { NOON_MS, seriesKey, temporaryFolder, testReader, testWriter } from '../support/stores';
import { samplesOf } from '../support/stores';

const DAY_MS = 86_400_000;
const BATCH = 5_000;
const BATCHES = 60;

function past(writer: StoreWriter, seriesId: number, n: number, sample: (i: number) => readonly [atMs: number, value: number]): void {
  const samples = Array.from({ length: n }, (_, i) => sample(i));
  writer.samples.commitColumns(
    [{ seriesId, times: Float64Array.from(samples, ([atMs]) => atMs), values: Float64Array.from(samples, ([, value]) => value) }],
    () => undefined,
  );
}

it('what is taken in beside the ticks is packed at once, and the hour that is recorded is left open', async () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const live = writer.samples.ensureSeries(seriesKey()).id;
  // In another cluster than the live one.
  const others = Array.from({ length: 40 }, (_, i) => writer.samples.ensureSeries(seriesKey({ device: `gpu${i + 1}` })).id);
  const old = others.at(-1) ?? 0;
  const value = (i: number): number => 100 + (i % 997) / 10;
  let ticks = 0;
  const tick = (): void => writer.samples.commit([{ seriesId: live, atMs: NOON_MS + ticks * 1000, value: value(ticks++) }]);
  for (let i = 0; i < 400; i++) tick();
  const reader = await testReader(writer.path);
  const row = async (sql: string): Promise<unknown> => (await reader.samples.sql({ sql: sql })).rows[0]?.[0];
  let most = 0;
  for (let n = 0; n < BATCHES; n++) {
    past(writer, old, BATCH, (i) => [NOON_MS - 20 * DAY_MS + (n * BATCH + i) * 1000, value(n + i)]);
    if (n % 2 === 0) tick();
    most = Math.max(most, Number(await row('SELECT count(*) FROM sample_recent')));
    expect(await row(`SELECT count(*) FROM block WHERE level = 0 AND sealed = 1 AND slot_ms = ${NOON_MS}`)).toBe(0);
  }
  // Rows never pile up: some batches at most, of sixty.
  expect(most).toBeLessThan(6 * BATCH);
  // Goes on with the ticks alone until all is packed.
  for (let i = 0; i < 4000; i++) tick();
  expect(Number(await row('SELECT count(*) FROM sample_recent'))).toBeLessThan(300);
  const range = { fromMs: 0, toMs: 4e12 };
  expect((await samplesOf(reader, { seriesIds: [live], ...range })).map(({ value: read }) => read)).toEqual(
    Array.from({ length: ticks }, (_, i) => value(i)),
  );
  const taken = await samplesOf(reader, { seriesIds: [old], ...range });
  expect(taken).toHaveLength(BATCH * BATCHES);
  expect(
    taken.every(
      ({ atMs, value: read }, i) => atMs === NOON_MS - 20 * DAY_MS + i * 1000 && read === value(Math.floor(i / BATCH) + (i % BATCH)),
    ),
  ).toBe(true);
});

it('without any tick before, it is as if these were ticks', async () => {
  const writer = testWriter();
  const { id } = writer.samples.ensureSeries(seriesKey());
  for (let n = 0; n < 3; n++) past(writer, id, 1000, (i) => [NOON_MS + (n * 1000 + i) * 1000, i]);
  past(writer, id, 0, () => [0, 0]);
  expect(await samplesOf(await testReader(writer.path), { seriesIds: [id], fromMs: 0, toMs: 4e12 })).toHaveLength(3000);
});
