import { DamagedBlock } from './codec/bits';
import { clip, EMPTY_COLUMN, firstAtLeast, mergeAll, replaceSpan, type Column } from './columns';
import { clusterOf, floorTo, HOUR_LEVEL, LATE_LEVEL, levelOf, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, SPARSE, type Level } from './levels';
import {
  clipEntries,
  emptyEntries,
  joinEntries,
  mergeEntries,
  rollUp,
  rollUpScaled,
  spansOf,
  type Entries,
  type Spans,
} from './rollup-entries';
import type { ReadHandle } from '../file/open';
import { entriesOf } from './rollup-columns';
import { BlockPayload, STAT } from './block-payload';

/** A block that a reader found damaged; the writer is to look at it. */
export interface DamageFound {
  readonly level: number;
  readonly cluster: number;
  readonly slotMs: number;
}

/** With more hours in a range than this it is asked first in which of them the series lived. */
const MANY_HOURS = 48;
const HOURLY: Level = ROLLUPS[3];

interface BlockLocation {
  readonly id: number;
  readonly slotMs: number;
  readonly part: number;
}

/**
 * The samples and rollups of one query, over one state of the database: to be made and used inside a snapshot, which
 * it remembers blocks of. A damaged column counts as not there, and is told.
 */
export class BlockReader {
  private readonly payloads = new Map<number, BlockPayload | null>();
  private readonly open = new Map<number, Set<number>>();
  private readonly rows = new Map<number, Column>();
  private readonly sparseLocations = new Map<number, readonly BlockLocation[]>();
  /** Of each series the block of sparse samples that was read last: one hour after another is asked for. */
  private readonly lastSparse = new Map<number, { id: number; column: Column }>();
  private readonly raw = new Map<number, { fromMs: number; toMs: number; bySlot: Map<number, BlockLocation[]> }>();
  private readonly spansKnown = new Map<Float64Array, { widthMs: number; spans: Spans }>();
  /** An hour at 1 Hz; what is taken from it is copied before the next hour. */
  readonly scratch = new Float64Array(4096);

  constructor(
    private readonly statements: Statements,
    /** The series that will be asked for: their rows are read at once. */
    seriesIds: readonly number[],
    private readonly damaged: (found: DamageFound) => void,
  ) {
    for (const { seriesId, times, values } of statements.recent(seriesIds)) this.rows.set(seriesId, { times, values });
  }

  /** All samples of a series in one hour, oldest first; for as long as `scratch`, where it is given, is not used again. */
  hour(seriesId: number, slotMs: number, scratch?: Float64Array<ArrayBuffer>): Column {
    const cluster = clusterOf(seriesId);
    const locations = this.rawLocations(cluster, slotMs);
    const into = locations.length === 1 ? scratch : undefined;
    const columns = [
      this.sparse(seriesId, slotMs, slotMs + RAW_SLOT_MS - 1),
      ...locations.map((location) => this.samplesIn(location, RAW_LEVEL, cluster, seriesId, into)),
    ];
    const rows = this.rows.get(seriesId);
    if (rows !== undefined) columns.push(clip(rows, slotMs, slotMs + RAW_SLOT_MS - 1));
    return mergeAll(columns);
  }

  /** The entries of this width, which divides an hour, for the samples of one hour. */
  rolledHour(seriesId: number, slotMs: number, widthMs: number): Entries {
    const sole = this.soleBlock(seriesId, slotMs);
    if (sole !== null) {
      const payload = this.payload(sole, RAW_LEVEL, clusterOf(seriesId));
      const found = this.read(RAW_LEVEL, clusterOf(seriesId), slotMs, () => payload?.scaled(seriesId, STAT.value, this.scratch) ?? null);
      if (found === null) return emptyEntries();
      const rolled = rollUpScaled(this.spans(found.times, widthMs), found.column);
      if (rolled !== null) return rolled;
    }
    return rollUp(this.hour(seriesId, slotMs, this.scratch), widthMs);
  }

  /** The times of a series' samples in one hour, oldest first. */
  hourTimes(seriesId: number, slotMs: number): Float64Array {
    const sole = this.soleBlock(seriesId, slotMs);
    if (sole === null) return this.hour(seriesId, slotMs, this.scratch).times;
    const payload = this.payload(sole, RAW_LEVEL, clusterOf(seriesId));
    return this.read(RAW_LEVEL, clusterOf(seriesId), slotMs, () => payload?.timesOf(seriesId) ?? null) ?? EMPTY_COLUMN.times;
  }

