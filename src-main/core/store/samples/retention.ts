import type { Log } from '@shared/base/log';
import type { Retention as Policy } from '@shared/model/settings';
import { defaultSettings } from '@shared/model/settings';
import { AgeClock } from './age-clock';
import type { BlockWriter } from './block-writer';
import { isStorageError } from '../file/errors';
import { floorTo, holdsSamples, HOUR_LEVEL, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, SPARSE, type Level } from './levels';
import type { WriteHandle } from '../file/open';
import type { Keeping } from './types';

const DAY_MS = 86_400_000;
/** Blocks that one step expires, and pages that it gives back: some tens of ms. */
const BLOCKS_A_STEP = 2;
const PAGES_A_STEP = 256;
/** Pages kept free for what is written next. */
const SPARE_PAGES = 1024;
/** How often it is looked whether something is too old or too much, and the time that is believed is stored, ms. */
const LOOK_EVERY_MS = 10 * 60_000;

/** What goes first when there is too much. */
const BY_SIZE: readonly Level[] = [
  { level: RAW_LEVEL, widthMs: 1, slotMs: RAW_SLOT_MS },
  ...ROLLUPS.filter(({ level }) => level !== HOUR_LEVEL),
  SPARSE,
  ROLLUPS[3],
];

export interface Retention {
  /** In force from the next step on. */
  set(policy: Policy): void;
  /** Does the next bit of what is to be done; little when there is nothing. `nowMs` = what the wall clock says. */
  step(nowMs: number): void;
  /** Samples before this have expired: what comes for them is too late. ms. */
  readonly rawFromMs: number;
  /**
   * Whether samples that the wall clock stamps `atMs`, before {@link rawFromMs}, can be taken nevertheless: a clock that is
   * that far behind must not end the recording where nothing was recorded before.
   */
  admits(atMs: number): boolean;
  /** Tells of samples that were not taken, since those of their time have expired; `live` = they were of now, by the wall clock. */
  refused(samples: number, live: boolean, atMs: number): void;
  /** Tells of live samples that were taken. */
  taken(): void;
  readonly keeping: Keeping;
}

/** What is to expire: everything of `level` from `fromMs` that ends by `beforeMs`, cluster after cluster. */
interface Job {
  readonly level: number;
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly clusters: number[];
}

/** Samples that a dead clock stamped long before all others: these are not as old as they look. */
interface Misdated {
  readonly endMs: number;
  /** What time it was believed to be then. */
  readonly believedMs: number;
}

/**
 * Ages by the AgeClock, and sizes: raw samples and each level of rollups go when they are older than the settings say, and the oldest
 * hour of all raw samples (then of each level, finest first) when the database is larger than they allow. What raw
 * samples leave is their 10 s rollup. Sparse samples are their own rollups finer than an hour (they take less than the
 * least of these would), so they go with the last of these.
 */
