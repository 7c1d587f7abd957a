import type { Log } from '@shared/base/log';
import { isAppError } from '@shared/contract/errors';
import type { BlockWriter, RawSlot } from './block-writer';
import { isStorageError, storageError } from '../file/errors';
import { CLUSTER_OF, floorTo, RAW_SLOT_MS } from './levels';
import type { WriteHandle } from '../file/open';
import type { Retention } from './retention';
import type { WriteBuffer } from './write-buffer';

/** How long samples stay in rows of their own before they are packed into blocks, ms; also how often that begins. */
export const SETTLE_EVERY_MS = 120_000;
/** What is due when a period begins is done within about so many ticks. */
const TICKS_A_PERIOD = 30;
/** Rows are dropped so much of their time at once, ms. */
const DROP_SPAN_MS = 20_000;

export interface Compactor {
  /**
   * Does the next bit of work, and more until it has moved `samples`, after a tick whose newest sample is of `newestMs`;
   * `past`: after samples of another time, which say nothing of what time it is once there was a tick.
   */
  step(newestMs: number, samples: number, past: boolean): void;
  /** Packs all there is, in as many transactions as clusters. */
  all(): void;
  /** The hour that goes on, by the ticks; Infinity before the first. */
  hourMs(): number;
  /** Takes partial blocks that are of no more use. */
  dropLater(ids: readonly number[]): void;
}

/**
 * The way of samples from their rows into blocks, a bit after each tick, in transactions of its own: when the clock
 * enters another period of two minutes, all samples outside of it are packed, one cluster after another; then their rows
 * go; then the hours that are over get their rollups; then what is too old goes. A kill between any two of these leaves
 * samples in both places, never in none. A full disk lets it rest until the next period: the rows are safe.
 */