  /** The hours from `fromMs` to `toMs` in which the series may have raw samples, in order. */
  hours(seriesId: number, fromMs: number, toMs: number): number[] {
    const hours = new Set(this.rawSlots(clusterOf(seriesId), floorTo(fromMs, RAW_SLOT_MS), toMs));
    if (hours.size > MANY_HOURS) {
      // Few series live all the time: the hourly rollup tells when this one did, without reading every hour of its neighbours.
      const alive = new Set(this.entries(seriesId, HOURLY, floorTo(fromMs, RAW_SLOT_MS), toMs + 1, () => undefined).starts);
      const dirty = this.dirtyHours(seriesId, fromMs, toMs);
      for (const hour of hours) if (!alive.has(hour) && !dirty.has(hour)) hours.delete(hour);
    }
    for (const hour of this.rowHours(seriesId, fromMs, toMs)) hours.add(hour);
    for (const hour of hoursOf(this.sparse(seriesId, floorTo(fromMs, RAW_SLOT_MS), floorTo(toMs, RAW_SLOT_MS) + RAW_SLOT_MS - 1)))
      hours.add(hour);
    return [...hours].sort((a, b) => a - b);
  }

  /**
   * How many samples the series has from `fromMs` to `toMs`, both inclusive: exactly up to `limit`; any larger number
   * says only that there are more.
   */
  count(seriesId: number, fromMs: number, toMs: number, limit: number, check: () => void): number {
    const first = Math.ceil(fromMs / RAW_SLOT_MS) * RAW_SLOT_MS;
    const end = floorTo(toMs + 1, RAW_SLOT_MS);
    if (end - first > RAW_SLOT_MS * 2) {
      const whole = this.entries(seriesId, HOURLY, first, end, check).count.reduce((sum, n) => sum + Math.max(1, n), 0);
      if (whole > limit) return whole;
    }
    let count = 0;
    for (const hour of this.hours(seriesId, fromMs, toMs)) {
      check();
      const times = this.hourTimes(seriesId, hour);
      count += firstAtLeast(times, toMs + 1) - firstAtLeast(times, fromMs);
      if (count > limit) break;
    }
    return count;
  }

  /**
   * The entries of a level whose time lies from `fromMs` to before `endMs`, both whole widths: as stored, and computed
   * from the samples for hours that go on, that have late samples, or (10 s) whose samples are still there.
   */
  entries(seriesId: number, { level, widthMs, slotMs }: Level, fromMs: number, endMs: number, check: () => void): Entries {
    const cluster = clusterOf(seriesId);
    const fresh = level === LATE_LEVEL ? new Set(this.hours(seriesId, fromMs, endMs - 1)) : this.dirtyHours(seriesId, fromMs, endMs - 1);
    const parts: { atMs: number; entries: Entries }[] = [];
    for (const hour of fresh) {
      check();
      const entries = clipEntries(this.rolledHour(seriesId, hour, widthMs), fromMs, endMs);
      if (entries.starts.length > 0) parts.push({ atMs: hour, entries });
    }
    const edges = [...fresh].sort((a, b) => a - b);
    for (const location of this.statements.locations.all(level, cluster, floorTo(fromMs, slotMs), endMs - 1)) {
      check();
      const stored = this.stored(location, level, cluster, seriesId);
      // Between the hours that were computed afresh.
      let at = Math.max(fromMs, location.slotMs);
      const locationEnd = Math.min(endMs, location.slotMs + slotMs);
      for (const hour of [...edges, Infinity]) {
        if (hour + RAW_SLOT_MS <= at) continue;
        const until = Math.min(locationEnd, hour);
        if (until > at) {
          const entries = clipEntries(stored, at, until);
          if (entries.starts.length > 0) parts.push({ atMs: at, entries });
        }
        at = hour + RAW_SLOT_MS;
        if (at >= locationEnd) break;
      }
    }
    const stored = joinEntries(parts.sort((a, b) => a.atMs - b.atMs).map(({ entries }) => entries));
    // Of the finest level every hour with samples was computed above; that of an hour is always stored.
    if (level === LATE_LEVEL || level === HOUR_LEVEL) return stored;
    return mergeEntries(rollUp(outside(this.sparse(seriesId, fromMs, endMs - 1), fresh), widthMs), stored);
  }

