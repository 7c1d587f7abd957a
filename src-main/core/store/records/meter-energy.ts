import type { CounterMark, MeterBooking } from '@shared/energy/meter-book';
import type { Migration } from '../file/migration';
import type { ReadHandle, WriteHandle } from '../file/open';
import { repository } from '../repository';

/** What a meter tells that adds up: energy in and out (J), heat (J), volume (m³). */
export const meterFlows = ['import', 'export', 'heat', 'volume'] as const;
export type MeterFlow = (typeof meterFlows)[number];

export interface MeterBooked {
  readonly device: string;
  readonly flow: MeterFlow;
  readonly bookings: readonly MeterBooking[];
  readonly mark: CounterMark | null;
}

export interface MeterEnergyTable {
  /** Adds to what is booked, and keeps where the counters stand, in one transaction. */
  add(booked: readonly MeterBooked[]): void;
  /** Where each counter stood when it was last kept. */
  marks(): { readonly device: string; readonly flow: MeterFlow; readonly mark: CounterMark }[];
}

/** Of these meters, over the stretches between these quarters. */
export interface MeterEnergyQuery {
  readonly devices: readonly string[];
  readonly edges: readonly number[];
}

/** Columns as long as there are stretches. */
export interface MeterEnergyRow {
  readonly device: string;
  readonly flow: MeterFlow;
  readonly amount: readonly number[];
  readonly counted: readonly number[];
  readonly knownMs: readonly number[];
}

function openMeterEnergyTable(db: WriteHandle): MeterEnergyTable {
  const makeMeter = db.change('INSERT INTO meter (device) VALUES (?) ON CONFLICT DO NOTHING');
  const findMeter = db.query<{ id: number }>('SELECT id FROM meter WHERE device = ?');
  const put = db.change(
    `INSERT INTO meter_energy (meter_id, flow, quarter, amount, counted, known_ms, unknown_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (meter_id, flow, quarter) DO UPDATE SET amount = amount + excluded.amount, counted = counted + excluded.counted,
       known_ms = known_ms + excluded.known_ms, unknown_ms = unknown_ms + excluded.unknown_ms`,
  );
  const putMark = db.change(
    `INSERT INTO meter_counter (meter_id, flow, value, at_ms, rate) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (meter_id, flow) DO UPDATE SET value = excluded.value, at_ms = excluded.at_ms, rate = excluded.rate`,
  );
  const marks = db.query<{ device: string; flow: number; valueJ: number; atMs: number; rateW: number | null }>(
    `SELECT m.device, c.flow, c.value AS valueJ, c.at_ms AS atMs, c.rate AS rateW
     FROM meter_counter AS c JOIN meter AS m ON m.id = c.meter_id`,
  );
  return {
    add: (booked) =>
      db.transaction(() => {
        for (const { device, flow, bookings, mark } of booked) {
          makeMeter.run(device);
          const id = findMeter.get(device)?.id;
          if (id === undefined) throw new Error(`there is no number for the meter ${device}`);
          const index = meterFlows.indexOf(flow);
          for (const { quarter, joules, countedJ, knownMs, unknownMs } of bookings)
            put.run(id, index, quarter, joules, countedJ, knownMs, unknownMs);
          if (mark !== null) putMark.run(id, index, mark.valueJ, mark.atMs, mark.rateW);
        }
      }),
    marks: () =>
      marks.all().flatMap(({ device, flow: index, ...mark }) => {
        const flow = meterFlows[index];
        return flow === undefined ? [] : [{ device, flow, mark }];
      }),
  };
}

function openMeterEnergyQuery(db: ReadHandle): (query: MeterEnergyQuery, check: () => void) => MeterEnergyRow[] {
  const find = db.query<{ id: number }>('SELECT id FROM meter WHERE device = ?');
  const rows = db.query<{ flow: number; quarter: number; amount: number; counted: number; knownMs: number }>(
    `SELECT flow, quarter, amount, counted, known_ms AS knownMs FROM meter_energy WHERE meter_id = ? AND flow = ? AND quarter >= ? AND quarter < ?
     ORDER BY quarter`,
  );
  return ({ devices, edges }, check) => {
    const [first = 0, last = 0] = [edges[0], edges.at(-1)];
    const stretches = edges.length - 1;
    const answer: MeterEnergyRow[] = [];
    for (const device of devices) {
      check();
      const id = find.get(device)?.id;
      if (id === undefined) continue;
      meterFlows.forEach((flow, index) => {
        const own = rows.all(id, index, first, last);
        if (own.length === 0) return;
        const zero = (): number[] => new Array<number>(stretches).fill(0);
        const [amount, counted, knownMs] = [zero(), zero(), zero()];
        let at = 0;
        for (const row of own) {
          while (at < stretches - 1 && row.quarter >= (edges[at + 1] ?? Infinity)) at++;
          amount[at] = (amount[at] ?? 0) + row.amount;
          counted[at] = (counted[at] ?? 0) + row.counted;
          knownMs[at] = (knownMs[at] ?? 0) + row.knownMs;
        }
        answer.push({ device, flow, amount, counted, knownMs });
      });
    }
    return answer;
  };
}

/** What each meter measured, by quarters of an hour in UTC, and where its counters stand. */
const tables: Migration = {
  version: 31,
  name: 'energy of meters',
  sql: `
    CREATE TABLE meter (
      id INTEGER PRIMARY KEY,
      -- The device of its series.
      device TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE meter_energy (
      meter_id INTEGER NOT NULL REFERENCES meter (id),
      -- 0 energy in, 1 energy out, 2 heat (J), 3 volume (m³)
      flow INTEGER NOT NULL,
      -- ms since the epoch / 900,000
      quarter INTEGER NOT NULL,
      amount REAL NOT NULL,
      -- The part of it that a counter told; the rest is the integral of power.
      counted REAL NOT NULL,
      known_ms REAL NOT NULL,
      unknown_ms REAL NOT NULL,
      PRIMARY KEY (meter_id, flow, quarter)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE meter_counter (
      meter_id INTEGER NOT NULL REFERENCES meter (id),
      flow INTEGER NOT NULL,
      value REAL NOT NULL,
      -- Wall clock, ms.
      at_ms REAL NOT NULL,
      -- What it counts on average, per second; NULL = not known.
      rate REAL,
      PRIMARY KEY (meter_id, flow)
    ) STRICT, WITHOUT ROWID;
  `,
};

/** The energy of meters. */
export const meterEnergy = repository({
  migrations: [tables],
  write: ({ db }) => openMeterEnergyTable(db),
  prepare: ({ db }) => ({ answer: openMeterEnergyQuery(db) }),
  queries: {
    /** What these meters measured between these quarters; nothing of one that was never read. */
    sums: ({ answer }, query: MeterEnergyQuery, check): MeterEnergyRow[] => answer(query, check),
  },
});
