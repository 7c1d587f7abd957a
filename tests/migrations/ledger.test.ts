import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bookingOf } from '@shared/energy/booking';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { ledger } from '../../src-main/core/store/records/ledger/0011-ledger';
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
