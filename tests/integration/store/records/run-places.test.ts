import { expect, it } from 'vitest';
import { bookingOf, type AccountName, type Booking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { openForReading } from '../../../../src-main/core/store/file/open';
import { openRunPlaces } from '../../../../src-main/core/store/records/ledger/run-places';
import { testWriter } from '../support/stores';

const HOUR_MS = 3_600_000;
const FROM_MS = Date.parse('2026-03-01T12:00:00Z');
const booking = (atMs: number, account: AccountName, place: string, joules: number): Booking => ({
  ...bookingOf(Math.floor(atMs / QUARTER_MS), account, place),
  joules,
  knownMs: QUARTER_MS,
});

it('tells at which devices a run drew energy while it was there, of new rows and of packed hours alike', () => {
  const writer = testWriter();
  writer.ledger.add({
    bookings: [
      booking(FROM_MS, 'run:a', 'gpu0', 100),
      booking(FROM_MS, 'run:a', 'gpu1', 0),
      booking(FROM_MS, 'run:b', 'gpu2', 100),
      booking(FROM_MS, 'idle', 'gpu3', 100),
      booking(FROM_MS + 5 * HOUR_MS, 'run:a', 'cpu0', 100),
    ],
    shares: [],
    gaps: [],
    places: [],
    left: [],
    untilMs: null,
  });
  const placesOf = (runId: string, hours: number): string[] => {
    const db = openForReading(writer.path);
    try {
      return openRunPlaces(db)({ runId, fromMs: FROM_MS, toMs: FROM_MS + hours * HOUR_MS }, () => undefined).sort();
    } finally {
      db.close();
    }
  };
  const told = (): string[][] => [placesOf('a', 1), placesOf('a', 6), placesOf('b', 6), placesOf('c', 6)];
  const expected = [['gpu0'], ['cpu0', 'gpu0'], ['gpu2'], []];
  expect(told()).toEqual(expected);
  writer.ledger.compact(FROM_MS + 48 * HOUR_MS);
  expect(told()).toEqual(expected);
});
