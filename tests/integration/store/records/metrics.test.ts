import { expect, it } from 'vitest';
import type { MetricDefinition } from '@shared/model/metric';
import { metricOf } from '@shared/model/metrics';
import { openForWriting } from '../../../../src-main/core/store/file/open';
import { NOON_MS, seriesKey, temporaryFolder, testReader, testWriter } from '../support/stores';
import { csvChunks } from '../../../../src-main/core/store/samples/csv-export';

const definition: MetricDefinition = {
  name: 'Mean average precision',
  unit: '1',
  kind: 'gauge',
  digits: 4,
  range: [0, 1],
  better: 'higher',
};

it('a series brings its own metric, which the writer, the reader and the CSV know from then on', async () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const { id } = writer.samples.ensureSeries(seriesKey({ device: 'run/a', metric: 'val/mAP50', definition }));
  const flow = writer.samples.ensureSeries(
    seriesKey({ device: 'room/loop', metric: 'flow', definition: { name: 'Flow', unit: '=l/min', kind: 'rate', digits: 1, range: null } }),
  );
  writer.samples.commit([
    { seriesId: id, atMs: NOON_MS, value: 0.5 },
    { seriesId: flow.id, atMs: NOON_MS, value: -3 },
  ]);
  expect(writer.samples.listSeries()).toEqual([
    expect.objectContaining({ metric: 'val/mAP50', definition }),
    expect.objectContaining({ metric: 'flow' }),
  ]);
  const reader = await testReader(writer.path);
  expect((await reader.samples.series()).map(metricOf)).toEqual([
    definition,
    { name: 'Flow', unit: '=l/min', kind: 'rate', digits: 1, range: null },
  ]);
  const csv: string[] = [];
  for await (const piece of csvChunks(reader.samples, { seriesIds: [id, flow.id], fromMs: 0, toMs: 4e12 })) csv.push(piece);
  expect(csv.join('').split('\r\n').slice(1, 3)).toEqual([
    '2026-11-23T12:00:00.000Z,1795435200000,run/a,NVIDIA H100 80GB HBM3,val/mAP50,1,measured,0.5',
    "2026-11-23T12:00:00.000Z,1795435200000,room/loop,NVIDIA H100 80GB HBM3,flow,'=l/min,measured,-3",
  ]);
  expect((await reader.samples.sql({ sql: "SELECT name, better FROM metric WHERE id = 'val/mAP50'" })).rows).toEqual([
    ['Mean average precision', 'higher'],
  ]);
});

it('what is told of a metric later counts; another unit makes another metric of it, so that no two units share a line', () => {
  const writer = testWriter();
  const power = (unit: string, name = 'power') =>
    writer.samples.ensureSeries(seriesKey({ metric: 'meter_power', definition: { name, unit, kind: 'gauge', digits: 1, range: null } }));
  const first = power('');
  expect(power('W', 'Power')).toMatchObject({ id: first.id, metric: 'meter_power' });
  expect(power('kW')).toMatchObject({ metric: 'meter_power [kW]' });
  expect(power('').id).toBe(first.id);
  expect(writer.samples.listSeries().map(({ metric, definition: known }) => [metric, known?.unit, known?.name])).toEqual([
    ['meter_power', 'W', 'Power'],
    ['meter_power [kW]', 'kW', 'power'],
  ]);
});

it('the catalogue is what this build says, and a row that is no definition hides no series', () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  writer.samples.ensureSeries(seriesKey({ metric: 'gpu.power', definition: { ...definition, unit: 'horsepower' } }));
  writer.samples.ensureSeries(seriesKey({ metric: 'own', definition }));
  const { path } = writer;
  writer.close();
  const db = openForWriting(path);
  db.exec("UPDATE metric SET unit = 'hp' WHERE id = 'gpu.power'; UPDATE metric SET kind = 'vibe' WHERE id = 'own'");
  db.close();
  const again = testWriter(dataDir);
  const [gpu, own] = again.samples.listSeries();
  expect(gpu === undefined ? null : metricOf(gpu).unit).toBe('W');
  expect(own === undefined ? null : metricOf(own)).toEqual({ name: 'own', unit: '', kind: 'gauge', digits: 2, range: null });
  again.close();
  const repaired = openForWriting(path);
  expect(repaired.query("SELECT unit FROM metric WHERE id = 'gpu.power'").get()).toEqual({ unit: 'W' });
  repaired.close();
});
