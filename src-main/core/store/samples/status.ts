import type { StorageStatus } from '@shared/model/storage';
import type { Retention } from '@shared/model/settings';
import { LATE_LEVEL, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, SPARSE } from './levels';
import type { ReadHandle } from '../file/open';

const DAY_MS = 86_400_000;
/** So many of the series that something was set apart of are named. */
const NAMED = 3;

/** What `storage.status` tells, of a connection that can only read. Everything is taken from the index of the blocks. */
export function openStatusQuery(db: ReadHandle): (retention: Retention) => Omit<StorageStatus, 'ledger'> {
  const pages = db.query<{ total: number; free: number; size: number }>(
    'SELECT page_count AS total, freelist_count AS free, page_size AS size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
  );
  const ofLevel = db.query<{ samples: number | null; bytes: number | null; oldestMs: number | null }>(
    'SELECT sum(samples) AS samples, sum(bytes) AS bytes, min(slot_ms) AS oldestMs FROM block WHERE level = ?',
  );
  const newest = db.query<{ slotMs: number | null }>('SELECT max(slot_ms) AS slotMs FROM block WHERE level = 0 AND sealed = 1');
  const lastDay = db.query<{ samples: number | null; bytes: number | null; hours: number }>(
    'SELECT sum(samples) AS samples, sum(bytes) AS bytes, count(DISTINCT slot_ms) AS hours FROM block WHERE level = 0 AND sealed = 1 AND slot_ms BETWEEN ? AND ?',
  );
  const lastSparse = db.query<SparseTail>(
    `SELECT sum(samples) AS samples, sum(bytes) AS bytes, min(slot_ms) AS fromMs, max(slot_ms) + ${SPARSE.slotMs} AS endMs FROM block
     WHERE level = ${SPARSE.level} AND slot_ms >= (SELECT max(slot_ms) FROM block WHERE level = ${SPARSE.level}) - ${SPARSE.slotMs}`,
  );
  const newestRow = db.query<{ atMs: number | null }>('SELECT max(at_ms) AS atMs FROM sample_recent');
  const waiting = db.query<{ n: number }>('SELECT count(*) AS n FROM sample_recent');
  const quarantined = db.query<{ n: number }>('SELECT count(*) AS n FROM quarantine');
  const apart = db.query<{ n: number }>('SELECT count(DISTINCT series_id) AS n FROM quarantine WHERE series_id IN (SELECT id FROM series)');
  const firstApart = db.query<{ device: string; metric: string }>(
    `SELECT s.device, s.metric FROM quarantine AS q JOIN series AS s ON s.id = q.series_id GROUP BY s.id ORDER BY min(q.id) LIMIT ${NAMED}`,
  );

  return (retention) =>
    db.snapshot(() => {
      const { total, free, size } = pages.get() ?? { total: 0, free: 0, size: 0 };
      const levels = [{ level: RAW_LEVEL, widthMs: 1 }, ...ROLLUPS].map(({ level, widthMs }) => {
        const row = ofLevel.get(level);
        const sparse = level === RAW_LEVEL ? ofLevel.get(SPARSE.level) : undefined;
        return {
          level,
          widthMs,
          samples: (row?.samples ?? 0) + (sparse?.samples ?? 0),
          bytes: (row?.bytes ?? 0) + (sparse?.bytes ?? 0),
          oldestMs: row?.oldestMs ?? sparse?.oldestMs ?? null,
        };
      });
      const raw = levels[0] ?? { samples: 0, bytes: 0 };
      const rollups = levels.slice(2).reduce((sum, level) => sum + level.bytes, 0);
      const slotMs = newest.get()?.slotMs ?? null;
      const dense = slotMs === null ? undefined : lastDay.get(slotMs - DAY_MS + RAW_SLOT_MS, slotMs);
      const sparse = sparseRate(lastSparse.get(), slotMs === null ? (newestRow.get()?.atMs ?? null) : slotMs + RAW_SLOT_MS);
      const perDay =
        dense === undefined || dense.hours === 0
          ? sparse
          : addRates(sparse, { samples: ((dense.samples ?? 0) * 24) / dense.hours, bytes: ((dense.bytes ?? 0) * 24) / dense.hours });
      return {
        bytes: total * size,
        freeBytes: free * size,
        samples: raw.samples,
        bytesPerSample: raw.samples === 0 ? null : (raw.bytes + rollups) / raw.samples,
        bytesPerSampleRaw: raw.samples === 0 ? null : raw.bytes / raw.samples,
        levels: levels.map(({ level, widthMs, bytes, oldestMs }) => ({ level, widthMs, bytes, oldestMs })),
        waiting: waiting.get()?.n ?? 0,
        estimate: perDay === null ? null : estimateOf(perDay, sparse?.bytes ?? 0, levels, retention),
        quarantined: quarantined.get()?.n ?? 0,
        quarantinedSeries: { count: apart.get()?.n ?? 0, first: firstApart.all() },
      };
    });
}

