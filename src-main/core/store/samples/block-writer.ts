import type { Log } from '@shared/base/log';
import { DamagedBlock } from './codec/bits';
import { clip, EMPTY_COLUMN, mergeColumns, replaceSpan, type Column } from './columns';
import {
  clusterOf,
  floorTo,
  holdsSamples,
  HOUR_LEVEL,
  LATE_LEVEL,
  levelOf,
  RAW_LEVEL,
  RAW_SLOT_MS,
  ROLLUPS,
  SPARSE,
  SPARSE_SAMPLES,
  type Level,
} from './levels';
import { emptyEntries, rollUp, type Entries } from './rollup-entries';
import type { WriteHandle } from '../file/open';
import { Quarantine, type Stored } from './quarantine';
import { entriesOf, joinAround, rollupColumns } from './rollup-columns';
import { BlockPayload, STAT, type Grid, type PayloadColumn } from './block-payload';

/** Partial blocks of the hour that goes on, before they are made one. */
const MAX_PARTS = 8;

const HOURLY: Level = ROLLUPS[3];
/** The levels that are written with the samples: those of sparse samples are computed when they are asked for. */
const FINER_THAN_HOUR = ROLLUPS.filter(({ level }) => level !== LATE_LEVEL && level !== HOUR_LEVEL);

/** A slot of raw samples of one cluster. */
export interface RawSlot {
  readonly cluster: number;
  readonly slotMs: number;
}

/** From when on, and what ends by when, ms. */
interface Span {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** All samples of an hour that is over, and the blocks they came from. */
interface Over {
  readonly slotMs: number;
  readonly merged: Map<number, Column>;
  readonly parts: readonly Stored[];
}

/** The writer's side of `block` and `quarantine`. Each method is to be called inside a transaction, but {@link transaction}. */
export class BlockWriter {
  private readonly ofSlot;
  private readonly insert;
  private readonly remove;
  private readonly openSlots;
  private readonly rawBefore;
  private readonly clusters;
  private readonly wholeBefore;
  private readonly quarantine: Quarantine;
  private readonly slotsOf;