  /** The samples from `fromMs` to `toMs`, both inclusive, that lie in blocks of sparse samples, oldest first. */
  private sparse(seriesId: number, fromMs: number, toMs: number): Column {
    const cluster = clusterOf(seriesId);
    let locations = this.sparseLocations.get(cluster);
    if (locations === undefined)
      this.sparseLocations.set(
        cluster,
        (locations = this.statements.locations.all(SPARSE.level, cluster, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
      );
    const columns: Column[] = [];
    for (const location of locations) {
      if (location.slotMs > toMs) break;
      if (location.slotMs + SPARSE.slotMs <= fromMs) continue;
      const last = this.lastSparse.get(seriesId);
      const column = last?.id === location.id ? last.column : this.samplesIn(location, SPARSE.level, cluster, seriesId);
      this.lastSparse.set(seriesId, { id: location.id, column });
      columns.push(clip(column, fromMs, toMs));
    }
    return mergeAll(columns);
  }

  /** The span of the times in a block, ms; null when it cannot be read. */
  spanOf(level: number, cluster: number, slotMs: number): { fromMs: number; toMs: number } | null {
    let found: { fromMs: number; toMs: number } | null = null;
    for (const location of this.statements.locations.all(level, cluster, slotMs, slotMs)) {
      const span = this.read(level, cluster, slotMs, () => this.payload(location, level, cluster)?.span() ?? null);
      if (span === null) continue;
      const { first: fromMs, last: toMs } = span;
      found = found === null ? { fromMs, toMs } : { fromMs: Math.min(found.fromMs, fromMs), toMs: Math.max(found.toMs, toMs) };
    }
    return found;
  }

  /** The block that alone holds what the series has in this hour; null when there is none such. */
  private soleBlock(seriesId: number, slotMs: number): BlockLocation | null {
    const [location, ...more] = this.rawLocations(clusterOf(seriesId), slotMs);
    const rows = this.rows.get(seriesId);
    const lastMs = slotMs + RAW_SLOT_MS - 1;
    const alone =
      location !== undefined &&
      more.length === 0 &&
      (rows === undefined || clip(rows, slotMs, lastMs).times.length === 0) &&
      this.sparse(seriesId, slotMs, lastMs).times.length === 0;
    return alone ? location : null;
  }

  /** Where the samples of an hour lie, the blocks that count over others last. */
  private rawLocations(cluster: number, slotMs: number): readonly BlockLocation[] {
    const known = this.raw.get(cluster);
    if (known !== undefined && slotMs >= known.fromMs && slotMs <= known.toMs) return known.bySlot.get(slotMs) ?? [];
    return this.statements.locations.all(RAW_LEVEL, cluster, slotMs, slotMs);
  }

  /** The hours of a range, `fromMs` a whole one, that have blocks. Those of a short one are asked for once for all series beside each other. */
  private rawSlots(cluster: number, fromMs: number, toMs: number): number[] {
    const known = this.raw.get(cluster);
    const lastMs = floorTo(toMs, RAW_SLOT_MS);
    if (known !== undefined && fromMs >= known.fromMs && lastMs <= known.toMs)
      return [...known.bySlot.keys()].filter((slotMs) => slotMs >= fromMs && slotMs <= lastMs);
    if (lastMs - fromMs > MANY_HOURS * RAW_SLOT_MS)
      return this.statements.slots.all(RAW_LEVEL, cluster, fromMs, lastMs).map(({ slotMs }) => slotMs);
    const bySlot = new Map<number, BlockLocation[]>();
    for (const location of this.statements.locations.all(RAW_LEVEL, cluster, fromMs, lastMs)) {
      const locations = bySlot.get(location.slotMs);
      if (locations === undefined) bySlot.set(location.slotMs, [location]);
      else locations.push(location);
    }
    this.raw.set(cluster, { fromMs, toMs: lastMs, bySlot });
    return [...bySlot.keys()];
  }

  /** Series that were read together share a list of times, and so where its entries lie. */
  private spans(times: Float64Array, widthMs: number): Spans {
    let known = this.spansKnown.get(times);
    if (known?.widthMs !== widthMs) this.spansKnown.set(times, (known = { widthMs, spans: spansOf(times, widthMs) }));
    return known.spans;
  }

  private stored(location: BlockLocation, level: number, cluster: number, seriesId: number): Entries {
    const payload = this.payload(location, level, cluster);
    return this.read(level, cluster, location.slotMs, () => (payload === null ? null : entriesOf(payload, seriesId))) ?? emptyEntries();
  }

  private samplesIn(
    location: BlockLocation,
    level: number,
    cluster: number,
    seriesId: number,
    scratch?: Float64Array<ArrayBuffer>,
  ): Column {
    const payload = this.payload(location, level, cluster);
    const column = this.read(level, cluster, location.slotMs, () => payload?.column(seriesId, STAT.value, scratch) ?? null);
    return column === null ? EMPTY_COLUMN : column;
  }

  private payload(location: BlockLocation, level: number, cluster: number): BlockPayload | null {
    const known = this.payloads.get(location.id);
    if (known !== undefined) return known;
    const data = this.statements.data.get(location.id)?.data;
    const payload =
      data === undefined
        ? null
        : this.read(
            level,
            cluster,
            location.slotMs,
            () => new BlockPayload(data, { slotMs: location.slotMs, widthMs: levelOf(level).widthMs }),
          );
    this.payloads.set(location.id, payload);
    return payload;
  }

  private read<T>(level: number, cluster: number, slotMs: number, work: () => T | null): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      this.damaged({ level, cluster, slotMs });
      return null;
    }
  }

