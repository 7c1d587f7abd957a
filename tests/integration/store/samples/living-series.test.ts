import { expect, it } from 'vitest';
import { Ingest } from '../../../../src-main/core/telemetry/ingest';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { withDatabase } from '../support/model';
import { NOON_MS, samplesOf, seriesKey, temporaryFolder, testReader, testRun, testWriter } from '../support/stores';

const RUNS = 10_000;
const metrics = ['train.loss', 'train.accuracy', 'train.throughput'];
const ended = (i: number) =>
  testRun({ id: `r${i}`, status: 'succeeded', createdAtMs: NOON_MS + i, startedAtMs: NOON_MS + i, endedAtMs: NOON_MS + i + 1 });

/** As its own tick of events would have it, but in one transaction: a run, its series, their last values. */
function manyRuns(writer: StoreWriter): void {
  const keys = Array.from({ length: RUNS }, (_, i) => metrics.map((metric) => seriesKey({ device: `run/r${i}`, metric }))).flat();
  const made = writer.samples.ensureAllSeries(keys);
  writer.samples.commit(made.map(({ id }, i) => ({ seriesId: id, atMs: NOON_MS, value: i })));
  withDatabase(writer.path, (db) =>
    db.exec(`
      INSERT INTO run (id, recipe, engine, status, created_at_ms, started_at_ms, ended_at_ms, params, progress, last)
      WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${RUNS - 1})
      SELECT 'r' || i, 'mnist-mlp', 'wasm', 'succeeded', ${NOON_MS} + i, ${NOON_MS} + i, ${NOON_MS} + i + 1, '{}', '{}', '{}' FROM n;
      UPDATE series SET ended = 1 WHERE device LIKE 'run/%';
    `),
  );
}

it('ten thousand ended runs leave no series in memory, in rings or in the list; each is found by its device and has its history', async () => {
  const dataDir = temporaryFolder();
  const before = testWriter(dataDir);
  const gpu = before.samples.ensureSeries(seriesKey());
  manyRuns(before);
  before.close();

  const writer = testWriter(dataDir);
  expect(writer.samples.livingSeries()).toEqual([gpu]);
  const ingest = new Ingest(writer.samples, { wallMs: () => NOON_MS, monoMs: () => 0, passedMs: () => 0 } as never, () => undefined);
  expect(ingest.listSeries()).toEqual([gpu]);
  ingest.append(NOON_MS + 5, [{ ...seriesKey(), value: 1 }]);
  expect(ingest.backlog(0, null).map(({ seriesId }) => seriesId)).toEqual([gpu.id]);
  withDatabase(writer.path, (db) => {
    const plan = db.query<{ detail: string }>('EXPLAIN QUERY PLAN SELECT id FROM series s WHERE s.ended = 0 ORDER BY s.id').all();
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('INDEX series_living')]);
  });

  const reader = await testReader(writer.path);
  const found = await reader.samples.find({ devices: ['run/r77', 'run/none'], ids: [gpu.id] });
  expect(found.map(({ device, metric }) => [device, metric])).toEqual([
    ['gpu0', 'gpu.power'],
    ...metrics.map((metric) => ['run/r77', metric]),
  ]);
  const ids = found.slice(1).map(({ id }) => id);
  expect((await samplesOf(reader, { seriesIds: ids, fromMs: 0, toMs: NOON_MS + 1 })).map(({ value }) => value)).toEqual([231, 232, 233]);
  // A sample that comes late for one is recorded as before.
  writer.samples.commit([{ seriesId: ids[0] ?? 0, atMs: NOON_MS + 1, value: 5 }]);
  expect(await samplesOf(reader, { seriesIds: ids.slice(0, 1), fromMs: NOON_MS + 1, toMs: NOON_MS + 1 })).toHaveLength(1);
});

it('series of a run are living until it is stored as over', () => {
  const writer = testWriter();
  const loss = writer.samples.ensureSeries(seriesKey({ device: 'run/r1', metric: 'train.loss' }));
  writer.runs.save({ ...ended(1), status: 'running', endedAtMs: null });
  expect(writer.samples.livingSeries()).toEqual([loss]);
  writer.runs.save(ended(1));
  expect(writer.samples.livingSeries()).toEqual([]);
  expect(writer.samples.listSeries()).toEqual([loss]);
  // Asked for again, it is the same one, and still not living.
  expect(writer.samples.ensureSeries(seriesKey({ device: 'run/r1', metric: 'train.loss' }))).toEqual(loss);
  expect(writer.samples.livingSeries()).toEqual([]);
  expect(writer.runs.delete('r1')).toBe(true);
  expect(writer.samples.listSeries()).toEqual([]);
});
