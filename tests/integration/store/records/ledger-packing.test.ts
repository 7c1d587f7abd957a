import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingOf, type AccountName, type Booking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { EnergyQuery, type EnergyAnswer } from '@shared/model/energy';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import { openLedgerCompaction } from '../../../../src-main/core/store/records/ledger/compaction';
import { openLedgerQuery } from '../../../../src-main/core/store/records/ledger/query';
import { openLedgerSize } from '../../../../src-main/core/store/records/ledger/size';
import { calendarUnit } from '../../../../src-main/core/store/records/ledger/steps';
import { databasePath, openWriter } from '../../../../src-main/core/store/writer';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { seriesKey, temporaryFolder } from '../support/stores';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM_MS = Date.UTC(2026, 2, 27);
const QUARTERS = 3 * 96;
const LATER_MS = FROM_MS + 30 * DAY_MS;

const places = ['gpu0', 'gpu1', 'cpu0', 'room'] as const;
const row = fc.record({
  quarter: fc.nat(QUARTERS - 1),
  account: fc.constantFrom<AccountName>('idle', 'other', 'run:a', 'run:b'),
  place: fc.constantFrom(...places),
  joules: fc.nat(100_000),
  knownMs: fc.nat(QUARTER_MS),
  unknownMs: fc.constantFrom(0, 0, 1_000),
  isMetered: fc.boolean(),
  provenance: fc.nat(3),
  allocated: fc.boolean(),
});
const bookingsOf = (rows: readonly (typeof row extends fc.Arbitrary<infer T> ? T : never)[]): Booking[] =>
  rows.map(({ quarter, account, place, joules, isMetered, knownMs, ...more }) => ({
    ...bookingOf(FROM_MS / QUARTER_MS + quarter, place === 'room' ? 'infrastructure' : account, place),
    joules,
    meteredJ: isMetered ? joules : 0,
    itJ: place === 'room' ? 2 * joules : 0,
    knownMs: knownMs + 1,
    ...more,
  }));
const add = (writer: StoreWriter, bookings: Booking[]): void =>
  writer.ledger.add({ bookings, shares: [], gaps: [], places: [], left: [], untilMs: null });

const period = fc.record({
  by: fc.constantFrom('accounts', 'devices', 'runs', 'metrics' as const),
  first: fc.nat(QUARTERS - 1),
  length: fc.integer({ min: 1, max: QUARTERS }),
  step: fc.constantFrom('quarter', 'hour', 'day', 'month', 'total' as const),
  timeZone: fc.constantFrom<string>('UTC', 'Asia/Shanghai', 'Europe/Berlin'),
});
type Period = typeof period extends fc.Arbitrary<infer T> ? T : never;
const inHours = ({ first, length, ...more }: Period): Period => ({
  ...more,
  first: Math.floor(first / 4) * 4,
  length: Math.ceil(length / 4) * 4,
  step: more.step === 'quarter' ? 'hour' : more.step,
});
function ask(path: string, { by, first, length, step, timeZone }: Period): EnergyAnswer {
  const db = openForReading(path);
  try {
    const range = { fromMs: FROM_MS + first * QUARTER_MS, toMs: FROM_MS + (first + length) * QUARTER_MS };
    const answer = openLedgerQuery(db)(EnergyQuery.parse({ by, step, timeZone, ...range }), () => undefined);
    // Rows of as much energy come in any order.
    return { ...answer, rows: [...answer.rows].sort((a, b) => a.key.localeCompare(b.key)) };
  } finally {
    db.close();
  }
}
function counts(path: string): { rows: number; fine: number; coarse: number } {
  const db = openForReading(path);
  try {
    return (
      db
        .query<{ rows: number; fine: number; coarse: number }>(
          `SELECT (SELECT count(*) FROM ledger) AS rows, (SELECT count(*) FROM ledger_block WHERE unit = 1) AS fine,
             (SELECT count(*) FROM ledger_block WHERE unit > 1) AS coarse`,
        )
        .get() ?? { rows: -1, fine: -1, coarse: -1 }
    );
  } finally {
    db.close();
  }
}
/** What samples age by: as if some had been recorded until then. */
function believe(path: string, atMs: number): void {
  const db = openForWriting(path);
  db.change("INSERT INTO meta (key, value) VALUES ('believed_ms', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(
    String(atMs),
  );
  db.close();
}

