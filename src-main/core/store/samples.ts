import type { Sample, Series, SeriesKey } from '@shared/model/series';
import type { WriteHandle } from './open';
import { readSeries, type StoreLog } from './rows';

/** How long samples stay in the table keyed by time, ms; also how often they are moved to the one keyed by series. */
export const SETTLE_EVERY_MS = 120_000;

export interface SampleTables {
  list(): Series[];
  ensure(key: SeriesKey): Series;
  /** One transaction. A sample of a series that was deleted is dropped: late for its run, it must not cost the tick. */
  commit(samples: readonly Sample[]): void;
  /** To be called after series were deleted. */
  forgetDeleted(): void;
}

/** The writer's side of `series`, `sample` and `sample_recent`; migrations/0001-initial.ts says how the two divide the rows. */
export function openSampleTables(db: WriteHandle, log: StoreLog): SampleTables {
  const selectAll = db.query<unknown>('SELECT id, device, metric, provenance, label FROM series ORDER BY id');
  const selectOne = db.query<{ id: number; label: string }>('SELECT id, label FROM series WHERE device = ? AND metric = ? AND provenance = ?');
  const insertSeries = db.query<{ id: number }>('INSERT INTO series (device, metric, provenance, label) VALUES (?, ?, ?, ?) RETURNING id');
  const relabel = db.change('UPDATE series SET label = ? WHERE id = ?');
  const upsert = (table: 'sample' | 'sample_recent'): string =>
    `INSERT INTO ${table} (series_id, at_ms, value) VALUES (?, ?, ?) ON CONFLICT (series_id, at_ms) DO UPDATE SET value = excluded.value`;
  const putRecent = db.change(upsert('sample_recent'));
  const putSettled = db.change(upsert('sample'));
  const settle = db.change('INSERT INTO sample (series_id, at_ms, value) SELECT series_id, at_ms, value FROM sample_recent WHERE at_ms < ? ORDER BY series_id, at_ms');
  const dropRecent = db.change('DELETE FROM sample_recent WHERE at_ms < ?');
  const saveBoundary = db.change("UPDATE meta SET value = ? WHERE key = 'settled_before_ms'");
  const selectIds = db.query<{ id: number }>('SELECT id FROM series');
  const liveIds = (): Set<number> => new Set(selectIds.all().map(({ id }) => id));
  let live = liveIds();
  let settledBeforeMs = readSettledBefore(db);

  return {
    list: () => selectAll.all().flatMap((row) => readSeries(row, log) ?? []),
    ensure(key) {
      const found = selectOne.get(key.device, key.metric, key.provenance);
      if (found === undefined) {
        const made = db.transaction(() => insertSeries.get(key.device, key.metric, key.provenance, key.label));
        if (made === undefined) throw new Error(`series ${key.device} ${key.metric} was not made`);
        live.add(made.id);
        return { ...key, id: made.id };
      }
      if (found.label !== key.label) relabel.run(key.label, found.id);
      return { ...key, id: found.id };
    },
    commit(given) {
      const samples = given.filter(({ seriesId }) => live.has(seriesId));
      if (samples.length < given.length) log('warn', `late samples of deleted series dropped: ${given.length - samples.length}`);
      if (samples.length === 0) return;
      const boundary = Math.max(settledBeforeMs, boundaryBefore(samples));
      db.transaction(() => {
        if (boundary > settledBeforeMs) {
          settle.run(boundary);
          dropRecent.run(boundary);
          saveBoundary.run(String(boundary));
        }
        // A number that is not finite is no reading. NaN would be stored as NULL anyway; an infinity would not.
        for (const { seriesId, atMs, value } of samples) (atMs < boundary ? putSettled : putRecent).run(seriesId, atMs, value === null || !Number.isFinite(value) ? null : value);
      });
      settledBeforeMs = boundary;
    },
    forgetDeleted() {
      live = liveIds();
    },
  };
}

/** Samples before this are to be settled once this tick is in: the last whole period before its oldest sample. */
function boundaryBefore(samples: readonly Sample[]): number {
  let oldestMs = Infinity;
  for (const { atMs } of samples) if (atMs < oldestMs) oldestMs = atMs;
  return Math.floor(oldestMs / SETTLE_EVERY_MS) * SETTLE_EVERY_MS;
}

function readSettledBefore(db: WriteHandle): number {
  const stored = Number(db.query<{ value: string }>("SELECT value FROM meta WHERE key = 'settled_before_ms'").get()?.value);
  if (Number.isSafeInteger(stored)) return stored;
  // Without it, no row may be where a newer value of the same key could also be: everything recent is settled first.
  db.transaction(() => {
    db.exec('INSERT OR REPLACE INTO sample (series_id, at_ms, value) SELECT series_id, at_ms, value FROM sample_recent; DELETE FROM sample_recent');
    db.exec("INSERT OR REPLACE INTO meta (key, value) SELECT 'settled_before_ms', CAST(coalesce(max(at_ms), 0) + 1 AS TEXT) FROM sample");
  });
  return Number(db.query<{ value: string }>("SELECT value FROM meta WHERE key = 'settled_before_ms'").get()?.value);
}
