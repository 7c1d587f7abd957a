import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { bookingOf, type Booking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import { decodeTable } from '../../../../src-main/core/store/records/ledger/energy-table';
import { databasePath, openWriter } from '../../../../src-main/core/store/writer';
import { startProgram } from '../support/processes';
import { NOON_MS, temporaryFolder } from '../support/stores';

const HOURS = 120;
const PLACES = 150;
const LATER_MS = NOON_MS + 30 * 86_400_000;

interface Held {
  readonly rows: number;
  readonly fine: number;
  readonly coarse: number;
  readonly joules: Map<number, number>;
}

/** What is booked by place, in whole joules, wherever it lies. */
function heldIn(dataDir: string): Held {
  const db = openForReading(databasePath(dataDir));
  const joules = new Map<number, number>();
  const add = (place: number, more: number): unknown => joules.set(place, (joules.get(place) ?? 0) + more);
  const rows = db.query<{ place: number; joules: number }>('SELECT place_id AS place, joules FROM ledger').all();
  for (const row of rows) add(row.place, row.joules);
  const blocks = db.query<{ unit: number; body: Uint8Array }>('SELECT unit, body FROM ledger_block').all();
  for (const { body } of blocks) {
    const table = decodeTable(body);
    for (let i = 0; i < table.size; i++) add(table.keys[0]?.[i] ?? -1, table.joules[i] ?? NaN);
  }
  db.close();
  const coarse = blocks.filter(({ unit }) => unit > 1).length;
  return { rows: rows.length, fine: blocks.length - coarse, coarse, joules };
}

it('a ledger that is killed while it is packed and added up loses nothing and holds nothing twice', async () => {
  const dataDir = temporaryFolder();
  const writer = openWriter({ dataDir });
  const bookings: Booking[] = [];
  for (let quarter = 0; quarter < HOURS * 4; quarter++)
    for (let place = 0; place < PLACES; place++)
      bookings.push({
        ...bookingOf(NOON_MS / QUARTER_MS + quarter, 'idle', `gpu${place}`),
        joules: quarter * 7 + place,
        knownMs: QUARTER_MS,
      });
  writer.ledger.add({ bookings, shares: [], gaps: [], places: [], left: [], untilMs: null });
  writer.close();
  const db = openForWriting(databasePath(dataDir));
  db.change("INSERT INTO meta (key, value) VALUES ('believed_ms', ?)").run(String(LATER_MS));
  db.close();
  const { joules } = heldIn(dataDir);
  expect(joules.size).toBe(PLACES);
  let partly = 0;
  for (let round = 0; round < 12; round++) {
    const packer = await startProgram('ledger-packer', dataDir, String(LATER_MS));
    await packer.said(/packed 1\n/);
    await wait(round * 3);
    await packer.kill();
    const held = heldIn(dataDir);
    expect(held.joules).toEqual(joules);
    expect(held.fine + held.coarse).toBeGreaterThan(0);
    if (held.rows > 0 || (held.fine > 0 && held.coarse > 0)) partly++;
  }
  // It was cut off in the middle at least once.
  expect(partly).toBeGreaterThan(0);
});
