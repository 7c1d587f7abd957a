import { addTo, emptySum, type EnergySum } from '@shared/energy/booking';
import { QUARTER_MS } from '@shared/energy/quarters';
import { decodeTable, emptyTable, encodeTable, type EnergyTable } from './energy-table';
import { entryOf, setEntry } from './sums';
import type { WriteHandle } from '../../file/open';

export const QUARTERS_AN_HOUR = 4;
const HOUR_MS = QUARTERS_AN_HOUR * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;
/** An hour is packed once it is over for so long: nothing more is booked to it then, but for what comes late. Hours. */
const SETTLED_AFTER = 1;
/** Entries that one step packs or adds up, at least one hour of them: some tens of ms. */
const ENTRIES_A_STEP = 2_000;
/** The keys of a block's entries. */
export const CELL = { place: 0, account: 1, quarter: 2 } as const;

/** What was booked to one account at one place in some quarters. */
interface Cell extends EnergySum {
  readonly quarter: number;
  readonly placeId: number;
  readonly accountId: number;
}

interface StoredCell extends Omit<Cell, 'allocated'> {
  readonly allocated: number;
}

export interface LedgerCompaction {
  /** Quarters older than this are added up, days; in force from the next call on. */
  setQuarterDays(days: number): void;
  /**
   * Does the next bit of what is to be done, each in one transaction: moves hours that are over out of the rows into a block, then
   * adds up the quarters of blocks that are old. Nothing of what was booked is lost or changed by it but how finely it is told.
   * @param nowMs the wall clock
   */
  compact(nowMs: number): void;
}

/**
 * Packs the ledger. What is booked late, for an hour that is packed, lies in rows beside its block and moves into it.
 * @param unitAt quarters that every boundary of the calendar where the room is falls on, at a moment
 */
export function openLedgerCompaction(db: WriteHandle, unitAt: (atMs: number) => number): LedgerCompaction {
  const oldestRow = db.query<{ quarter: number | null }>('SELECT min(quarter) AS quarter FROM ledger');
  const rowsOf = db.query<StoredCell>(
    `SELECT quarter, place_id AS placeId, account_id AS accountId, joules, metered_j AS meteredJ, it_j AS itJ, known_ms AS knownMs,
       unknown_ms AS unknownMs, provenance, allocated FROM ledger WHERE quarter >= ? AND quarter < ?`,
  );
  const dropRows = db.change('DELETE FROM ledger WHERE quarter >= ? AND quarter < ?');
  const getBlock = db.query<{ unit: number; body: Uint8Array }>('SELECT unit, body FROM ledger_block WHERE hour = ?');
  const putBlock = db.change('INSERT OR REPLACE INTO ledger_block (hour, unit, body) VALUES (?, ?, ?)');
  const nextFine = db.query<{ hour: number; body: Uint8Array }>(
    'SELECT hour, body FROM ledger_block WHERE unit = 1 AND hour > ? AND hour < ? ORDER BY hour LIMIT 1',
  );
  const believed = db.query<{ value: string }>("SELECT value FROM meta WHERE key = 'believed_ms'");
  let quarterDays = Infinity;
  /** Blocks up to this hour are as coarse as they can be. */
  let addedUpTo = -1;

  const pack = (hour: number): number =>
    db.transaction(() => {
      const [from, to] = [hour * QUARTERS_AN_HOUR, (hour + 1) * QUARTERS_AN_HOUR];
      const block = getBlock.get(hour);
      const unit = block?.unit ?? 1;
      const rows = rowsOf.all(from, to).map((row): Cell => ({ ...row, allocated: row.allocated === 1 }));
      putBlock.run(hour, unit, encodeCells([...(block === undefined ? [] : cellsOf(decodeTable(block.body))), ...rows], unit));
      dropRows.run(from, to);
      return rows.length;
    });

  const packNext = (nowMs: number): number => {
    const oldest = oldestRow.get()?.quarter ?? null;
    if (oldest === null) return 0;
    const hour = Math.floor(oldest / QUARTERS_AN_HOUR);
    return hour < Math.floor(nowMs / HOUR_MS) - SETTLED_AFTER ? pack(hour) : 0;
  };

  /** By the time that samples age by, which a wall clock that was set far ahead does not move. */
  const addUpNext = (nowMs: number): number => {
    const believedMs = Number(believed.get()?.value ?? NaN);
    if (!Number.isFinite(believedMs)) return 0;
    const before = Math.floor((Math.min(nowMs, believedMs) - quarterDays * DAY_MS) / HOUR_MS);
    const block = nextFine.get(addedUpTo, before);
    if (block === undefined) return 0;
    addedUpTo = block.hour;
    const unit = unitAt(block.hour * HOUR_MS);
    if (unit === 1) return 1;
    const cells = cellsOf(decodeTable(block.body));
    putBlock.run(block.hour, unit, encodeCells(cells, unit));
    return cells.length;
  };

  return {
    setQuarterDays(days) {
      quarterDays = days;
      addedUpTo = -1;
    },
    compact(nowMs) {
      for (let done = 0; done < ENTRIES_A_STEP;) {
        const more = packNext(nowMs) || addUpNext(nowMs);
        if (more === 0) return;
        done += more;
      }
    },
  };
}

/** The bytes of an hour's entries, those of one place, account and unit added up: what lies side by side is alike. */
export function encodeCells(cells: readonly Cell[], unit: number): Uint8Array<ArrayBuffer> {
  const sums = new Map<string, { readonly ids: readonly number[]; readonly sum: EnergySum }>();
  for (const cell of cells) {
    const ids = [cell.placeId, cell.accountId, Math.floor(cell.quarter / unit) * unit];
    const key = ids.join(' ');
    const own = sums.get(key) ?? { ids, sum: emptySum() };
    sums.set(key, own);
    addTo(own.sum, cell);
  }
  const sorted = [...sums.values()].sort((a, b) => compare(a.ids, b.ids));
  const table = emptyTable(sorted.length, Object.keys(CELL).length);
  sorted.forEach(({ ids, sum }, at) => setEntry(table, at, ids, sum));
  return encodeTable(table, true);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((id, i) => id !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

export function cellsOf(table: EnergyTable): Cell[] {
  const key = (of: keyof typeof CELL, at: number): number => table.keys[CELL[of]]?.[at] ?? 0;
  return Array.from({ length: table.size }, (_, at): Cell => ({
    quarter: key('quarter', at),
    placeId: key('place', at),
    accountId: key('account', at),
    ...entryOf(table, at),
  }));
}
