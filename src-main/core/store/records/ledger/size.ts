import type { LedgerSize } from '@shared/model/storage';
import { encodeCells, cellsOf } from './compaction';
import { decodeTable } from './energy-table';
import { ledgerSums } from './ledger';
import type { ReadHandle } from '../../file/open';

const HOURS_A_YEAR = 8766;
/** What the last week takes stands for a year, hours. */
const WEEK = 168;
/** A row of what is not packed yet, with its key and its page's share: as measured. */
const ROW_BYTES = 64;

/** What the ledger takes, and a year of it by what it took lately. */
export function openLedgerSize(db: ReadHandle): () => LedgerSize {
  const rows = db.query<{ n: number }>('SELECT count(*) AS n FROM ledger');
  const blocks = db.query<{ bytes: number | null }>('SELECT sum(length(body)) AS bytes FROM ledger_block');
  const sums = db.query<{ bytes: number | null }>('SELECT sum(length(body)) AS bytes FROM ledger_sum');
  const newest = db.query<{ hour: number | null }>('SELECT max(hour) AS hour FROM ledger_block');
  const lately = db.query<{ bytes: number | null }>('SELECT avg(length(body)) AS bytes FROM ledger_block WHERE unit = 1 AND hour > ?');
  const latest = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_block WHERE unit = 1 ORDER BY hour DESC LIMIT 1');
  const sumsLately = db.query<{ bytes: number | null }>(
    'SELECT avg(length(body)) AS bytes FROM ledger_sum WHERE of = ? AND width = ? AND slot > ?',
  );
  return () =>
    db.snapshot(() => {
      const bytes = (rows.get()?.n ?? 0) * ROW_BYTES + (blocks.get()?.bytes ?? 0) + (sums.get()?.bytes ?? 0);
      const hour = newest.get()?.hour ?? null;
      const block = latest.get();
      if (hour === null || block === undefined) return { bytes, yearBytes: null, olderYearBytes: null };
      let sumBytes = 0;
      for (const [of, widths] of Object.entries(ledgerSums)) {
        for (const width of widths) {
          const slots = (HOURS_A_YEAR * 4) / width;
          sumBytes += (sumsLately.get(of, width, Math.floor(((hour - WEEK) * 4) / width))?.bytes ?? 0) * slots;
        }
      }
      const fine = lately.get(hour - WEEK)?.bytes ?? block.body.byteLength;
      // How much smaller hours are than their quarters is told by one of them.
      const coarse = (encodeCells(cellsOf(decodeTable(block.body)), 4).byteLength / block.body.byteLength) * fine;
      return { bytes, yearBytes: sumBytes + fine * HOURS_A_YEAR, olderYearBytes: sumBytes + coarse * HOURS_A_YEAR };
    });
}
