import { accountKind, accountKinds, addTo, type Booked, type Booking, type EnergySum, type GapBooking } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import type { RunQuarter } from '@shared/energy/run-bill';
import { openLedgerCompaction, type LedgerCompaction } from './compaction';
import { packSums, sumOf, unpackSums } from './sums';
import { calendarUnit } from './steps';
import type { Query, WriteHandle } from '../../file/open';

/** What is kept added up, and over how many quarters. What is finer comes from the rows. */
export const ledgerSums = { kind: [1, 4, 96], place: [4, 16, 96], run: [1, 4, 96], share: [1] } as const;
export type SumOf = keyof typeof ledgerSums;

export interface LedgerTable extends LedgerCompaction {
  /** Adds to what is booked, in one transaction. */
  add(booked: Booked): void;
  /** What was booked to a run in the quarters [from, to), in order, with its share of the infrastructure in each. */
  runQuarters(runId: string, from: number, to: number): RunQuarter[];
  /** Long times in which a place was not metered, between two moments of the wall clock, ms. */
  gapsBetween(fromMs: number, toMs: number): GapBooking[];
  /** Up to when each place that is part of the room's power is booked; wall clock, ms. */
  bookedUntil(): Map<string, number>;
}

/** The writer's side of the ledger: it only ever adds, so what a crash takes is what was not added yet. */
export function openLedgerTable(db: WriteHandle): LedgerTable {
  const put = db.change(
    `INSERT INTO ledger (quarter, place_id, account_id, joules, metered_j, it_j, known_ms, unknown_ms, provenance, allocated)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (quarter, place_id, account_id) DO UPDATE SET
       joules = joules + excluded.joules, metered_j = metered_j + excluded.metered_j, it_j = it_j + excluded.it_j,
       known_ms = known_ms + excluded.known_ms, unknown_ms = unknown_ms + excluded.unknown_ms,
       provenance = max(provenance, excluded.provenance), allocated = max(allocated, excluded.allocated)`,
  );
  const putGap = db.change(
    `INSERT INTO ledger_gap (place_id, from_ms, to_ms) SELECT id, ?, ? FROM ledger_place WHERE device = ?
     ON CONFLICT (place_id, from_ms) DO UPDATE SET to_ms = max(to_ms, excluded.to_ms)`,
  );
  const gapsIn = db.query<GapBooking>(
    `SELECT p.device AS place, g.from_ms AS fromMs, g.to_ms AS toMs FROM ledger_gap AS g JOIN ledger_place AS p ON p.id = g.place_id
     WHERE g.from_ms < ? AND g.to_ms > ?`,
  );
  const findAccount = db.query<{ id: number }>('SELECT id FROM ledger_account WHERE name = ?');
  const runSlots = db.query<{ slot: number; body: Uint8Array }>(
    `SELECT slot, body FROM ledger_sum WHERE of = 'run' AND width = 1 AND slot >= ? AND slot < ? ORDER BY slot`,
  );
  const getSum = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_sum WHERE of = ? AND width = ? AND slot = ?');
  const putSum = db.change('INSERT OR REPLACE INTO ledger_sum (of, width, slot, body) VALUES (?, ?, ?, ?)');
  const setUntil = db.change('UPDATE ledger_place SET until_ms = ? WHERE device = ?');
  // One statement for all that are metered: a hall has seven hundred.
  const setUntilOfAll = db.change('UPDATE ledger_place SET until_ms = ? WHERE id IN (SELECT value FROM json_each(?))');
  const until = db.query<{ device: string; untilMs: number }>(
    'SELECT device, until_ms AS untilMs FROM ledger_place WHERE until_ms IS NOT NULL',
  );
  const makePlace = db.change('INSERT INTO ledger_place (device, since_ms) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const makeAccount = db.change('INSERT INTO ledger_account (name) VALUES (?) ON CONFLICT DO NOTHING');
  let begins = (_place: string): number => 0;
  const idOfPlace = idMaker(db.query('SELECT id FROM ledger_place WHERE device = ?'), (device) =>
    makePlace.run(device, Math.round(begins(device))),
  );
  const idOfAccount = idMaker(db.query('SELECT id FROM ledger_account WHERE name = ?'), (name) => makeAccount.run(name));

  const addSums = (of: SumOf, bookings: readonly Booking[], idOf: (booking: Booking) => number | null): void => {
    for (const width of ledgerSums[of]) {
      const slots = new Map<number, Map<number, EnergySum>>();
      for (const booking of bookings) {
        const id = idOf(booking);
        if (id === null) continue;
        const slot = Math.floor(booking.quarter / width);
        const sums = slots.get(slot) ?? storedSums(of, width, slot);
        slots.set(slot, sums);
        addTo(sumOf(sums, id), booking);
      }
      for (const [slot, sums] of slots) putSum.run(of, width, slot, packSums(sums));
    }
  };
  const storedSums = (of: SumOf, width: number, slot: number): Map<number, EnergySum> => {
    const stored = getSum.get(of, width, slot);
    return stored ? unpackSums(stored.body) : new Map<number, EnergySum>();
  };

  const addAll = (booked: Booked): void => {
    const { bookings, shares, gaps, places, untilMs, left } = booked;
    begins = (place) => beginOf(place, booked);
    for (const booking of bookings) {
      const { quarter, place, account, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated } = booking;
      put.run(
        quarter,
        idOfPlace.of(place),
        idOfAccount.of(account),
        joules,
        meteredJ,
        itJ,
        knownMs,
        unknownMs,
        provenance,
        allocated ? 1 : 0,
      );
    }
    addSums('kind', bookings, ({ account }) => accountKinds.indexOf(accountKind(account)));
    addSums('place', bookings, ({ place }) => idOfPlace.of(place));
    addSums('run', bookings, ({ account }) => (accountKind(account) === 'run' ? idOfAccount.of(account) : null));
    addSums('share', shares, ({ account }) => idOfAccount.of(account));
    for (const { place, fromMs, toMs } of gaps) {
      idOfPlace.of(place);
      putGap.run(fromMs, toMs, place);
    }
    setUntilOfAll.run(untilMs, JSON.stringify(places.map((place) => idOfPlace.of(place))));
    for (const place of left) if (!places.includes(place)) setUntil.run(null, place);
  };

  return {
    ...openLedgerCompaction(db, calendarUnit()),
    runQuarters(runId, from, to) {
      const id = findAccount.get(`run:${runId}`)?.id;
      if (id === undefined) return [];
      return runSlots.all(from, to).flatMap(({ slot, body }): RunQuarter[] => {
        const own = unpackSums(body).get(id);
        return own === undefined ? [] : [{ quarter: slot, own, share: storedSums('share', 1, slot).get(id) ?? null }];
      });
    },
    gapsBetween: (fromMs, toMs) => gapsIn.all(toMs, fromMs),
    add(booked) {
      try {
        db.transaction(() => addAll(booked));
      } catch (error) {
        // What was made in it is taken back, with its numbers.
        idOfPlace.forget();
        idOfAccount.forget();
        throw error;
      }
    },
    bookedUntil: () => new Map(until.all().map(({ device, untilMs }) => [device, untilMs])),
  };
}

interface IdMaker {
  of(name: string): number;
  /** The numbers are asked for again. */
  forget(): void;
}

/** When a place that is new was first metered: as long before the end of what is booked as is booked of it. */
function beginOf(place: string, { bookings, gaps, untilMs }: Booked): number {
  const own = bookings.filter((booking) => booking.place === place);
  const fromMs = Math.min(
    Infinity,
    ...own.map(({ quarter }) => quarter * QUARTER_MS),
    ...gaps.flatMap((gap) => (gap.place === place ? [gap.fromMs] : [])),
  );
  if (untilMs === null) return Number.isFinite(fromMs) ? fromMs : 0;
  return untilMs - own.reduce((sum, { knownMs, unknownMs }) => sum + knownMs + unknownMs, 0);
}

/** Gives each name its number; `make` makes one. */
function idMaker(find: Query<{ id: number }>, make: (name: string) => void): IdMaker {
  const known = new Map<string, number>();
  return {
    of(name) {
      const cached = known.get(name);
      if (cached !== undefined) return cached;
      make(name);
      const id = find.get(name)?.id;
      if (id === undefined) throw new Error(`the ledger has no number for ${name}`);
      known.set(name, id);
      return id;
    },
    forget: () => known.clear(),
  };
}
