import { isAppError } from '@shared/contract/errors';
import type { Sample, Series, SeriesKey } from '@shared/model/series';
import type { Retention as RetentionSettings } from '@shared/model/settings';
import type { DamageFound } from './block-reader';
import { BlockWriter, type RawSlot } from './block-writer';
import { BulkWriter, type OnKnown, type PutCounts, type Rest } from './bulk-writer';
import { isStorageError, storageError } from '../file/errors';
import { byHour, clip, CLUSTER_OF, clusterOf, floorTo, RAW_SLOT_MS, type Column } from './levels';
import { convertRows } from './legacy';
import { SERIES_WITH_METRIC, type Metrics } from '../records/metrics';
import type { WriteHandle } from '../file/open';
import { Pending } from './pending';
import { openRetention, type Retention } from './retention';
import type { StoreLog, WriteContext } from '../repository';
import { readSeries, type SeriesRow } from './series-row';
import type { Keeping, SeriesColumn } from './types';

/** How long samples stay in rows of their own before they are packed into blocks, ms; also how often that begins. */
export const SETTLE_EVERY_MS = 120_000;
/** What is due when a period begins is done within about so many ticks. */
const TICKS_A_ROUND = 30;
/** A commit of many samples does more of the packing after it: so many times its own number, so that rows never pile up. */
const WORK_A_SAMPLE = 3;
/** Rows are dropped so much of their time at once, ms. */
const DROP_SPAN_MS = 20_000;
/** Rows that one statement of the bulk insert takes. */
const BULK = 16;
/** Samples that one transaction takes of what comes in columns and goes by rows. */
const PIECE = 20_000;

export interface SampleTables {
  /** All series ever recorded, by id. */
  listSeries(): Series[];
  /** Those that are not of a run that is over, by id. */
  livingSeries(): Series[];
  /** The run of this device is over: its series are living no more. Inside a transaction or not. */
  endDevice(device: string): void;
  /** The id of this series, made when new. */
  ensureSeries(key: SeriesKey): Series;
  /** The same for many, in one transaction: all of them, or (when it throws) none. */
  ensureAllSeries(keys: readonly SeriesKey[]): Series[];
  /**
   * One tick: all samples in one transaction. A sample for a time already stored for its series replaces it; one of a
   * series that was deleted meanwhile is dropped (late for its run, it must not cost the tick), and one of a time whose
   * samples have expired.
   *
   * Afterwards, in transactions of its own, a bit of the packing of older samples into blocks is done.
   */
  commit(samples: readonly Sample[]): void;
  /**
   * Many samples of the past, straight into their blocks, in several transactions. `onKnown` is told of each whose time is
   * there already; what it throws ends it. @returns how many were new, replaced another, or were there already
   */
  commitColumns(columns: readonly SeriesColumn[], onKnown: OnKnown): PutCounts;
  /** Deletes the series of this device with their samples. To be called inside a transaction; {@link forgetDeleted} after it. */
  dropDevice(device: string): void;
  /** To be called after series were deleted. */
  forgetDeleted(): void;
  /** How long samples and rollups are kept from now on; applied bit by bit with the ticks that follow. */
  setRetention(retention: RetentionSettings): void;
  /** Samples before this have expired: they would be dropped. ms; -Infinity = none. */
  readonly rawFromMs: number;
  readonly keeping: Keeping;
  /** Takes what is damaged of this block out of the way, into `quarantine`. False when it is sound by now. */
  quarantineDamaged(found: DamageFound): boolean;
}

