import type { EnergySum } from '@shared/energy/booking';
import { CELL, QUARTERS_AN_HOUR } from './compaction';
import type { EnergyMatrix } from './energy-matrix';
import { spread, TableReader, type PackedTable } from './energy-table';
import type { ReadHandle } from '../../file/open';

interface StoredRow extends Omit<EnergySum, 'allocated'> {
  readonly id: number;
  readonly allocated: number;
}

/** Quarters that are old are added up: from the beginning to `until`, by `unit` quarters at most. */
export interface Coarse {
  readonly unit: number;
  readonly until: number;
}

export interface CellsReader {
  /** Adds what every place drew in the quarters [begin, end), which all lie in this stretch. */
  addTo(matrix: EnergyMatrix, stretch: number, begin: number, end: number): void;
  /** What of the quarters [from, to) is kept by more than a quarter; null = nothing. */
  coarseIn(from: number, to: number): Coarse | null;
}

interface Cells {
  readonly table: PackedTable;
  /** Of each entry. */
  readonly places: Float64Array;
  readonly quarters: Float64Array;
}

/** No place has this number. */
const NOBODY = -1;

/** Reads the ledger itself: the rows of what is new or came late, and the blocks of the hours that are over. */
export function cellsReader(db: ReadHandle): CellsReader {
  const rows = db.query<StoredRow>(
    `SELECT place_id AS id, sum(joules) AS joules, sum(metered_j) AS meteredJ, sum(it_j) AS itJ, sum(known_ms) AS knownMs,
       sum(unknown_ms) AS unknownMs, max(provenance) AS provenance, max(allocated) AS allocated
     FROM ledger WHERE quarter >= ? AND quarter < ? GROUP BY place_id`,
  );
  const block = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_block WHERE hour = ?');
  const coarse = db.query<{ unit: number | null; hour: number | null }>(
    'SELECT max(unit) AS unit, max(hour) AS hour FROM ledger_block WHERE unit > 1 AND hour >= ? AND hour < ?',
  );
  const reader = new TableReader();
  /** The last hour that was read: its four quarters may be asked for one after the other. */
  let last: { readonly hour: number; readonly body: Uint8Array; readonly cells: Cells } | null = null;
  const cellsOf = (hour: number): Cells | null => {
    const stored = block.get(hour);
    if (stored === undefined) return null;
    if (last?.hour !== hour || Buffer.compare(last.body, stored.body) !== 0) {
      const table = reader.read(stored.body);
      const key = (of: keyof typeof CELL): Float64Array => spread(table.keys[CELL[of]] ?? 0, table.size);
      last = { hour, ...stored, cells: { table, places: key('place'), quarters: key('quarter') } };
    }
    return last.cells;
  };
  return {
    addTo(matrix, stretch, begin, end) {
      for (const row of rows.all(begin, end)) matrix.add(stretch, row.id, { ...row, allocated: row.allocated === 1 });
      for (let hour = Math.floor(begin / QUARTERS_AN_HOUR); hour * QUARTERS_AN_HOUR < end; hour++) {
        const cells = cellsOf(hour);
        if (cells === null) continue;
        const { table, places, quarters } = cells;
        const ids = places.map((id, entry) => {
          const quarter = quarters[entry] ?? 0;
          return quarter >= begin && quarter < end ? id : NOBODY;
        });
        matrix.addTable(stretch, table, ids);
      }
    },
    coarseIn(from, to) {
      const { unit, hour } = coarse.get(Math.floor(from / QUARTERS_AN_HOUR), Math.ceil(to / QUARTERS_AN_HOUR)) ?? {
        unit: null,
        hour: null,
      };
      return unit === null || hour === null ? null : { unit, until: (hour + 1) * QUARTERS_AN_HOUR };
    },
  };
}