describe('the packed ledger', () => {
  it('tells of any period what it told before, bit by bit, and once its quarters are added up of any whole hours', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.array(row, { maxLength: 10 }),
        fc.array(period, { minLength: 8, maxLength: 8 }),
        (rows, late, periods) => {
          const dataDir = temporaryFolder();
          const writer = openWriter({ dataDir });
          for (const device of ['gpu0', 'gpu1']) writer.samples.ensureSeries(seriesKey({ device }));
          const told = (which: (period: Period) => Period = (same) => same): EnergyAnswer[] =>
            periods.map((one) => ask(writer.path, which(one)));
          add(writer, bookingsOf(rows));
          const first = told();
          while (counts(writer.path).rows > 0) writer.ledger.compact(LATER_MS);
          expect(told()).toEqual(first);
          // What comes late lies beside its block, and moves into it.
          add(writer, bookingsOf(late));
          const second = told();
          writer.ledger.compact(LATER_MS);
          expect(counts(writer.path).rows).toBe(0);
          expect(told()).toEqual(second);
          const hours = told(inHours);
          const runs = ['a', 'b'].map((run) => writer.ledger.runQuarters(run, 0, 1e9));
          believe(writer.path, LATER_MS);
          writer.ledger.setQuarterDays(2);
          writer.ledger.compact(LATER_MS);
          expect(counts(writer.path)).toMatchObject({ rows: 0, fine: 0 });
          expect(told(inHours)).toEqual(hours);
          // Accounts and runs, and so bills, keep their quarters.
          expect(told().filter((_, i) => periods[i]?.by === 'accounts' || periods[i]?.by === 'runs')).toEqual(
            second.filter((_, i) => periods[i]?.by === 'accounts' || periods[i]?.by === 'runs'),
          );
          expect(['a', 'b'].map((run) => writer.ledger.runQuarters(run, 0, 1e9))).toEqual(runs);
          writer.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  it('answers by hours where only those are kept, and says from when on; nothing is parted by guess', () => {
    const dataDir = temporaryFolder();
    const writer = openWriter({ dataDir });
    const of = (quarter: number, joules: number): Booking => ({
      ...bookingOf(FROM_MS / QUARTER_MS + quarter, 'idle', 'gpu0'),
      joules,
      knownMs: QUARTER_MS,
    });
    add(
      writer,
      Array.from({ length: 12 }, (_, i) => of(i, 2 ** i)),
    );
    believe(writer.path, FROM_MS + 2 * DAY_MS + HOUR_MS);
    writer.ledger.setQuarterDays(2);
    writer.ledger.compact(FROM_MS + 2 * DAY_MS + HOUR_MS);
    expect(counts(writer.path)).toEqual({ rows: 0, fine: 2, coarse: 1 });
    const quarters: Period = { by: 'devices', first: 1, length: 6, step: 'quarter', timeZone: 'UTC' };
    expect(ask(writer.path, quarters)).toMatchObject({
      edgesMs: [0, 4, 5, 6, 7].map((quarter) => FROM_MS + quarter * QUARTER_MS),
      rows: [{ key: 'gpu0', joules: [1 + 2 + 4 + 8, 16, 32, 64] }],
      coarser: { untilMs: FROM_MS + HOUR_MS, stepMs: HOUR_MS },
    });
    // A day that begins at a quarter to the hour, in a calendar that the room does not have.
    const { edgesMs, coarser } = ask(writer.path, { ...quarters, length: 2, step: 'day', timeZone: 'Asia/Kathmandu' });
    expect([edgesMs, coarser?.stepMs]).toEqual([[FROM_MS, FROM_MS + HOUR_MS], HOUR_MS]);
    expect(ask(writer.path, { ...quarters, first: 4 }).coarser).toBeNull();
    expect(ask(writer.path, { ...quarters, by: 'accounts' })).toMatchObject({ coarser: null, rows: [{ joules: [2, 4, 8, 16, 32, 64] }] });
    writer.close();
  });

  it('adds up no finer than the days of the room’s calendar begin, and never by a clock that nothing bears out', () => {
    const dataDir = temporaryFolder();
    const writer = openWriter({ dataDir });
    add(
      writer,
      Array.from({ length: 8 }, (_, i) => ({ ...bookingOf(FROM_MS / QUARTER_MS + i, 'idle', 'gpu0'), joules: i, knownMs: 1 })),
    );
    writer.close();
    const unitsOf = (timeZone: string): number[] => {
      const db = openForWriting(databasePath(dataDir));
      const compaction = openLedgerCompaction(db, calendarUnit(timeZone));
      compaction.setQuarterDays(1);
      compaction.compact(LATER_MS);
      const units = db.query<{ unit: number }>('SELECT unit FROM ledger_block ORDER BY hour').all();
      db.close();
      return units.map(({ unit }) => unit);
    };
    // The wall clock says a month later, what is recorded does not.
    expect(unitsOf('UTC')).toEqual([1, 1]);
    believe(databasePath(dataDir), LATER_MS);
    expect(unitsOf('Asia/Kathmandu')).toEqual([1, 1]);
    expect(unitsOf('Asia/Kolkata')).toEqual([2, 2]);
    expect([calendarUnit('America/St_Johns'), calendarUnit('Europe/Berlin')].map((unit) => unit(FROM_MS))).toEqual([2, 4]);
  });

  it('tells what it takes and a year of it, and less once its quarters are hours', () => {
    const dataDir = temporaryFolder();
    const writer = openWriter({ dataDir });
    const size = (): ReturnType<ReturnType<typeof openLedgerSize>> => {
      const db = openForReading(writer.path);
      try {
        return openLedgerSize(db)();
      } finally {
        db.close();
      }
    };
    add(writer, [{ ...bookingOf(FROM_MS / QUARTER_MS, 'idle', 'gpu0'), joules: 1.5, knownMs: 1 }]);
    expect(size()).toMatchObject({ yearBytes: null, olderYearBytes: null });
    add(
      writer,
      Array.from({ length: QUARTERS * 20 }, (_, i) => ({
        ...bookingOf(FROM_MS / QUARTER_MS + Math.floor(i / 20), 'idle', `gpu${i % 20}`),
        joules: 300 * (1 + Math.sin(i)),
        knownMs: QUARTER_MS,
      })),
    );
    const before = size().bytes;
    while (counts(writer.path).rows > 0) writer.ledger.compact(LATER_MS);
    const { bytes, yearBytes, olderYearBytes } = size();
    expect(bytes).toBeLessThan(before / 3);
    // Three days of it are here.
    expect(yearBytes).toBeGreaterThan((bytes / 3) * 365 * 0.8);
    expect(yearBytes).toBeLessThan((bytes / 3) * 366 * 1.2);
    expect(olderYearBytes).toBeLessThan((yearBytes ?? 0) / 1.5);
    writer.close();
  });
});