export function openCompactor(db: WriteHandle, blocks: BlockWriter, buffer: WriteBuffer, retention: Retention, log: Log): Compactor {
  const oldest = db.query<{ atMs: number | null }>('SELECT min(at_ms) AS atMs FROM sample_recent');
  const newest = db.query<{ atMs: number | null }>('SELECT max(at_ms) AS atMs FROM sample_recent');
  const dropBefore = db.change('DELETE FROM sample_recent WHERE at_ms < ?');
  const dropFrom = db.change('DELETE FROM sample_recent WHERE at_ms >= ?');
  const dropOthers = db.change(
    `DELETE FROM sample_recent WHERE (at_ms < ? OR at_ms >= ?) AND ${CLUSTER_OF} NOT IN (SELECT value FROM json_each(?))`,
  );
  /** Clusters that could not be packed in this period: their rows are to stay. */
  const stuck = new Set<number>();
  /** What was last logged of them: the same every two minutes would fill the log. */
  const told = new Map<number, string>();
  let periodMs = NaN;
  let clockMs = NaN;
  let ticked = false;
  let due: number[] = [];
  let atOnce = 1;
  let dropping = false;
  let toSeal: RawSlot[] = [];
  /** Of no more use: dropped once every cluster has written its new ones. */
  let partialBlocks: number[] = [];

  const hourOf = (): number => floorTo(periodMs, RAW_SLOT_MS);

  /**
   * Packs what is of one cluster; a mistake of the program there costs no other cluster, and is tried again next period.
   * @returns whether it went well
   */
  const harmless = (cluster: number, work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      if (isStorageError(error, db.path)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (told.get(cluster) !== why) {
        log('error', `cluster ${cluster} cannot be packed for now (${why}): its samples stay where they are, the others go on`);
      }
      told.set(cluster, why);
      return false;
    }
  };

  /** The clusters with samples to pack that have not failed in this period. */
  const strays = (endMs: number): number[] => buffer.outside(periodMs, endMs).filter((cluster) => !stuck.has(cluster));

  /** @returns how many samples it packed */
  const compactCluster = (cluster: number, fromMs: number, endMs: number): number => {
    const before = buffer.size;
    const packed = harmless(cluster, () => {
      partialBlocks.push(...db.transaction(() => blocks.compactCluster(cluster, buffer.hours(cluster, fromMs, endMs), hourOf())));
    });
    if (packed) buffer.drop(cluster, fromMs, endMs);
    else stuck.add(cluster);
    return before - buffer.size;
  };

  const seal = (slot: RawSlot): number => {
    let samples = 0;
    harmless(slot.cluster, () => {
      const sealed = db.transaction(() => blocks.seal(slot));
      partialBlocks.push(...sealed.partialBlocks);
      samples = sealed.samples;
    });
    return samples;
  };

  /** @returns how many it dropped */
  const dropPartialBlocks = (): number => {
    if (partialBlocks.length === 0) return 0;
    db.transaction(() => blocks.drop(partialBlocks));
    const dropped = partialBlocks.length;
    partialBlocks = [];
    return dropped;
  };

  const begin = (): void => {
    dropPartialBlocks();
    stuck.clear();
    due = buffer.outside(periodMs, periodMs + SETTLE_EVERY_MS);
    atOnce = Math.max(1, Math.ceil(due.length / TICKS_A_PERIOD));
    dropping = true;
    toSeal = blocks.unsealed().filter(({ slotMs }) => slotMs !== hourOf());
  };

  /** Drops rows that are packed, some seconds of them. @returns how many; 0 = none are left */
  const dropRows = (): number => {
    const endMs = periodMs + SETTLE_EVERY_MS;
    const stray = strays(endMs);
    if (stray.length > 0) {
      due = stray;
      return 1;
    }
    if (stuck.size > 0) {
      db.transaction(() => dropOthers.run(periodMs, endMs, JSON.stringify([...stuck])));
      return 0;
    }
    const firstMs = oldest.get()?.atMs ?? null;
    if (firstMs !== null && firstMs < periodMs) {
      const untilMs = Math.min(periodMs, firstMs + DROP_SPAN_MS);
      return db.transaction(() => dropBefore.run(untilMs));
    }
    const lastMs = newest.get()?.atMs ?? null;
    return lastMs !== null && lastMs >= endMs ? db.transaction(() => dropFrom.run(endMs)) : 0;
  };

  /** @returns how many samples it moved, Infinity when there is nothing more to pack */
  const work = (newestMs: number): number => {
    if (due.length > 0)
      return due.splice(0, atOnce).reduce((sum, cluster) => sum + compactCluster(cluster, periodMs, periodMs + SETTLE_EVERY_MS), 0);
    if (partialBlocks.length > 0 && (dropping || toSeal.length === 0)) return dropPartialBlocks();
    if (dropping) {
      const dropped = dropRows();
      dropping = dropped > 0;
      // What began in an hour that ended meanwhile: its last samples are in by now.
      if (!dropping) toSeal = blocks.unsealed().filter(({ slotMs }) => slotMs !== hourOf());
      return dropped;
    }
    if (toSeal.length === 0) {
      // An import on its own knows nothing of what time it is.
      if (ticked) retention.step(newestMs);
      return Infinity;
    }
    return toSeal.splice(0, atOnce).reduce((sum, slot) => sum + seal(slot), 0);
  };

  const guarded = (doIt: () => void): void => {
    try {
      doIt();
    } catch (error) {
      const named = storageError(error, db.path);
      if (!isAppError(named, 'storage-full')) throw error;
      log('warn', `${named.message} Samples stay in rows until then.`);
      due = [];
      dropping = false;
      toSeal = [];
    }
  };

  return {
    step(newestMs, samples, past) {
      if (!past || Number.isNaN(clockMs)) clockMs = newestMs;
      ticked ||= !past;
      const period = floorTo(clockMs, SETTLE_EVERY_MS);
      guarded(() => {
        // What came in beside the ticks does not wait for their next period: it may be millions.
        if (period !== periodMs || (past && due.length === 0 && !dropping && toSeal.length === 0)) {
          periodMs = period;
          begin();
        }
        for (let moved = 0; moved === 0 || moved < samples;) {
          const more = work(clockMs);
          moved += Math.max(1, more);
        }
      });
    },
    hourMs: () => (Number.isNaN(periodMs) ? Infinity : hourOf()),
    dropLater(ids) {
      for (const id of ids) partialBlocks.push(id);
    },
    all() {
      guarded(() => {
        stuck.clear();
        for (const cluster of buffer.outside(0, 0)) compactCluster(cluster, 0, 0);
        dropPartialBlocks();
        db.transaction(() => dropOthers.run(0, 0, JSON.stringify([...stuck])));
      });
    },
  };
}
