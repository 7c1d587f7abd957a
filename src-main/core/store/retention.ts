import type { Retention as Policy } from '@shared/model/settings';
import { defaultSettings } from '@shared/model/settings';
import type { BlockWriter } from './block-writer';
import { floorTo, holdsSamples, HOUR_LEVEL, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, SPARSE, type Level } from './levels';
import type { WriteHandle } from './open';
import type { StoreLog } from './rows';

const DAY_MS = 86_400_000;
/** Blocks that one step expires, and pages that it gives back: some tens of ms. */
const BLOCKS_A_STEP = 2;
const PAGES_A_STEP = 256;
/** Pages kept free for what is written next. */
const SPARE_PAGES = 1024;
/** Ages count only once the clock has gone on evenly for so long: a clock that jumps ahead must not let everything expire, ms. */
const STEADY_MS = 10 * 60_000;
/** A longer step from one tick to the next is a jump, ms. */
const LONGEST_STEP_MS = 5 * 60_000;
/** How often it is looked whether something is too old or too much, ms of sample time. */
const LOOK_EVERY_MS = 10 * 60_000;

/** What goes first when there is too much. */
const BY_SIZE: readonly Level[] = [{ level: RAW_LEVEL, widthMs: 1, slotMs: RAW_SLOT_MS }, ...ROLLUPS.filter(({ level }) => level !== HOUR_LEVEL), SPARSE, ROLLUPS[3]];

export interface Retention {
  /** In force from the next step on. */
  set(policy: Policy): void;
  /** Does the next bit of what is to be done; little when there is nothing. */
  step(newestMs: number): void;
  /** Does all that is due at that time, taken as right. */
  all(newestMs: number): void;
  /** Samples before this have expired: what comes for them is too late. ms. */
  readonly rawFromMs: number;
}

/** What is to expire: everything of `level` that ends by `beforeMs`, cluster after cluster. */
interface Job {
  readonly level: number;
  readonly beforeMs: number;
  readonly clusters: number[];
}

/**
 * Ages and sizes: raw samples and each level of rollups go when they are older than the settings say, and the oldest
 * hour of all raw samples (then of each level, finest first) when the database is larger than they allow. What raw
 * samples leave is their 10 s rollup. Sparse samples are their own rollups finer than an hour (they take less than the
 * least of these would), so they go with the last of these.
 */
export function openRetention(db: WriteHandle, blocks: BlockWriter, log: StoreLog): Retention {
  const oldestRaw = db.query<{ atMs: number | null }>('SELECT min(slot_ms) AS atMs FROM block WHERE level = ?');
  const newestRaw = db.query<{ atMs: number | null }>('SELECT max(slot_ms) AS atMs FROM block WHERE level = ?');
  const pages = db.query<{ total: number; free: number; size: number }>(
    'SELECT page_count AS total, freelist_count AS free, page_size AS size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
  );
  const keep = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)');
  const giveBack = (): void => db.exec(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`);
  let policy = defaultSettings.retention;
  const jobs: Job[] = [];
  let lookAtMs = -Infinity;
  let lastMs = -Infinity;
  let steadySinceMs = Infinity;
  let rawFromMs = Number(db.query<{ value: string }>("SELECT value FROM meta WHERE key = 'kept_from_0'").get()?.value ?? -Infinity);

  const expire = (level: number, beforeMs: number, why: string): void => {
    const edgeMs = floorTo(beforeMs, RAW_SLOT_MS);
    log('info', `${level === RAW_LEVEL ? 'raw samples' : level === SPARSE.level ? 'sparse samples' : `rollups of level ${level}`} before ${new Date(edgeMs).toISOString()} expire (${why})`);
    jobs.push({ level, beforeMs: edgeMs, clusters: blocks.allClusters() });
    if (holdsSamples(level)) rawFromMs = Math.max(rawFromMs, edgeMs);
  };

  const look = (newestMs: number): void => {
    const rollupAges = ROLLUPS.map(({ level, slotMs }, i): [number, number, number] => [level, policy.rollupDays[i] ?? Infinity, slotMs]);
    const finest = rollupAges.filter(([level]) => level !== HOUR_LEVEL).map(([, days]) => days);
    const ages = [[RAW_LEVEL, policy.rawDays, RAW_SLOT_MS] as const, ...rollupAges, [SPARSE.level, Math.max(policy.rawDays, ...finest), SPARSE.slotMs] as const];
    for (const [level, days, slotMs] of ages) {
      const oldestMs = oldestRaw.get(level)?.atMs ?? null;
      const edgeMs = newestMs - days * DAY_MS;
      if (oldestMs !== null && oldestMs + slotMs <= edgeMs) expire(level, edgeMs, `older than ${days} days`);
    }
    if (policy.maxBytes === null || jobs.length > 0) return;
    const size = pages.get();
    if (size === undefined || (size.total - size.free) * size.size <= policy.maxBytes) return;
    for (const { level, slotMs } of BY_SIZE) {
      const oldestMs = oldestRaw.get(level)?.atMs ?? null;
      const newestMs = newestRaw.get(level)?.atMs ?? null;
      // The newest block of a level stays: it is being written.
      if (oldestMs === null || newestMs === null || oldestMs >= newestMs) continue;
      expire(level, oldestMs + slotMs, `the database is larger than ${policy.maxBytes} bytes`);
      return;
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
    const gone = job.level === SPARSE.level ? BY_SIZE.filter(({ level }) => level !== HOUR_LEVEL && level !== SPARSE.level).map(({ level }) => level) : [job.level];
    const done = db.transaction(() => {
      for (const level of gone) keep.run(`kept_from_${level}`, String(job.beforeMs));
      return whole === undefined ? blocks.expireRaw(cluster, job.beforeMs, BLOCKS_A_STEP) : blocks.expireWhole(whole, cluster, job.beforeMs, BLOCKS_A_STEP);
    });
    if (done === 0) job.clusters.shift();
    return true;
  };

  /** @returns whether there may be more to do */
  const step = (newestMs: number): boolean => {
    if (work()) {
      if (jobs.length === 0) lookAtMs = -Infinity;
      return true;
    }
    if (Math.abs(newestMs - lookAtMs) >= LOOK_EVERY_MS) {
      lookAtMs = newestMs;
      look(newestMs);
      return true;
    }
    const { free } = pages.get() ?? { free: 0 };
    if (free <= SPARE_PAGES) return false;
    giveBack();
    return true;
  };

  return {
    set(next) {
      policy = next;
      lookAtMs = -Infinity;
    },
    step(newestMs) {
      const jumped = newestMs < lastMs - LONGEST_STEP_MS || newestMs > lastMs + LONGEST_STEP_MS;
      if (jumped) steadySinceMs = newestMs;
      lastMs = newestMs;
      if (newestMs - steadySinceMs >= STEADY_MS) step(newestMs);
    },
    get rawFromMs() {
      return rawFromMs;
    },
    all(newestMs) {
      lookAtMs = -Infinity;
      while (step(newestMs));
    },
  };
}
