import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bookingOf, emptySum, type EnergySum } from '@shared/energy/booking';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { ledger } from '../../src-main/core/store/records/ledger/0011-ledger';
import { runShares } from '../../src-main/core/store/records/ledger/0022-run-shares';
import { packSums } from '../../src-main/core/store/records/ledger/sums';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-ledger-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('the ledger is added empty to a database of the version before, and keeps what is booked', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < ledger.version),
  );
  db.exec("INSERT INTO series VALUES (1, 'gpu0', 'gpu.power', 'measured', 'H100')");
  db.close();

  const writer = openWriter({ dataDir });
  expect(writer.samples.listSeries()).toHaveLength(1);
  expect(writer.ledger.bookedUntil()).toEqual(new Map());
  writer.ledger.add({
    bookings: [{ ...bookingOf(1_960_000, 'idle', 'gpu0'), joules: 7 }],
    shares: [],
    gaps: [],
    places: ['gpu0'],
    left: [],
    untilMs: 1.764e12,
  });
  writer.close();
  const again = openWriter({ dataDir });
  expect(again.ledger.bookedUntil()).toEqual(new Map([['gpu0', 1.764e12]]));
  again.close();
});

it('each run has its share of the infrastructure of the quarters that were booked before, by its part of the IT energy', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < runShares.version),
  );
  const sum = (over: Partial<EnergySum>): EnergySum => ({ ...emptySum(), knownMs: 900_000, ...over });
  const put = db.change('INSERT INTO ledger_sum (of, width, slot, body) VALUES (?, 1, ?, ?)');
  db.exec("INSERT INTO ledger_account VALUES (1, 'run:a'), (2, 'run:b'), (3, 'run:c')");
  const room = sum({ joules: 400, meteredJ: 400, knownMs: 600_000, unknownMs: 300_000, provenance: 1 });
  const runs = new Map([
    [1, sum({ joules: 300 })],
    [2, sum({ joules: 100, knownMs: 450_000, unknownMs: 450_000 })],
  ]);
  put.run(
    'kind',
    10,
    packSums(
      new Map([
        [0, sum({ joules: 400 })],
        [1, sum({ joules: 400 })],
        [3, room],
      ]),
    ),
  );
  put.run('run', 10, packSums(runs));
  // A quarter that the facility is not known of, and one with a single run and nothing else.
  put.run(
    'kind',
    11,
    packSums(
      new Map([
        [0, sum({ joules: 300 })],
        [3, sum({ knownMs: 0, unknownMs: 900_000 })],
      ]),
    ),
  );
  put.run('run', 11, packSums(runs));
  put.run(
    'kind',
    12,
    packSums(
      new Map([
        [0, sum({ joules: 300 })],
        [3, sum({ joules: 150 })],
      ]),
    ),
  );
  put.run('run', 12, packSums(new Map([[1, sum({ joules: 300 })]])));
  db.close();
  const writer = openWriter({ dataDir });
  const [ofA, ofB] = ['a', 'b'].map((run) => writer.ledger.runQuarters(run, 0, 100).map(({ quarter, share }) => [quarter, share]));
  writer.close();
  expect(ofA).toEqual([
    [10, { joules: 150, meteredJ: 150, itJ: 200, knownMs: 600_000, unknownMs: 0, provenance: 1, allocated: true }],
    [11, null],
    [12, { joules: 150, meteredJ: 0, itJ: 300, knownMs: 900_000, unknownMs: 0, provenance: 0, allocated: false }],
  ]);
  expect(ofB).toEqual([
    [10, { joules: 50, meteredJ: 50, itJ: 100, knownMs: 450_000, unknownMs: 0, provenance: 1, allocated: true }],
    [11, null],
  ]);
});