  /** Hours without rollups, and hours with samples that are not in their block yet. */
  private dirtyHours(seriesId: number, fromMs: number, toMs: number): Set<number> {
    const cluster = clusterOf(seriesId);
    let open = this.open.get(cluster);
    if (open === undefined) this.open.set(cluster, (open = new Set(this.statements.unsealed.all(cluster).map(({ slotMs }) => slotMs))));
    const dirty = new Set([...open].filter((slotMs) => slotMs + RAW_SLOT_MS > fromMs && slotMs <= toMs));
    for (const hour of this.rowHours(seriesId, fromMs, toMs)) dirty.add(hour);
    return dirty;
  }

  private rowHours(seriesId: number, fromMs: number, toMs: number): Set<number> {
    const rows = this.rows.get(seriesId);
    if (rows === undefined) return new Set();
    return hoursOf(clip(rows, floorTo(fromMs, RAW_SLOT_MS), floorTo(toMs, RAW_SLOT_MS) + RAW_SLOT_MS - 1));
  }
}

/** The hours in which a column has samples. */
function hoursOf({ times }: Column): Set<number> {
  const hours = new Set<number>();
  for (let i = 0; i < times.length; i++) hours.add(floorTo(times[i] as number, RAW_SLOT_MS));
  return hours;
}

/** The samples that lie in none of these hours. */
function outside(column: Column, hours: ReadonlySet<number>): Column {
  return [...hours].reduce((left, hour) => replaceSpan(left, EMPTY_COLUMN, hour, hour + RAW_SLOT_MS), column);
}

/** What a {@link BlockReader} asks, prepared once a connection. */
export interface Statements {
  readonly locations: { all(level: number, cluster: number, fromSlotMs: number, toSlotMs: number): BlockLocation[] };
  readonly slots: { all(level: number, cluster: number, fromSlotMs: number, toSlotMs: number): { slotMs: number }[] };
  readonly data: { get(id: number): { data: Uint8Array } | undefined };
  readonly unsealed: { all(cluster: number): { slotMs: number }[] };
  /** The samples of these series that lie in rows, each series oldest first. */
  recent(seriesIds: readonly number[]): (Column & { seriesId: number })[];
}

export function prepareStatements(db: ReadHandle): Statements {
  // From one time to the next by the key, and at each to the series asked for: reading all rows of a large room would take longer.
  const recent = db.query<{ seriesId: number; atMs: number; value: number | null }>(
    `WITH RECURSIVE tick (at_ms) AS (
       SELECT min(at_ms) FROM sample_recent
       UNION ALL SELECT (SELECT min(at_ms) FROM sample_recent WHERE at_ms > tick.at_ms) FROM tick WHERE tick.at_ms IS NOT NULL)
     SELECT s.series_id AS seriesId, s.at_ms AS atMs, s.value FROM tick CROSS JOIN sample_recent AS s
     WHERE s.at_ms = tick.at_ms AND s.series_id IN (SELECT value FROM json_each(?))`,
  );
  return {
    locations: db.query<BlockLocation>(
      'SELECT id, slot_ms AS slotMs, part FROM block WHERE level = ? AND cluster = ? AND slot_ms BETWEEN ? AND ? ORDER BY slot_ms, part',
    ),
    slots: db.query<{ slotMs: number }>(
      'SELECT DISTINCT slot_ms AS slotMs FROM block WHERE level = ? AND cluster = ? AND slot_ms BETWEEN ? AND ? ORDER BY slot_ms',
    ),
    data: db.query<{ data: Uint8Array }>('SELECT data FROM block WHERE id = ?'),
    unsealed: db.query<{ slotMs: number }>('SELECT DISTINCT slot_ms AS slotMs FROM block WHERE cluster = ? AND sealed = 0'),
    recent(seriesIds) {
      const bySeries = new Map<number, { times: number[]; values: number[] }>();
      for (const { seriesId, atMs, value } of recent.all(JSON.stringify(seriesIds))) {
        let column = bySeries.get(seriesId);
        if (column === undefined) bySeries.set(seriesId, (column = { times: [], values: [] }));
        column.times.push(atMs);
        column.values.push(value ?? NaN);
      }
      return [...bySeries].map(([seriesId, { times, values }]) => ({
        seriesId,
        times: Float64Array.from(times),
        values: Float64Array.from(values),
      }));
    },
  };
}
