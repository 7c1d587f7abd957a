import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metricIds } from '@shared/model/metrics';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForReading, openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-metrics-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('a database of before gets the catalogue, and shows series of metrics that this build does not know', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < 7),
  );
  db.exec("INSERT INTO series VALUES (1, 'gpu0', 'gpu.power', 'measured', 'H100'), (2, 'gpu0', 'gpu.quantum.flux', 'measured', 'H100')");
  db.close();
  const writer = openWriter({ dataDir });
  expect(writer.samples.listSeries()).toEqual([
    { id: 1, device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: 'H100' },
    { id: 2, device: 'gpu0', metric: 'gpu.quantum.flux', provenance: 'measured', label: 'H100' },
  ]);
  writer.close();
  const reading = openForReading(path);
  expect(reading.query('SELECT count(*) AS n FROM metric').get()).toEqual({ n: metricIds.length });
  expect(reading.query("SELECT * FROM metric WHERE id = 'train.loss'").get()).toEqual({
    id: 'train.loss',
    name: 'Training loss',
    unit: '1',
    kind: 'gauge',
    digits: 4,
    low: -1e12,
    high: 1e12,
    better: 'lower',
  });
  reading.close();
});
