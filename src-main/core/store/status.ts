import type { StorageStatus } from '@shared/model/storage';
import type { Retention } from '@shared/model/settings';
import { RAW_LEVEL, RAW_SLOT_MS, ROLLUPS } from './levels';
import type { ReadHandle } from './open';

const DAY_MS = 86_400_000;

/** What `storage.status` tells, of a connection that can only read. Everything is taken from the index of the blocks. */
export function statusQuestion(db: ReadHandle): (retention: Retention) => StorageStatus {
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
  const waiting = db.query<{ n: number }>('SELECT count(*) AS n FROM sample_recent');
  const quarantined = db.query<{ n: number }>('SELECT count(*) AS n FROM quarantine');

  return (retention) =>
    db.snapshot(() => {
      const { total, free, size } = pages.get() ?? { total: 0, free: 0, size: 0 };
      const levels = [{ level: RAW_LEVEL, widthMs: 1 }, ...ROLLUPS].map(({ level, widthMs }) => {
        const row = ofLevel.get(level);
        return { level, widthMs, samples: row?.samples ?? 0, bytes: row?.bytes ?? 0, oldestMs: row?.oldestMs ?? null };
      });
      const raw = levels[0] ?? { samples: 0, bytes: 0 };
      const rollups = levels.slice(2).reduce((sum, level) => sum + level.bytes, 0);
      const slotMs = newest.get()?.slotMs ?? null;
      const day = slotMs === null ? undefined : lastDay.get(slotMs - DAY_MS + RAW_SLOT_MS, slotMs);
      return {
        bytes: total * size,
        freeBytes: free * size,
        samples: raw.samples,
        bytesPerSample: raw.samples === 0 ? null : (raw.bytes + rollups) / raw.samples,
        bytesPerSampleRaw: raw.samples === 0 ? null : raw.bytes / raw.samples,
        levels: levels.map(({ level, widthMs, bytes, oldestMs }) => ({ level, widthMs, bytes, oldestMs })),
        waiting: waiting.get()?.n ?? 0,
        estimate: day === undefined || day.hours === 0 ? null : estimateOf(day, levels, retention),
        quarantined: quarantined.get()?.n ?? 0,
      };
    });
}

interface LevelBytes {
  readonly bytes: number;
  /** Raw samples, or entries of a rollup. */
  readonly samples: number;
}

/** Entries of a level and what one of them takes; the 10 s level, which may not be stored yet, is taken to be like the 1 min level. */
function estimateOf(day: { samples: number | null; bytes: number | null; hours: number }, levels: readonly (LevelBytes & { readonly level: number; readonly widthMs: number })[], retention: Retention): NonNullable<StorageStatus['estimate']> {
  const share = 24 / day.hours;
  const samplesPerDay = (day.samples ?? 0) * share;
  const rawPerDay = (day.bytes ?? 0) * share;
  const raw = levels[0];
  const perDay = levels.map(({ level, bytes, samples, widthMs }) => {
    if (level === RAW_LEVEL) return rawPerDay;
    const like = samples > 0 ? { bytes, samples, widthMs } : levels.find((other) => other.level > level && other.samples > 0);
    if (like === undefined || raw === undefined || raw.samples === 0) return 0;
    // What an entry takes, times the entries a day of samples makes at this width.
    const entriesPerDay = ((like.samples * like.widthMs) / widthMs / raw.samples) * samplesPerDay;
    return (like.bytes / like.samples) * Math.min(entriesPerDay, samplesPerDay);
  });
  const days = [retention.rawDays, ...retention.rollupDays];
  // 10 s rollups lie beside raw samples for no day, but for all days after.
  const stays = perDay.map((bytes, i) => bytes * Math.max(0, i === 1 ? (days[1] ?? 0) - (days[0] ?? 0) : (days[i] ?? 0)));
  const settled = stays.reduce((sum, bytes) => sum + bytes, 0);
  return {
    bytesPerDay: perDay.reduce((sum, bytes, i) => (i === 1 ? sum : sum + bytes), 0),
    samplesPerDay,
    levelBytes: stays,
    settledBytes: retention.maxBytes === null ? settled : Math.min(settled, retention.maxBytes),
  };
}