  constructor(db: WriteHandle, log: Log) {
    this.quarantine = new Quarantine(db, log);
    this.ofSlot = db.query<Stored>(
      'SELECT id, slot_ms AS slot, part, sealed, data FROM block WHERE level = ? AND cluster = ? AND slot_ms = ? ORDER BY part',
    );
    this.insert = db.change(
      'INSERT INTO block (level, cluster, slot_ms, part, sealed, samples, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.remove = db.change('DELETE FROM block WHERE id = ?');
    this.openSlots = db.query<RawSlot>('SELECT DISTINCT cluster, slot_ms AS slotMs FROM block WHERE sealed = 0');
    this.rawBefore = db.query<{ slotMs: number }>(
      'SELECT DISTINCT slot_ms AS slotMs FROM block WHERE level = 0 AND cluster = ? AND slot_ms >= ? AND slot_ms < ? ORDER BY slot_ms LIMIT ?',
    );
    this.clusters = db.query<{ cluster: number }>('SELECT DISTINCT cluster FROM block');
    this.wholeBefore = db.query<{ id: number; samples: number }>(
      'SELECT id, samples FROM block WHERE level = ? AND cluster = ? AND slot_ms >= ? AND slot_ms <= ? LIMIT ?',
    );
    this.slotsOf = db.query<{ slotMs: number }>('SELECT DISTINCT slot_ms AS slotMs FROM block WHERE level = ? AND cluster = ?');
  }

  /** How many samples of series that could not be packed were set apart so far. */
  get samplesApart(): number {
    return this.quarantine.samplesApart;
  }

  /** Slots that have no rollups yet. */
  unsealed(): RawSlot[] {
    return this.openSlots.all();
  }

  /**
   * Puts samples into the blocks of their hours; a time already there is replaced. The hour that goes on (`openMs`) gets
   * another partial block; any other is written anew as a whole, with its rollups.
   * @returns partial blocks that are of no more use, for {@link drop} once this is committed
   */
  compactCluster(cluster: number, hours: ReadonlyMap<number, ReadonlyMap<number, Column>>, openMs: number): number[] {
    const over: Over[] = [];
    for (const [slotMs, samples] of hours) {
      const parts = this.ofSlot.all(RAW_LEVEL, cluster, slotMs);
      if (slotMs === openMs && parts.length < MAX_PARTS) {
        this.put(RAW_LEVEL, cluster, slotMs, (parts.at(-1)?.part ?? -1) + 1, false, rawColumns(samples));
        continue;
      }
      const merged = this.mergeParts(parts, RAW_LEVEL, cluster);
      for (const [seriesId, column] of samples) {
        const known = merged.get(seriesId) ?? EMPTY_COLUMN;
        this.quarantine.spare(RAW_LEVEL, slotMs, seriesId, column, () => merged.set(seriesId, mergeColumns(known, column)));
      }
      if (slotMs !== openMs) {
        over.push({ slotMs, merged, parts });
        continue;
      }
      this.drop(parts.map(({ id }) => id));
      this.put(RAW_LEVEL, cluster, slotMs, 0, false, rawColumns(merged));
    }
    return this.putHours(cluster, over);
  }

  /** Makes one of an hour's partial blocks and gives it its rollups. @returns how many samples it has, and partial blocks as {@link compactCluster} */
  seal({ cluster, slotMs }: RawSlot): { samples: number; partialBlocks: number[] } {
    const parts = this.ofSlot.all(RAW_LEVEL, cluster, slotMs);
    const merged = this.mergeParts(parts, RAW_LEVEL, cluster);
    const samples = [...merged.values()].reduce((sum, { times }) => sum + times.length, 0);
    return { samples, partialBlocks: this.putHours(cluster, [{ slotMs, merged, parts }]) };
  }

  /** Drops blocks by their ids. */
  drop(ids: readonly number[]): void {
    for (const id of ids) this.remove.run(id);
  }

  /** Drops the oldest hours of raw samples of a span, at most `limit` blocks, and leaves their finest rollup. @returns how many */
  expireRaw(cluster: number, { fromMs, beforeMs }: Span, limit: number): { blocks: number; samples: number } {
    const slots = this.rawBefore.all(cluster, fromMs, beforeMs - RAW_SLOT_MS + 1, limit);
    const hours = new Map<number, Map<number, Column>>();
    let samples = 0;
    for (const { slotMs } of slots) {
      const parts = this.ofSlot.all(RAW_LEVEL, cluster, slotMs);
      const merged = this.mergeParts(parts, RAW_LEVEL, cluster);
      for (const { times } of merged.values()) samples += times.length;
      hours.set(slotMs, merged);
      for (const { id } of parts) this.remove.run(id);
    }
    this.putRollups(cluster, hours, ROLLUPS);
    return { blocks: slots.length, samples };
  }

  /** Drops blocks of one level of rollups, or of sparse samples, that lie in a span, at most `limit`. @returns how many */
  expireWhole({ level, slotMs }: Level, cluster: number, { fromMs, beforeMs }: Span, limit: number): { blocks: number; samples: number } {
    const due = this.wholeBefore.all(level, cluster, fromMs, beforeMs - slotMs, limit);
    for (const { id } of due) this.remove.run(id);
    return { blocks: due.length, samples: holdsSamples(level) ? due.reduce((sum, { samples }) => sum + samples, 0) : 0 };
  }

  /** Whether anything was recorded in an hour that begins from `fromMs` to before `endMs` and is over. */
  hasHours(fromMs: number, endMs: number): boolean {
    for (const cluster of this.allClusters()) {
      for (const { slotMs } of this.slotsOf.all(HOUR_LEVEL, cluster)) {
        if (slotMs >= endMs || slotMs + HOURLY.slotMs <= fromMs) continue;
        for (const stored of this.ofSlot.all(HOUR_LEVEL, cluster, slotMs)) {
          const payload = this.openPayload(stored, HOUR_LEVEL, cluster);
          for (const id of payload?.seriesIds() ?? []) {
            if (payload?.column(id, STAT.count)?.times.some((hourMs) => hourMs >= fromMs && hourMs < endMs) === true) return true;
          }
        }
      }
    }
    return false;
  }

  allClusters(): number[] {
    return this.clusters.all().map(({ cluster }) => cluster);
  }

  /** Takes deleted series out of every block that has them. */
  dropSeries(seriesIds: readonly number[]): void {
    const dropped = new Set(seriesIds);
    for (const cluster of new Set(seriesIds.map(clusterOf))) {
      const hours = this.hoursOf(cluster, dropped);
      const rewriteSlot = (level: number, slotMs: number): void => {
        for (const stored of this.ofSlot.all(level, cluster, slotMs)) {
          const payload = this.openPayload(stored, level, cluster);
          if (payload === null || !payload.entries.some(({ seriesId }) => dropped.has(seriesId))) continue;
          this.rewrite(stored, payload, level, cluster, dropped);
        }
      };
      for (const hour of hours) rewriteSlot(RAW_LEVEL, hour);
      for (const { level, slotMs } of [...ROLLUPS, SPARSE])
        for (const slot of new Set([...hours].map((hour) => floorTo(hour, slotMs)))) rewriteSlot(level, slot);
    }
  }

  /** Looks again at a block that a reader found damaged and takes what is damaged out of it. @returns whether anything was */
  checkSlot(level: number, cluster: number, slotMs: number): boolean {
    let found = false;
    for (const stored of this.ofSlot.all(level, cluster, slotMs)) {
      const payload = this.openPayload(stored, level, cluster);
      if (payload === null) {
        found = true;
        continue;
      }
      const bad = new Set<number>();
      for (const { seriesId, stat } of payload.entries) {
        try {
          payload.column(seriesId, stat);
        } catch (error) {
          if (!(error instanceof DamagedBlock)) throw error;
          if (!bad.has(seriesId)) this.quarantine.add(level, cluster, stored.slot, seriesId, error.message, stored.data);
          bad.add(seriesId);
        }
      }
      if (bad.size === 0) continue;
      found = true;
      this.rewrite(stored, payload, level, cluster, bad);
    }
    return found;
  }

  /** Writes a block anew without these series. */
  private rewrite(stored: Stored, payload: BlockPayload, level: number, cluster: number, without: ReadonlySet<number>): void {
    const { id, slot, part, sealed } = stored;
    const bytes = payload.without(without);
    this.remove.run(id);
    if (bytes === null) return;
    this.insertBytes(level, cluster, slot, part, sealed, countOf(new BlockPayload(bytes, gridOf(level, slot)), level), bytes);
  }

  private hoursOf(cluster: number, seriesIds: ReadonlySet<number>): Set<number> {
    const all = new Set(this.unsealed().flatMap((slot) => (slot.cluster === cluster ? [slot.slotMs] : [])));
    for (const { slotMs } of this.slotsOf.all(HOUR_LEVEL, cluster)) {
      for (const stored of this.ofSlot.all(HOUR_LEVEL, cluster, slotMs)) {
        const payload = this.openPayload(stored, HOUR_LEVEL, cluster);
        for (const id of seriesIds) for (const hour of payload?.column(id, STAT.count)?.times ?? []) all.add(hour);
      }
    }
    return all;
  }

  /**
   * Writes hours that are over: each series' samples into a block of its hour or, where they are few, among those of some
   * days; then their rollups. `merged` becomes all that the series in it have there.
   * @returns the partial blocks. They stay for a while, which changes nothing (a later part counts), so that the new block does not
   *   take the pages they lie on, which are scattered: one that lies in few runs is read from a disk in fewer goes.
   */
  private putHours(cluster: number, over: readonly Over[]): number[] {
    const hours = new Map(over.map(({ slotMs, merged }) => [slotMs, merged]));
    const parts = new Map(over.map((each) => [each.slotMs, (each.parts.at(-1)?.part ?? -1) + 1]));
    const replaced = over.flatMap((each) => each.parts);
    this.drop(replaced.flatMap(({ id, sealed }) => (sealed === 1 ? [id] : [])));
    const finer = new Map([...hours].map(([hourMs, samples]) => [hourMs, new Map(samples)]));
    for (const slot of new Set([...hours.keys()].map((hour) => floorTo(hour, SPARSE.slotMs)))) {
      const stored = this.ofSlot.all(SPARSE.level, cluster, slot);
      const sparse = this.mergeParts(stored, SPARSE.level, cluster);
      for (const [hourMs, samples] of hours) {
        if (floorTo(hourMs, SPARSE.slotMs) !== slot) continue;
        const endMs = hourMs + RAW_SLOT_MS;
        const dense = new Map<number, Column>();
        for (const [id, column] of samples) {
          const known = sparse.get(id) ?? EMPTY_COLUMN;
          const joined = this.quarantine.spare(RAW_LEVEL, hourMs, id, column, () => {
            const before = clip(known, hourMs, endMs - 1);
            const all = mergeColumns(before, column);
            const few = all.times.length <= SPARSE_SAMPLES;
            const changed = few || before.times.length > 0;
            return { all, few, sparse: changed ? replaceSpan(known, few ? all : EMPTY_COLUMN, hourMs, endMs) : known };
          });
          if (joined === null) {
            samples.delete(id);
            finer.get(hourMs)?.delete(id);
            continue;
          }
          samples.set(id, joined.all);
          if (!joined.few) dense.set(id, joined.all);
          finer.get(hourMs)?.set(id, joined.few ? EMPTY_COLUMN : joined.all);
          if (joined.sparse !== known) sparse.set(id, joined.sparse);
        }
        this.put(RAW_LEVEL, cluster, hourMs, parts.get(hourMs) ?? 0, true, rawColumns(dense));
      }
      for (const { id } of stored) this.remove.run(id);
      this.put(SPARSE.level, cluster, slot, 0, true, rawColumns(sparse));
    }
    this.putRollups(cluster, finer, FINER_THAN_HOUR);
    this.putRollups(cluster, hours, [HOURLY]);
    return replaced.flatMap(({ id, sealed }) => (sealed === 0 ? [id] : []));
  }

  /** Computes the entries of these hours anew from all their samples; those of other hours stay. */
  private putRollups(cluster: number, hours: ReadonlyMap<number, ReadonlyMap<number, Column>>, levels: readonly Level[]): void {
    for (const { level, widthMs, slotMs } of levels) {
      for (const slot of new Set([...hours.keys()].map((hour) => floorTo(hour, slotMs)))) {
        const stored = this.ofSlot.all(level, cluster, slot);
        const bySeries = new Map<number, Entries>();
        for (const row of stored) {
          const payload = this.openPayload(row, level, cluster);
          for (const id of payload?.seriesIds() ?? []) {
            const entries = this.quarantine.sound(row, level, cluster, id, () => (payload === null ? null : entriesOf(payload, id)));
            if (entries !== null) bySeries.set(id, entries);
          }
          this.remove.run(row.id);
        }
        for (const [hourMs, samples] of hours) {
          if (floorTo(hourMs, slotMs) !== slot) continue;
          for (const [id, column] of samples) {
            const known = bySeries.get(id);
            const endMs = hourMs + RAW_SLOT_MS;
            const joined = this.quarantine.spare(level, hourMs, id, column, () =>
              joinAround(known, rollUp(column, widthMs), hourMs, endMs),
            );
            // Its samples are not what these entries were made of any more; those of other hours stay.
            if (joined !== null) bySeries.set(id, joined);
            else if (known !== undefined) bySeries.set(id, joinAround(known, emptyEntries(), hourMs, endMs));
          }
        }
        const columns = [...bySeries]
          .sort(([a], [b]) => a - b)
          .flatMap(([id, entries]) => (entries.starts.length === 0 ? [] : rollupColumns(id, entries)));
        this.put(level, cluster, slot, 0, true, columns);
      }
    }
  }

  private mergeParts(parts: readonly Stored[], level: number, cluster: number): Map<number, Column> {
    const merged = new Map<number, Column>();
    for (const part of parts) {
      const payload = this.openPayload(part, level, cluster);
      for (const id of payload?.seriesIds() ?? []) {
        const column = this.quarantine.sound(part, level, cluster, id, () => payload?.column(id, STAT.value) ?? null);
        if (column === null) continue;
        this.quarantine.spare(level, part.slot, id, column, () => merged.set(id, mergeColumns(merged.get(id) ?? EMPTY_COLUMN, column)));
      }
    }
    return merged;
  }

  /** A payload, or null when its directory is damaged: then it is in quarantine, and its row gone. */
  private openPayload(stored: Stored, level: number, cluster: number): BlockPayload | null {
    try {
      return new BlockPayload(stored.data, gridOf(level, stored.slot));
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      this.quarantine.add(level, cluster, stored.slot, null, error.message, stored.data);
      this.remove.run(stored.id);
      return null;
    }
  }

  private put(level: number, cluster: number, slotMs: number, part: number, sealed: boolean, columns: readonly PayloadColumn[]): void {
    if (columns.length === 0) return;
    const pack = this.quarantine.pack(columns, level, gridOf(level, slotMs));
    if (pack === null) return;
    const counted = countedStat(level);
    const samples = pack.columns.reduce((sum, { stat, times }) => (stat === counted ? sum + times.length : sum), 0);
    this.insertBytes(level, cluster, slotMs, part, sealed ? 1 : 0, samples, pack.bytes);
  }

  private insertBytes(
    level: number,
    cluster: number,
    slotMs: number,
    part: number,
    sealed: number,
    samples: number,
    bytes: Uint8Array,
  ): void {
    this.insert.run(level, cluster, slotMs, part, sealed, samples, bytes.length, bytes);
  }
}

function rawColumns(samples: ReadonlyMap<number, Column>): PayloadColumn[] {
  return [...samples]
    .filter(([, { times }]) => times.length > 0)
    .sort(([a], [b]) => a - b)
    .map(([seriesId, { times, values }]) => ({ seriesId, stat: STAT.value, times, values }));
}

function gridOf(level: number, slotMs: number): Grid {
  return { slotMs, widthMs: levelOf(level).widthMs };
}

/** The column of a series whose length is what it has. */
function countedStat(level: number): number {
  return holdsSamples(level) ? STAT.value : STAT.count;
}

function countOf(payload: BlockPayload, level: number): number {
  const stat = countedStat(level);
  return payload.entries.reduce((sum, entry) => (entry.stat === stat ? sum + payload.length(entry.seriesId) : sum), 0);
}