interface LevelBytes {
  readonly bytes: number;
  /** Raw samples, or entries of a rollup. */
  readonly samples: number;
}

/** What the newest blocks of sparse samples hold, and the time they are for. */
interface SparseTail {
  readonly samples: number | null;
  readonly bytes: number | null;
  readonly fromMs: number | null;
  readonly endMs: number | null;
}

/** A day's. */
interface Rate {
  readonly samples: number;
  readonly bytes: number;
}

/** What a day of sparse samples takes; `nowMs` = up to when the newest of their blocks is filled, null = not known. */
function sparseRate(tail: SparseTail | undefined, nowMs: number | null): Rate | null {
  if (tail === undefined || tail.fromMs === null || tail.endMs === null) return null;
  const days = Math.max(RAW_SLOT_MS, Math.min(tail.endMs, nowMs ?? Infinity) - tail.fromMs) / DAY_MS;
  return { samples: (tail.samples ?? 0) / days, bytes: (tail.bytes ?? 0) / days };
}

function addRates(a: Rate | null, b: Rate): Rate {
  return a === null ? b : { samples: a.samples + b.samples, bytes: a.bytes + b.bytes };
}

/** Entries of a level and what one of them takes; the 10 s level, which may not be stored yet, is taken to be like the 1 min level. `sparsePerDay` = bytes. */
function estimateOf(
  { samples: samplesPerDay, bytes: rawPerDay }: Rate,
  sparsePerDay: number,
  levels: readonly (LevelBytes & { readonly level: number; readonly widthMs: number })[],
  retention: Retention,
): NonNullable<StorageStatus['estimate']> {
  const raw = levels[0];
  const perDay = levels.map(({ level, bytes, samples, widthMs }) => {
    if (level === RAW_LEVEL) return rawPerDay;
    const like =
      samples > 0
        ? { bytes, samples, widthMs }
        : levels.find((other) => level === LATE_LEVEL && other.level === LATE_LEVEL + 1 && other.samples > 0);
    if (like === undefined || raw === undefined || raw.samples === 0) return 0;
    // What an entry takes, times the entries a day of samples makes at this width.
    const entriesPerDay = ((like.samples * like.widthMs) / widthMs / raw.samples) * samplesPerDay;
    return (like.bytes / like.samples) * Math.min(entriesPerDay, samplesPerDay);
  });
  const days = [retention.rawDays, ...retention.rollupDays];
  // 10 s rollups lie beside raw samples for no day, but for all days after.
  const stays = perDay.map((bytes, i) => bytes * Math.max(0, i === 1 ? (days[1] ?? 0) - (days[0] ?? 0) : (days[i] ?? 0)));
  // Sparse samples stay as long as the last of the rollups that they stand for.
  const longer = Math.max(0, Math.max(...retention.rollupDays.slice(0, -1)) - retention.rawDays);
  const settled = stays.reduce((sum, bytes) => sum + bytes, sparsePerDay * longer);
  return {
    bytesPerDay: perDay.reduce((sum, bytes, i) => (i === 1 ? sum : sum + bytes), 0),
    samplesPerDay,
    levelBytes: stays,
    settledBytes: retention.maxBytes === null ? settled : Math.min(settled, retention.maxBytes),
  };
}
