import { QUARTER_MS } from '@shared/energy/quarters';
import { CELL, QUARTERS_AN_HOUR } from './compaction';
import { decodeTable } from './energy-table';
import type { ReadHandle } from '../../file/open';

/** Hours of a long run that are looked at, evenly over it: what a run holds does not change by the hour. */
const MAX_HOURS = 200;

export interface RunPlacesQuery {
  readonly runId: string;
  /** When the run was there, wall clock, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Which places a run has drawn energy at, by what was booked to it. */
export function openRunPlaces(db: ReadHandle): (query: RunPlacesQuery, check: () => void) => string[] {
  const account = db.query<{ id: number }>('SELECT id FROM ledger_account WHERE name = ?');
  const rows = db.query<{ place: number }>(
    'SELECT DISTINCT place_id AS place FROM ledger WHERE account_id = ? AND quarter >= ? AND quarter <= ? AND joules > 0',
  );
  const hours = db.query<{ hour: number }>('SELECT hour FROM ledger_block WHERE hour >= ? AND hour <= ? ORDER BY hour');
  const block = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_block WHERE hour = ?');
  const names = db.query<{ id: number; device: string }>('SELECT id, device FROM ledger_place');
  return ({ runId, fromMs, toMs }, check) =>
    db.snapshot(() => {
      const own = account.get(`run:${runId}`);
      if (own === undefined) return [];
      const [first, last] = [Math.floor(fromMs / QUARTER_MS), Math.floor(toMs / QUARTER_MS)];
      const places = new Set(rows.all(own.id, first, last).map(({ place }) => place));
      const stored = hours.all(Math.floor(first / QUARTERS_AN_HOUR), Math.floor(last / QUARTERS_AN_HOUR));
      const every = Math.max(1, Math.ceil(stored.length / MAX_HOURS));
      for (let at = 0; at < stored.length; at += every) {
        check();
        const body = block.get(stored[at]?.hour ?? 0)?.body;
        if (body === undefined) continue;
        const { size, keys, joules } = decodeTable(body);
        for (let entry = 0; entry < size; entry += 1)
          if (keys[CELL.account]?.[entry] === own.id && (joules[entry] ?? 0) > 0) places.add(keys[CELL.place]?.[entry] ?? 0);
      }
      return names
        .all()
        .filter(({ id }) => places.has(id))
        .map(({ device }) => device);
    });
}
