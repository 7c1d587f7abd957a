import type { MeterBooking } from '@shared/energy/meter-book';
import type { ManualReading } from '@shared/model/manual-reading';
import type { Migration } from '../file/migration';
import type { WriteContext } from '../repository';
import { noQueries, repository } from '../repository';
import { meterEnergy, type MeterFlow } from './meter-energy';

/** Which meter's readings: a source may be set to another quantity, and those of the one before are no readings of that. */
export interface ManualMeter {
  readonly source: string;
  readonly flow: MeterFlow;
}

export interface ManualReadingTable {
  /** By time; values in the unit of what is booked (J, m³). */
  of(meter: ManualMeter): ManualReading[];
  /** Whether there are readings of this source, of any quantity. */
  has(source: string): boolean;
  /** Takes the reading at `takenMs` away, puts another in its place, and books what that changes, in one transaction. */
  change(meter: ManualMeter, change: ManualChange): void;
}

export interface ManualChange {
  readonly takenMs: number | null;
  readonly put: ManualReading | null;
  readonly device: string;
  readonly bookings: readonly MeterBooking[];
}

function openManualReadingTable({ db, of }: WriteContext): ManualReadingTable {
  const energy = of(meterEnergy);
  const select = db.query<{ atMs: number; kind: ManualReading['kind']; value: number; begins: number }>(
    'SELECT at_ms AS atMs, kind, value, begins FROM manual_reading WHERE source = ? AND flow = ? ORDER BY at_ms',
  );
  const any = db.query<{ atMs: number }>('SELECT at_ms AS atMs FROM manual_reading WHERE source = ? LIMIT 1');
  const put = db.change(
    `INSERT INTO manual_reading (source, flow, at_ms, kind, value, begins) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source, flow, at_ms)
     DO UPDATE SET kind = excluded.kind, value = excluded.value, begins = excluded.begins`,
  );
  const remove = db.change('DELETE FROM manual_reading WHERE source = ? AND flow = ? AND at_ms = ?');
  return {
    of: ({ source, flow }) => select.all(source, flow).map((row) => ({ ...row, begins: row.begins !== 0 })),
    has: (source) => any.get(source) !== undefined,
    change: ({ source, flow }, { takenMs, put: reading, device, bookings }) =>
      db.transaction(() => {
        if (takenMs !== null) remove.run(source, flow, takenMs);
        if (reading !== null) put.run(source, flow, reading.atMs, reading.kind, reading.value, reading.begins ? 1 : 0);
        if (bookings.length > 0) energy.add([{ device, flow, bookings, mark: null }]);
      }),
  };
}

const table: Migration = {
  version: 32,
  name: 'manual readings',
  sql: `
    -- Meters that a person reads (model/manual-reading.ts): kept for good, as their samples are not.
    CREATE TABLE manual_reading (
      source TEXT NOT NULL,
      -- import, export, heat (J), volume (m³)
      flow TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      -- shown = what the meter showed; used = what was used since the reading before
      kind TEXT NOT NULL,
      value REAL NOT NULL,
      -- The meter was exchanged or set back before it.
      begins INTEGER NOT NULL,
      PRIMARY KEY (source, flow, at_ms)
    ) STRICT, WITHOUT ROWID;
  `,
};

/** What persons read off meters. */
export const manualReadings = repository({ migrations: [table], write: openManualReadingTable, ...noQueries });
