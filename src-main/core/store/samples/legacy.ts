import type { Log } from '@shared/base/log';
import type { BlockWriter } from './block-writer';
import type { Column } from './columns';
import { clusterOf, floorTo, RAW_SLOT_MS } from './levels';
import type { WriteHandle } from '../file/open';

/**
 * Packs the rows of version 1 (table `sample`) into blocks, an hour of a cluster in each transaction: a process that is
 * killed meanwhile goes on where it was. Afterwards the table is empty, and stays.
 */
export function convertRows(db: WriteHandle, blocks: BlockWriter, log: Log): void {
  const firstLeft = db.query<{ seriesId: number; atMs: number }>(
    'SELECT series_id AS seriesId, at_ms AS atMs FROM sample ORDER BY series_id, at_ms LIMIT 1',
  );
  const ids = db.query<{ id: number }>('SELECT id FROM series');
  const rows = db.query<{ atMs: number; value: number | null }>(
    'SELECT at_ms AS atMs, value FROM sample WHERE series_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
  );
  const drop = db.change('DELETE FROM sample WHERE series_id = ? AND at_ms >= ? AND at_ms < ?');
  let moved = 0;
  for (let first = firstLeft.get(); first !== undefined; first = firstLeft.get()) {
    const cluster = clusterOf(first.seriesId);
    const slotMs = floorTo(first.atMs, RAW_SLOT_MS);
    const endMs = slotMs + RAW_SLOT_MS;
    db.transaction(() => {
      const samples = new Map<number, Column>();
      for (const { id } of ids.all()) {
        if (clusterOf(id) !== cluster) continue;
        const found = rows.all(id, slotMs, endMs);
        if (found.length === 0) continue;
        samples.set(id, {
          times: Float64Array.from(found, ({ atMs }) => atMs),
          values: Float64Array.from(found, ({ value }) => value ?? NaN),
        });
        drop.run(id, slotMs, endMs);
        moved += found.length;
      }
      // Rows of a series that is not there any more cannot be: its rows went with it.
      blocks.compactCluster(cluster, new Map([[slotMs, samples]]), NaN);
    });
  }
  if (moved > 0) log('info', `${moved} samples of an older version were packed into blocks`);
  if (db.query<{ auto_vacuum: number }>('PRAGMA auto_vacuum').get()?.auto_vacuum !== 0) return;
  try {
    // Gives back what the rows took, and lets later pages be given back one by one.
    db.exec('VACUUM');
  } catch (error) {
    log('warn', `the database stays as large as it was until the next start (${error instanceof Error ? error.message : String(error)})`);
  }
}