export function openRetention(db: WriteHandle, blocks: BlockWriter, log: Log, passedMs: () => number): Retention {
  const oldestFrom = db.query<{ atMs: number | null }>('SELECT min(slot_ms) AS atMs FROM block WHERE level = ? AND slot_ms >= ?');
  const newestOf = db.query<{ atMs: number | null }>('SELECT max(slot_ms) AS atMs FROM block WHERE level = ?');
  const pages = db.query<{ total: number; free: number; size: number }>(
    'SELECT page_count AS total, freelist_count AS free, page_size AS size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
  );
  const meta = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?');
  const note = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const keep = db.change(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)',
  );
  const lower = db.change("UPDATE meta SET value = ? WHERE key GLOB 'kept_from_*' AND CAST(value AS INTEGER) > CAST(? AS INTEGER)");
  const giveBack = (): void => db.exec(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`);
  const storedNumber = (key: string): number | null => {
    const text = meta.get(key)?.value;
    return text === undefined || !Number.isFinite(Number(text)) ? null : Number(text);
  };
  const misdatedEndMs = storedNumber('misdated_before');
  let policy = defaultSettings.retention;
  const jobs: Job[] = [];
  const age = new AgeClock(storedNumber('believed_ms'), passedMs);
  let misdated: Misdated | null =
    misdatedEndMs === null ? null : { endMs: misdatedEndMs, believedMs: storedNumber('misdated_at') ?? -Infinity };
  let lookAtMs = -Infinity;
  let failed = false;
  let rawFromMs = storedNumber('kept_from_0') ?? -Infinity;
  /** The hour that was last asked about, and the answer. */
  let asked = { hourMs: Number.NaN, admitted: false };
  const counts = { expired: 0, late: 0, unrecorded: 0, refusedAtMs: null as number | null };

  const expire = (level: number, fromMs: number, beforeMs: number, why: string): void => {
    const edgeMs = floorTo(beforeMs, RAW_SLOT_MS);
    log(
      'info',
      `${level === RAW_LEVEL ? 'raw samples' : level === SPARSE.level ? 'sparse samples' : `rollups of level ${level}`} before ${new Date(edgeMs).toISOString()} expire (${why})`,
    );
    jobs.push({ level, fromMs, beforeMs: edgeMs, clusters: blocks.allClusters() });
    if (holdsSamples(level)) rawFromMs = Math.max(rawFromMs, edgeMs);
  };

  /** Every level with the days it is kept, and the time of one of its blocks. */
  const ages = (): (readonly [level: number, days: number, slotMs: number])[] => {
    const rollupAges = ROLLUPS.map(({ level, slotMs }, i) => [level, policy.rollupDays[i] ?? Infinity, slotMs] as const);
    const finest = rollupAges.filter(([level]) => level !== HOUR_LEVEL).map(([, days]) => days);
    return [[RAW_LEVEL, policy.rawDays, RAW_SLOT_MS], ...rollupAges, [SPARSE.level, Math.max(policy.rawDays, ...finest), SPARSE.slotMs]];
  };

  /** Blocks of `level` that are too old at a time. */
  const isDue = ([level, days, slotMs]: readonly [number, number, number], nowMs: number, fromMs: number): boolean => {
    const oldestMs = oldestFrom.get(level, fromMs)?.atMs ?? null;
    return oldestMs !== null && oldestMs + slotMs <= nowMs - days * DAY_MS;
  };

  /** A store from before the time was remembered: what it says itself bears the clock out, or nothing hangs on it. */
  const firstBelief = (wallMs: number): void => {
    const newestMs = newestOf.get(HOUR_LEVEL)?.atMs ?? newestOf.get(RAW_LEVEL)?.atMs ?? null;
    const atStake = newestMs !== null && ages().some((each) => isDue(each, wallMs, -Number.MAX_SAFE_INTEGER));
    if (!atStake) age.believe(wallMs);
    else age.believe(Math.min(wallMs, (newestOf.get(RAW_LEVEL)?.atMs ?? newestMs) + RAW_SLOT_MS));
  };

  const remember = (nowMs: number): void => {
    if (misdated !== null && nowMs - misdated.believedMs >= policy.rawDays * DAY_MS) misdated = null;
    db.transaction(() => {
      note.run('believed_ms', String(Math.round(age.believed ?? nowMs)));
      if (misdated === null) return;
      note.run('misdated_before', String(misdated.endMs));
      note.run('misdated_at', String(Math.round(misdated.believedMs)));
    });
  };

  const look = (nowMs: number, wallMs: number): void => {
    remember(nowMs);
    const fromMs = misdated?.endMs ?? -Number.MAX_SAFE_INTEGER;
    for (const each of ages()) {
      const [level, days] = each;
      // A block that begins before the misdated ones end holds some of them.
      if (isDue(each, nowMs, fromMs)) expire(level, fromMs, nowMs - days * DAY_MS, `older than ${days} days`);
    }
    if (policy.maxBytes === null || jobs.length > 0) return;
    const size = pages.get();
    if (size === undefined || (size.total - size.free) * size.size <= policy.maxBytes) return;
    for (const { level, slotMs } of BY_SIZE) {
      const oldestMs = oldestFrom.get(level, -Number.MAX_SAFE_INTEGER)?.atMs ?? null;
      const newestMs = newestOf.get(level)?.atMs ?? null;
      // The newest block of a level stays, and the one of now: it is being written.
      if (oldestMs === null || newestMs === null || oldestMs >= newestMs || oldestMs + slotMs > wallMs) continue;
      expire(level, -Number.MAX_SAFE_INTEGER, oldestMs + slotMs, `the database is larger than ${policy.maxBytes} bytes`);
      return;
    }
  };

  /** Expires the next bit of one cluster; a mistake of the program there leaves it for the next look, and the others go on. */
  const expired = (job: Job, cluster: number, gone: readonly number[], whole: Level | undefined): { blocks: number; samples: number } => {
    try {
      return db.transaction(() => {
        for (const level of gone) keep.run(`kept_from_${level}`, String(job.beforeMs));
        return whole === undefined ? blocks.expireRaw(cluster, job, BLOCKS_A_STEP) : blocks.expireWhole(whole, cluster, job, BLOCKS_A_STEP);
      });
    } catch (error) {
      if (isStorageError(error, db.path)) throw error;
      failed = true;
      const why = error instanceof Error ? error.message : String(error);
      log('error', `cluster ${cluster} cannot expire for now (${why}): the other clusters go on`);
      return { blocks: 0, samples: 0 };
    }
  };

  const work = (): boolean => {
    const job = jobs[0];
    const cluster = job?.clusters[0];
    if (job === undefined) return false;
    if (cluster === undefined) {
      jobs.shift();
      return true;
    }
    const whole = BY_SIZE.find(({ level }) => level === job.level && level !== RAW_LEVEL);
    // Without sparse samples, nothing finer than an hour is left of their series.
    const gone =
      job.level === SPARSE.level
        ? BY_SIZE.filter(({ level }) => level !== HOUR_LEVEL && level !== SPARSE.level).map(({ level }) => level)
        : [job.level];
    const done = expired(job, cluster, gone, whole);
    counts.expired += done.samples;
    if (done.blocks === 0) job.clusters.shift();
    return true;
  };

  const step = (nowMs: number, wallMs: number): void => {
    if (work()) {
      if (jobs.length > 0) return;
      // What failed is due at once again: it waits for the next look.
      lookAtMs = failed ? passedMs() : -Infinity;
      failed = false;
      return;
    }
    const atMs = passedMs();
    if (atMs - lookAtMs >= LOOK_EVERY_MS) {
      lookAtMs = atMs;
      look(nowMs, wallMs);
      return;
    }
    const { free } = pages.get() ?? { free: 0 };
    if (free > SPARE_PAGES) giveBack();
  };

  const admit = (hourMs: number): boolean => {
    if (misdated !== null && hourMs < misdated.endMs) return true;
    if (!blocks.hasHours(hourMs, rawFromMs)) {
      // Nothing lies between: it was a clock far ahead that made these expire, and it is right now.
      lower.run(String(hourMs), String(hourMs));
      rawFromMs = hourMs;
      return true;
    }
    if (blocks.hasHours(hourMs, hourMs + RAW_SLOT_MS)) return false;
    if (!blocks.hasHours(-Infinity, hourMs) || misdated !== null)
      misdated = { endMs: hourMs + RAW_SLOT_MS, believedMs: age.believed ?? hourMs };
    lookAtMs = -Infinity;
    return true;
  };

  return {
    set(next) {
      policy = next;
      lookAtMs = -Infinity;
    },
    step(wallMs) {
      if (age.believed === null) firstBelief(wallMs);
      step(age.at(wallMs), wallMs);
    },
    get rawFromMs() {
      return rawFromMs;
    },
    admits(atMs) {
      const hourMs = floorTo(atMs, RAW_SLOT_MS);
      if (asked.hourMs !== hourMs) asked = { hourMs, admitted: db.transaction(() => admit(hourMs)) };
      return asked.admitted;
    },
    refused(samples, live, atMs) {
      if (!live) counts.late += samples;
      else {
        counts.unrecorded += samples;
        counts.refusedAtMs = atMs;
      }
    },
    taken() {
      counts.refusedAtMs = null;
    },
    get keeping() {
      return { ...counts, aheadMs: age.aheadMs };
    },
  };
}
