import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quantity, withheld } from '@shared/model/provenance';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { runBills } from '../../src-main/core/store/records/runs/0010-run-bills';
import type { Run } from '@shared/model/run';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-bills-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const bill = (infrastructureJ: number): Record<string, unknown> => ({
  itJ: quantity(900, 'J', 'derived', 9000),
  aboveIdleJ: withheld('J', 'no-samples'),
  idleJ: withheld('J', 'no-samples'),
  infrastructureJ: quantity(infrastructureJ, 'J', 'modelled', 9000),
  facilityJ: quantity(900 + infrastructureJ, 'J', 'modelled', 9000),
  meanItW: quantity(100, 'W', 'derived', 9000),
  peakItW: quantity(120, 'W', 'derived', 9000),
  jPerSample: quantity(0.9, 'J', 'derived', 9000),
  cost: quantity(0.1, 'EUR', 'modelled', 9000),
  co2eKg: quantity(0.2, 'kg', 'modelled', 9000),
  coveredMs: 9000,
  gapMs: 1000,
  pricePerKwh: 0.3,
  currency: 'EUR',
  gridKgPerKwh: 0.4,
  final: true,
});

function runsAfter(...bills: string[]): Run[] {
  const db = openForWriting(databasePath(dataDir));
  migrate(
    db,
    migrations.filter(({ version }) => version < runBills.version),
  );
  const insert = db.change(
    `INSERT INTO run (id, recipe, engine, status, created_at_ms, params, progress, last, energy)
     VALUES (?, 'mnist-mlp', 'wasm', 'succeeded', ?, '{}', '{"epoch":0,"step":0}', '{"loss":null,"accuracy":null,"valLoss":null,"valAccuracy":null,"samplesPerSecond":null}', ?)`,
  );
  bills.forEach((energy, i) => insert.run(`r${i}`, i, energy));
  db.close();
  const writer = openWriter({ dataDir });
  const runs = writer.runs.list();
  writer.close();
  return runs.sort((a, b) => a.createdAtMs - b.createdAtMs);
}

it('bills of before tell their coverage as far as it is known', () => {
  const [run] = runsAfter(JSON.stringify({ ...bill(450), leftOut: ['gpu1'] }));
  expect(run?.energy).toMatchObject({
    itJ: { value: 900, coverage: 0.9 },
    infrastructureJ: { value: 450, coverage: 0.9 },
    cost: { value: 0.1, unit: 'EUR', coverage: 0.9 },
    spanMs: 10_000,
    inconsistentMs: 0,
    allocated: null,
    excludedDevices: ['gpu1'],
    currency: 'EUR',
    final: true,
  });
});

it('an infrastructure below zero is withdrawn; the sums beside it lose a coverage they never had', () => {
  const [run] = runsAfter(JSON.stringify(bill(-450)));
  expect(run?.energy?.infrastructureJ).toMatchObject({ value: null, withheld: 'inconsistent-meters' });
  expect(run?.energy?.facilityJ).toEqual({ value: 450, unit: 'J', provenance: 'modelled', windowMs: null, withheld: null });
  expect(run?.energy?.itJ).toMatchObject({ value: 900, coverage: 0.9 });
});

it('what is no such bill stays as it is, and no run is lost', () => {
  expect(runsAfter('{', '[]', '{"coveredMs":"long"}', 'null').map(({ id, energy }) => [id, energy])).toEqual([
    ['r0', null],
    ['r1', null],
    ['r2', null],
    ['r3', null],
  ]);
});
