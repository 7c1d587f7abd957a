import type { Sample, Series, SeriesKey } from '@shared/model/series';
import type { Retention as RetentionSettings } from '@shared/model/settings';
import type { DamageFound } from './block-reader';
import { BlockWriter } from './block-writer';
import { BulkWriter, type OnKnown, type PutCounts, type Rest } from './bulk-writer';
import { openCompactor } from './compactor';
import { isStorageError } from '../file/errors';
import { byHour, clip, type Column } from './columns';
import { clusterOf, floorTo, RAW_SLOT_MS } from './levels';
import { convertRows } from './legacy';
import { SERIES_WITH_METRIC, type Metrics } from '../records/metrics';
import { WriteBuffer } from './write-buffer';
import { openRetention } from './retention';
import type { WriteContext } from '../repository';
import { readSeries, type SeriesRow } from './series-row';
import type { Keeping, SeriesColumn } from './types';

/** A commit of many samples does more of the packing after it: so many times its own number, so that rows never pile up. */
const WORK_A_SAMPLE = 3;
/** Rows that one statement of the bulk insert takes. */
const BULK = 16;
/** Samples that one transaction takes of what comes in columns and goes by rows. */
const CHUNK_SAMPLES = 20_000;

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
  const buffer = new WriteBuffer();
  /** The hour of the samples that it was last logged of: a clock that is far behind would fill the log. */
  let droppedLogged = Number.NaN;
  for (const row of db.query<Sample>('SELECT series_id AS seriesId, at_ms AS atMs, value FROM sample_recent').all()) buffer.put(row);
  const compactor = openCompactor(db, blocks, buffer, retention, log);
  // Packs all that lies in rows.
  onClose(() => compactor.all());

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
      buffer.put(sample);
      if (sample.atMs > newestMs) newestMs = sample.atMs;
    }
    compactor.step(newestMs, samples.length * WORK_A_SAMPLE, past);
  };

  /** By the way of what is recorded now. */
  const commitRows = (columns: readonly SeriesColumn[]): void => {
    for (const { seriesId, times, values } of columns) {
      for (let from = 0; from < times.length; from += CHUNK_SAMPLES) {
        const chunk = Array.from(times.subarray(from, from + CHUNK_SAMPLES), (atMs, i): Sample => ({
          seriesId,
          atMs,
          value: values[from + i] ?? null,
        }));
        commit(chunk, true);
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
      openMs: Math.min(compactor.hourMs(), floorTo(Date.now(), RAW_SLOT_MS)),
      buffered: (...span: [number, number, number]) => buffer.column(...span),
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
        compactor.dropLater(db.transaction(() => blocks.compactCluster(cluster, new Map(byHour(series)), NaN)));
        const given = [...series.values()].reduce((sum, { times }) => sum + times.length, 0);
        Object.assign(counts, { fresh: Math.max(0, given - (blocks.samplesApart - apart)), changed: 0, same: 0 });
      } else {
        compactor.dropLater(rest.partialBlocks);
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
      for (const { id } of selectDeleted.all(JSON.stringify([...new Set([...live, ...buffer.seriesIds()])]))) {
        live.delete(id);
        buffer.forget(id);
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