/** The writer's side of `series`, `sample_recent` and `block`; migrations/0002-blocks.ts says how the two divide the samples. */
export function openSampleTables({ db, log, passedMs, onClose }: WriteContext, metrics: Metrics): SampleTables {
  const selectAll = db.query<SeriesRow>(`SELECT ${SERIES_WITH_METRIC} ORDER BY s.id`);
  const selectLiving = db.query<SeriesRow>(`SELECT ${SERIES_WITH_METRIC} WHERE s.ended = 0 ORDER BY s.id`);
  const end = db.change('UPDATE series SET ended = 1 WHERE device = ? AND ended = 0');
  const selectOne = db.query<{ id: number; label: string }>(
    'SELECT id, label FROM series WHERE device = ? AND metric = ? AND provenance = ?',
  );
  const insertSeries = db.query<{ id: number }>('INSERT INTO series (device, metric, provenance, label) VALUES (?, ?, ?, ?) RETURNING id');
  const relabel = db.change('UPDATE series SET label = ? WHERE id = ?');
  const upsert = (rows: number): string =>
    `INSERT INTO sample_recent (series_id, at_ms, value) VALUES ${Array.from({ length: rows }, () => '(?, ?, ?)').join(', ')} ON CONFLICT (at_ms, series_id) DO UPDATE SET value = excluded.value`;
  const putOne = db.change(upsert(1));
  const putBulk = db.change(upsert(BULK));
  const idsOfDevice = db.query<{ id: number }>('SELECT id FROM series WHERE device = ?');
  const deleteSeries = db.change('DELETE FROM series WHERE device = ?');
  const dropSeriesRows = db.change('DELETE FROM sample_recent WHERE series_id = ?');
  const selectId = db.query<{ id: number }>('SELECT id FROM series WHERE id = ?');
  const selectDeleted = db.query<{ id: number }>('SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM series)');
  const blocks = new BlockWriter(db, log);
  const bulk = new BulkWriter(db, blocks);
  const retention = openRetention(db, blocks, log, passedMs);
  convertRows(db, blocks, log);
  /** Ids that are known to be in the database: those that samples came for. */
  const live = new Set<number>();
  const isThere = (id: number): boolean => {
    if (live.has(id)) return true;
    if (selectId.get(id) === undefined) return false;
    live.add(id);
    return true;
  };
  const pending = new Pending();
  /** The hour of the samples that it was last logged of: a clock that is far behind would fill the log. */
  let droppedLogged = Number.NaN;
  for (const row of db.query<Sample>('SELECT series_id AS seriesId, at_ms AS atMs, value FROM sample_recent').all()) pending.put(row);
  const rounds = openRounds(db, blocks, pending, retention, log);
  // Packs all that lies in rows.
  onClose(() => rounds.all());

  const insert = (samples: readonly Sample[]): void => {
    // A number that is not finite is no reading. NaN would be stored as NULL anyway; an infinity would not.
    const stored = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : value);
    let at = 0;
    const params: (number | null)[] = new Array<number | null>(3 * BULK).fill(null);
    for (; at + BULK <= samples.length; at += BULK) {
      for (let i = 0; i < BULK; i++) {
        const { seriesId, atMs, value } = samples[at + i] as Sample;
        params[3 * i] = seriesId;
        params[3 * i + 1] = atMs;
        params[3 * i + 2] = stored(value);
      }
      putBulk.run(...params);
    }
    for (; at < samples.length; at++) {
      const { seriesId, atMs, value } = samples[at] as Sample;
      putOne.run(seriesId, atMs, stored(value));
    }
  };

  /** Without those of a time whose samples have expired; `admits` may know better. */
  const unexpired = (samples: readonly Sample[], live = false): readonly Sample[] => {
    const isIn = ({ atMs }: Sample): boolean => atMs >= retention.rawFromMs || (live && retention.admits(atMs));
    if (samples.every(isIn)) return samples;
    const left = samples.filter(isIn);
    if (droppedLogged !== floorTo(samples[0]?.atMs ?? 0, RAW_SLOT_MS))
      log('warn', `samples of a time whose samples have expired dropped: ${samples.length - left.length}`);
    droppedLogged = floorTo(samples[0]?.atMs ?? 0, RAW_SLOT_MS);
    return left;
  };

  /** The same for a tick, whose newest time is that of the wall clock: while nothing of that can be recorded, it is said. */
  const admitted = (samples: readonly Sample[]): readonly Sample[] => {
    const newestMs = samples.reduce((newest, { atMs }) => Math.max(newest, atMs), -Infinity);
    const left = unexpired(samples, true);
    if (left.length > 0) retention.taken();
    if (left.length < samples.length) retention.refused(samples.length - left.length, left.length === 0, newestMs);
    return left;
  };

  const commit = (given: readonly Sample[], past: boolean): void => {
    const alive = given.every(({ seriesId }) => isThere(seriesId)) ? given : given.filter(({ seriesId }) => isThere(seriesId));
    if (alive.length < given.length) log('warn', `late samples of deleted series dropped: ${given.length - alive.length}`);
    const samples = past ? unexpired(alive) : admitted(alive);
    if (samples.length === 0) return;
    db.transaction(() => insert(samples));
    let newestMs = -Infinity;
    for (const sample of samples) {
      pending.put(sample);
      if (sample.atMs > newestMs) newestMs = sample.atMs;
    }
    rounds.step(newestMs, samples.length * WORK_A_SAMPLE, past);
  };

  /** By the way of what is recorded now. */
  const commitRows = (columns: readonly SeriesColumn[]): void => {
    for (const { seriesId, times, values } of columns) {
      for (let from = 0; from < times.length; from += PIECE) {
        const piece = Array.from(times.subarray(from, from + PIECE), (atMs, i): Sample => ({
          seriesId,
          atMs,
          value: values[from + i] ?? null,
        }));
        commit(piece, true);
      }
    }
  };

  const commitColumns = (columns: readonly SeriesColumn[], onKnown: OnKnown): PutCounts => {
    const total: PutCounts = { fresh: 0, changed: 0, same: 0 };
    const clusters = new Map<number, Map<number, Column>>();
    for (const { seriesId, ...column } of columns) {
      if (!isThere(seriesId)) continue;
      const cluster = clusterOf(seriesId);
      clusters.set(
        cluster,
        (clusters.get(cluster) ?? new Map<number, Column>()).set(seriesId, clip(column, retention.rawFromMs, Infinity)),
      );
    }
    const target = {
      openMs: Math.min(rounds.hourMs(), floorTo(Date.now(), RAW_SLOT_MS)),
      pending: (...span: [number, number, number]) => pending.column(...span),
    };
    let refused: unknown = null;
    const onKnownHere: OnKnown = (...known) => {
      try {
        onKnown(...known);
      } catch (error) {
        refused = error;
        throw error;
      }
    };
    /** Null when it failed for another reason than the asker's, or the disk's. */
    const bulkPut = (cluster: number, series: ReadonlyMap<number, Column>, counts: PutCounts): Rest | null => {
      try {
        return db.transaction(() => bulk.put(cluster, series, target, counts, onKnownHere));
      } catch (error) {
        if (error === refused || isStorageError(error, db.path)) throw error;
        return null;
      }
    };
    for (const [cluster, series] of clusters) {
      const counts: PutCounts = { fresh: 0, changed: 0, same: 0 };
      const rest = bulkPut(cluster, series, counts);
      if (rest === null) {
        // What is damaged, or cannot be packed, is set apart on the slow way.
        const apart = blocks.samplesApart;
        rounds.dropLater(db.transaction(() => blocks.fold(cluster, new Map(byHour(series)), NaN)));
        const given = [...series.values()].reduce((sum, { times }) => sum + times.length, 0);
        Object.assign(counts, { fresh: Math.max(0, given - (blocks.samplesApart - apart)), changed: 0, same: 0 });
      } else {
        rounds.dropLater(rest.pieces);
        commitRows(rest.rows);
      }
      for (const what of ['fresh', 'changed', 'same'] as const) total[what] += counts[what];
    }
    return total;
  };

  const ensure = (given: SeriesKey): Series => {
    const key = { ...given, metric: metrics.ensure(given) };
    const found = selectOne.get(key.device, key.metric, key.provenance);
    if (found === undefined) {
      const made = insertSeries.get(key.device, key.metric, key.provenance, key.label);
      if (made === undefined) throw new Error(`series ${key.device} ${key.metric} was not made`);
      return { ...key, id: made.id };
    }
    if (found.label !== key.label) relabel.run(key.label, found.id);
    return { ...key, id: found.id };
  };
  const ensureAll = (keys: readonly SeriesKey[]): Series[] => {
    const all = db.transaction(() => keys.map(ensure));
    for (const { id } of all) live.add(id);
    return all;
  };

  return {
    listSeries: () => selectAll.all().flatMap((row) => readSeries(row, log) ?? []),
    livingSeries: () => selectLiving.all().flatMap((row) => readSeries(row, log) ?? []),
    endDevice: (device) => void end.run(device),
    ensureSeries(key) {
      const [series] = ensureAll([key]);
      if (series === undefined) throw new Error(`series ${key.device} ${key.metric} was not made`);
      return series;
    },
    ensureAllSeries: ensureAll,
    commit: (samples) => commit(samples, false),
    commitColumns,
    dropDevice(device) {
      const seriesIds = idsOfDevice.all(device).map(({ id }) => id);
      blocks.dropSeries(seriesIds);
      for (const id of seriesIds) dropSeriesRows.run(id);
      deleteSeries.run(device);
    },
    forgetDeleted() {
      for (const { id } of selectDeleted.all(JSON.stringify([...new Set([...live, ...pending.seriesIds()])]))) {
        live.delete(id);
        pending.forget(id);
      }
    },
    setRetention: (policy) => retention.set(policy),
    get rawFromMs() {
      return retention.rawFromMs;
    },
    get keeping() {
      return retention.keeping;
    },
    quarantineDamaged: ({ level, cluster, slotMs }) => db.transaction(() => blocks.checkSlot(level, cluster, slotMs)),
  };
}

