import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../src-main/core/store/file/migrate';
import { runQuarters } from '../../src-main/core/store/records/ledger/0015-run-quarters';
import { migrations } from '../../src-main/core/store/repositories';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-prices-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('what the version before booked to runs is added up by quarter, and price lists can be made', () => {
  const db = openForWriting(databasePath(dataDir));
  migrate(
    db,
    migrations.filter(({ version }) => version < runQuarters.version),
  );
  db.exec(`
    INSERT INTO ledger_place VALUES (1, 'gpu0', 0, NULL), (2, 'cpu0', 0, NULL);
    INSERT INTO ledger_account VALUES (1, 'idle'), (2, 'run:a'), (3, 'run:b');
    INSERT INTO ledger VALUES
      (100, 1, 2, 10, 10, 0, 900, 0, 0, 0), (100, 2, 2, 5, 0, 0, 300, 600, 2, 1), (100, 2, 1, 7, 0, 0, 600, 0, 2, 1),
      (101, 1, 3, 20, 20, 0, 900, 0, 0, 0), (102, 1, 2, 1, 1, 0, 100, 0, 0, 0);
  `);
  db.close();
  const writer = openWriter({ dataDir });
  expect(writer.ledger.runQuarters('a', 0, 1000).map(({ quarter, own }) => [quarter, own])).toEqual([
    [100, { joules: 15, meteredJ: 10, itJ: 0, knownMs: 1200, unknownMs: 600, provenance: 2, allocated: true }],
    [102, { joules: 1, meteredJ: 1, itJ: 0, knownMs: 100, unknownMs: 0, provenance: 0, allocated: false }],
  ]);
  expect(writer.ledger.runQuarters('b', 101, 102).map(({ own }) => own.joules)).toEqual([20]);
  expect(writer.ledger.runQuarters('c', 0, 1000)).toEqual([]);
  const added = writer.priceLists.add({ fromMs: 5, currency: 'EUR', pricePerKwh: 0.3, gridKgPerKwh: 0.4 });
  expect(writer.priceLists.load()).toEqual([added]);
  writer.close();
});
