import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EnergyQuery } from '@shared/model/energy';
import { bookingOf, emptySum, type EnergySum } from '@shared/energy/booking';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { ledger } from '../../src-main/core/store/records/ledger/0011-ledger';
import { runShares } from '../../src-main/core/store/records/ledger/0022-run-shares';
import { packSums, unpackSums } from '../../src-main/core/store/records/ledger/sums';
import { placePartsOfDays } from '../../src-main/core/store/records/ledger/0026-place-parts-of-days';
import { ledgerBlocks } from '../../src-main/core/store/records/ledger/0025-ledger-blocks';
import { openLedgerQuery } from '../../src-main/core/store/records/ledger/query';
import { openForReading, openForWriting } from '../../src-main/core/store/file/open';
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

it('what is added up is stored anew, smaller, and what is booked in rows moves into blocks', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < ledgerBlocks.version),
  );
  // As version 24 wrote them: eight doubles for each of two places, of an hour and its day.
  const doubles = new Float64Array([1, 700, 700, 0, 3_600_000, 0, 0, 0, 2, 90.5, 0, 0, 3_500_000, 100_000, 2, 1]);
  const put = db.change("INSERT INTO ledger_sum (of, width, slot, body) VALUES ('place', ?, ?, ?)");
  put.run(4, 490_000, new Uint8Array(doubles.buffer));
  put.run(96, Math.floor(490_000 / 24), new Uint8Array(doubles.buffer));
  db.exec("INSERT INTO ledger_place VALUES (1, 'gpu0', 0, NULL), (2, 'host', 0, NULL)");
  db.exec("INSERT INTO ledger_account VALUES (1, 'idle')");
  const row = db.change('INSERT INTO ledger VALUES (?, ?, 1, ?, ?, 0, ?, ?, ?, ?)');
  for (let i = 0; i < 4; i++) {
    row.run(1_960_000 + i, 1, 175, 175, 900_000, 0, 0, 0);
    row.run(1_960_000 + i, 2, 22.625, 0, 875_000, 25_000, 2, 1);
  }
  db.close();
  const writer = openWriter({ dataDir });
  const ask = (step: 'quarter' | 'total'): unknown => {
    const reading = openForReading(path);
    const range = { fromMs: 490_000 * 3_600_000, toMs: 490_001 * 3_600_000 };
    const answer = openLedgerQuery(reading)(EnergyQuery.parse({ by: 'devices', step, ...range }), () => undefined);
    reading.close();
    return answer.rows;
  };
  const whole = [
    {
      key: 'gpu0',
      joules: [700],
      meteredJ: [700],
      itJ: [0],
      knownMs: [3_600_000],
      unknownMs: [0],
      provenance: 'derived',
      allocated: false,
    },
    {
      key: 'host',
      joules: [90.5],
      meteredJ: [0],
      itJ: [0],
      knownMs: [3_500_000],
      unknownMs: [100_000],
      provenance: 'modelled',
      allocated: true,
    },
  ];
  expect(ask('total')).toEqual(whole);
  const quarters = ask('quarter');
  expect(quarters).toMatchObject([
    { joules: [175, 175, 175, 175] },
    { joules: [22.625, 22.625, 22.625, 22.625], unknownMs: [25_000, 25_000, 25_000, 25_000] },
  ]);
  writer.ledger.compact(490_010 * 3_600_000);
  expect(ask('total')).toEqual(whole);
  expect(ask('quarter')).toEqual(quarters);
  const left = openForReading(path);
  expect(left.query('SELECT (SELECT count(*) FROM ledger) AS rows, (SELECT count(*) FROM ledger_block) AS blocks').get()).toEqual({
    rows: 0,
    blocks: 1,
  });
  expect(
    left
      .query<{ body: Uint8Array }>('SELECT body FROM ledger_sum')
      .all()
      .map(({ body }) => body[0]),
  ).toEqual([1, 1, 1]);
  left.close();
  writer.close();
});

it('the days of another time zone come from four hours each, of what was booked before too', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < placePartsOfDays.version),
  );
  db.exec("INSERT INTO ledger_place VALUES (1, 'gpu0', 0, NULL), (2, 'gpu1', 0, NULL)");
  const put = db.change("INSERT INTO ledger_sum (of, width, slot, body) VALUES ('place', ?, ?, ?)");
  const first = 490_000 - (490_000 % 24);
  const sum = (joules: number): EnergySum => ({ ...emptySum(), joules, meteredJ: joules, knownMs: 3_600_000 });
  // Two days and a bit; gpu1 came later.
  for (let hour = 0; hour < 50; hour++)
    put.run(
      4,
      first + hour,
      packSums(
        new Map(
          hour < 30
            ? [[1, sum(hour + 1)]]
            : [
                [1, sum(hour + 1)],
                [2, sum(1000)],
              ],
        ),
      ),
    );
  db.close();
  openWriter({ dataDir }).close();
  const reading = openForReading(path);
  const parts = reading
    .query<{ slot: number; body: Uint8Array }>("SELECT slot, body FROM ledger_sum WHERE of = 'place' AND width = 16 ORDER BY slot")
    .all();
  expect(parts.map(({ slot }) => slot - first / 4)).toEqual(Array.from({ length: 13 }, (_, i) => i));
  expect(unpackSums(parts[7]?.body ?? new Uint8Array())).toEqual(
    new Map([
      [1, { ...sum(29 + 30 + 31 + 32), knownMs: 4 * 3_600_000 }],
      [2, { ...sum(2000), knownMs: 2 * 3_600_000 }],
    ]),
  );
  const range = { fromMs: (first + 16) * 3_600_000, toMs: (first + 40) * 3_600_000 };
  const { rows } = openLedgerQuery(reading)(
    EnergyQuery.parse({ by: 'devices', step: 'day', timeZone: 'Asia/Shanghai', ...range }),
    () => undefined,
  );
  reading.close();
  expect(rows).toMatchObject([
    { key: 'gpu1', joules: [10_000] },
    { key: 'gpu0', joules: [(24 * (17 + 40)) / 2] },
  ]);
});