interface Rounds {
  /**
   * Does the next bit of work, and more until it has moved `samples`, after a tick whose newest sample is of `newestMs`;
   * `past`: after samples of another time, which say nothing of what time it is once there was a tick.
   */
  step(newestMs: number, samples: number, past: boolean): void;
  /** Packs all there is, in as many transactions as clusters. */
  all(): void;
  /** The hour that goes on, by the ticks; Infinity before the first. */
  hourMs(): number;
  /** Takes pieces of blocks that are of no more use. */
  dropLater(ids: readonly number[]): void;
}

/**
 * The way of samples from their rows into blocks, a bit after each tick, in transactions of its own: when the clock
 * enters another period of two minutes, all samples outside of it are packed, one cluster after another; then their rows
 * go; then the hours that are over get their rollups; then what is too old goes. A kill between any two of these leaves
 * samples in both places, never in none. A full disk lets it rest until the next period: the rows are safe.
 */
function openRounds(db: WriteHandle, blocks: BlockWriter, pending: Pending, retention: Retention, log: StoreLog): Rounds {
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
  /** Blocks that are of no more use: dropped once every cluster has written its new ones. */
  let pieces: number[] = [];

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
  const strays = (endMs: number): number[] => pending.outside(periodMs, endMs).filter((cluster) => !stuck.has(cluster));

  /** @returns how many samples it packed */
  const fold = (cluster: number, fromMs: number, endMs: number): number => {
    const before = pending.size;
    const packed = harmless(cluster, () => {
      pieces.push(...db.transaction(() => blocks.fold(cluster, pending.hours(cluster, fromMs, endMs), hourOf())));
    });
    if (packed) pending.drop(cluster, fromMs, endMs);
    else stuck.add(cluster);
    return before - pending.size;
  };

  const seal = (slot: RawSlot): number => {
    let samples = 0;
    harmless(slot.cluster, () => {
      const sealed = db.transaction(() => blocks.seal(slot));
      pieces.push(...sealed.pieces);
      samples = sealed.samples;
    });
    return samples;
  };

  /** @returns how many it dropped */
  const dropPieces = (): number => {
    if (pieces.length === 0) return 0;
    db.transaction(() => blocks.drop(pieces));
    const dropped = pieces.length;
    pieces = [];
    return dropped;
  };

  const begin = (): void => {
    dropPieces();
    stuck.clear();
    due = pending.outside(periodMs, periodMs + SETTLE_EVERY_MS);
    atOnce = Math.max(1, Math.ceil(due.length / TICKS_A_ROUND));
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
    if (due.length > 0) return due.splice(0, atOnce).reduce((sum, cluster) => sum + fold(cluster, periodMs, periodMs + SETTLE_EVERY_MS), 0);
    if (pieces.length > 0 && (dropping || toSeal.length === 0)) return dropPieces();
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
      for (const id of ids) pieces.push(id);
    },
    all() {
      guarded(() => {
        stuck.clear();
        for (const cluster of pending.outside(0, 0)) fold(cluster, 0, 0);
        dropPieces();
        db.transaction(() => dropOthers.run(0, 0, JSON.stringify([...stuck])));
      });
    },
  };
}
