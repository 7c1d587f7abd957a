import type { BlockWriter } from './block-writer';
import { DamagedBlock } from './codec/bits';
import { byHour, clip, EMPTY_COLUMN, inList, inside, mergeColumns, replaceSpan, type Column } from './columns';
import { floorTo, HOUR_LEVEL, LATE_LEVEL, levelOf, RAW_LEVEL, RAW_SLOT_MS, ROLLUPS, SPARSE, SPARSE_SAMPLES, type Level } from './levels';
import { emptyEntries, joinEntries, rollUp, type Entries } from './rollup-entries';
import type { WriteHandle } from '../file/open';
import { entriesOf, joinAround, rollupColumns } from './rollup-columns';
import { encodePayload, extendPayload, BlockPayload, STAT, type PayloadColumn } from './block-payload';

/** What became of samples that were put in: not there before, there with another value, there as they are. */
export interface PutCounts {
  fresh: number;
  changed: number;
  same: number;
}

/** Told of each sample whose time the series has already, with both values (NaN = none); what it throws undoes the step. */
export type OnKnown = (seriesId: number, atMs: number, before: number, after: number) => void;

interface Row {
  readonly id: number;
  readonly part: number;
  readonly sealed: number;
  readonly samples: number;
  readonly data: Uint8Array;
}

/** Where an hour's samples of past time go: into their blocks, or by the way of those that are recorded now. */
export interface BulkTarget {
  /** Of a series' samples of an hour, those that are in rows and in no block yet. */
  buffered(seriesId: number, fromMs: number, endMs: number): Column;
  /** Hours from here on go by rows. */
  readonly openMs: number;
}

/** What {@link BulkWriter.put} did not write itself. */
export interface Rest {
  readonly rows: readonly (Column & { readonly seriesId: number })[];
  /** Partial blocks that are of no more use, to be dropped later. */
  readonly partialBlocks: number[];
}

interface SeriesColumn {
  readonly column: Column;
  readonly few: boolean;
}
type HourColumns = Map<number, SeriesColumn>;

const FINER = ROLLUPS.filter(({ level }) => level !== LATE_LEVEL && level !== HOUR_LEVEL);
const HOURLY: Level = ROLLUPS[3];

/**
 * Puts many samples of past hours into blocks and rollups, without the way through rows. A column of a series that is new to
 * its block is encoded once and joins it, the others stay byte for byte; one that is there is merged. What is there already
 * as it is, is not written again.
 */
export class BulkWriter {
  private readonly ofSlot;
  private readonly insert;
  private readonly remove;

  constructor(
    db: WriteHandle,
    private readonly blocks: BlockWriter,
  ) {
    this.ofSlot = db.query<Row>(
      'SELECT id, part, sealed, samples, data FROM block WHERE level = ? AND cluster = ? AND slot_ms = ? ORDER BY part',
    );
    this.insert = db.change(
      'INSERT INTO block (level, cluster, slot_ms, part, sealed, samples, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.remove = db.change('DELETE FROM block WHERE id = ?');
  }

  /** Puts samples of one cluster in, by series; to be called inside a transaction. */
  put(cluster: number, series: ReadonlyMap<number, Column>, target: BulkTarget, counts: PutCounts, onKnown: OnKnown): Rest {
    const rows: (Column & { seriesId: number })[] = [];
    const slow = new Map<number, Map<number, Column>>();
    const work = new Map<number, HourColumns>();
    const sparse = new SlotCache((slotMs) => this.payload(SPARSE.level, cluster, slotMs));
    for (const [hourMs, columns] of byHour(series)) {
      const parts = this.ofSlot.all(RAW_LEVEL, cluster, hourMs);
      const payloads = parts.map(({ data }) => new BlockPayload(data, { slotMs: hourMs, widthMs: 1 }));
      const whole = parts.length === 0 || (parts.length === 1 && parts[0]?.sealed === 1);
      const endMs = hourMs + RAW_SLOT_MS;
      for (const [seriesId, column] of columns) {
        const waiting = target.buffered(seriesId, hourMs, endMs);
        const few = clip(sparse.column(seriesId, hourMs), hourMs, endMs - 1);
        const stored = payloads.reduce(
          (known, payload) => (payload.has(seriesId) ? mergeColumns(known, payload.column(seriesId, STAT.value) ?? EMPTY_COLUMN) : known),
          few,
        );
        const before = mergeColumns(stored, waiting);
        const all =
          before.times.length === 0 ? column : merged(before, column, counts, (atMs, was, is) => onKnown(seriesId, atMs, was, is));
        if (before.times.length === 0) counts.fresh += column.times.length;
        if (all === null) continue;
        if (hourMs >= target.openMs || waiting.times.length > 0) rows.push({ seriesId, ...column });
        else if (!whole) inside(slow, hourMs).set(seriesId, column);
        else inside(work, hourMs).set(seriesId, { column: all, few: all.times.length <= SPARSE_SAMPLES });
      }
      if (work.has(hourMs)) this.putHour(cluster, hourMs, parts[0] ?? null, payloads[0] ?? null, work.get(hourMs) as HourColumns);
    }
    this.putSparse(cluster, work, sparse);
    for (const level of FINER) this.putRollups(cluster, work, level, true);
    this.putRollups(cluster, work, HOURLY, false);
    return { rows, partialBlocks: slow.size === 0 ? [] : this.blocks.compactCluster(cluster, slow, NaN) };
  }

  private putHour(cluster: number, hourMs: number, row: Row | null, base: BlockPayload | null, columns: HourColumns): void {
    const dense = [...columns]
      .filter(([, { few }]) => !few)
      .map(([seriesId, { column }]): PayloadColumn => ({ seriesId, stat: STAT.value, ...column }));
    if (dense.length > 0) this.replace(RAW_LEVEL, cluster, hourMs, row, base, new Set(dense.map(({ seriesId }) => seriesId)), dense);
  }

  private putSparse(cluster: number, work: ReadonlyMap<number, HourColumns>, cache: SlotCache): void {
    for (const [slotMs, hours] of bySlot(work, SPARSE.slotMs)) {
      const changed = new Map<number, Column>();
      const fresh = new Map<number, Column[]>();
      for (const [hourMs, columns] of hours) {
        for (const [seriesId, { column, few }] of columns) {
          const known = changed.get(seriesId) ?? cache.column(seriesId, slotMs);
          if (known.times.length === 0) {
            if (few) inList(fresh, seriesId).push(column);
            continue;
          }
          changed.set(seriesId, replaceSpan(known, few ? column : EMPTY_COLUMN, hourMs, hourMs + RAW_SLOT_MS));
        }
      }
      for (const [seriesId, columns] of fresh) changed.set(seriesId, columns.reduce(mergeColumns));
      if (changed.size === 0) continue;
      const columns = [...changed].flatMap(([seriesId, column]): PayloadColumn[] =>
        column.times.length === 0 ? [] : [{ seriesId, stat: STAT.value, ...column }],
      );
      const row = this.only(SPARSE.level, cluster, slotMs);
      this.replace(SPARSE.level, cluster, slotMs, row, cache.payload(slotMs), new Set(changed.keys()), columns);
    }
  }

  /** @param finer whether hours of few samples have no entries: they are computed from these */
  private putRollups(
    cluster: number,
    work: ReadonlyMap<number, HourColumns>,
    { level, widthMs, slotMs: slotLength }: Level,
    finer: boolean,
  ): void {
    for (const [slotMs, hours] of bySlot(work, slotLength)) {
      const row = this.only(level, cluster, slotMs);
      const base = row === null ? null : new BlockPayload(row.data, { slotMs, widthMs });
      const fresh = new Map<number, { hourMs: number; entries: Entries }[]>();
      for (const [hourMs, columns] of hours) {
        for (const [seriesId, { column, few }] of columns) {
          if (finer && few && base?.has(seriesId) !== true) continue;
          inList(fresh, seriesId).push({ hourMs, entries: finer && few ? emptyEntries() : rollUp(column, widthMs) });
        }
      }
      if (fresh.size === 0) continue;
      const columns: PayloadColumn[] = [];
      for (const [seriesId, list] of [...fresh].sort(([a], [b]) => a - b)) {
        const known = base?.has(seriesId) === true ? entriesOf(base, seriesId) : null;
        const all =
          known === null
            ? joinEntries(list.map(({ entries }) => entries))
            : list.reduce((so, { hourMs, entries }) => joinAround(so, entries, hourMs, hourMs + RAW_SLOT_MS), known);
        if (all.starts.length > 0) columns.push(...rollupColumns(seriesId, all));
      }
      this.replace(level, cluster, slotMs, row, base, new Set(fresh.keys()), columns);
    }
  }

  /** Writes a block anew: what it had, without the series `changed`, and their columns as they are now. */
  private replace(
    level: number,
    cluster: number,
    slotMs: number,
    row: Row | null,
    base: BlockPayload | null,
    changed: ReadonlySet<number>,
    columns: readonly PayloadColumn[],
  ): void {
    const counted = level === RAW_LEVEL || level === SPARSE.level ? STAT.value : STAT.count;
    let samples = columns.reduce((sum, { stat, times }) => (stat === counted ? sum + times.length : sum), 0);
    const grid = { slotMs, widthMs: levelOf(level).widthMs };
    let bytes: Uint8Array;
    if (row === null || base === null) {
      if (columns.length === 0) return;
      bytes = encodePayload(columns, grid);
    } else {
      samples += row.samples;
      for (const id of changed) samples -= base.length(id);
      this.remove.run(row.id);
      if (samples === 0) return;
      bytes = extendPayload(base, changed, columns, grid);
    }
    this.insert.run(level, cluster, slotMs, row?.part ?? 0, 1, samples, bytes.length, bytes);
  }

  private payload(level: number, cluster: number, slotMs: number): BlockPayload | null {
    const row = this.only(level, cluster, slotMs);
    return row === null ? null : new BlockPayload(row.data, { slotMs, widthMs: levelOf(level).widthMs });
  }

  /** Sparse samples and rollups lie in one block a slot. @throws {DamagedBlock} when another writer left several: they are merged the slow way */
  private only(level: number, cluster: number, slotMs: number): Row | null {
    const [row, second] = this.ofSlot.all(level, cluster, slotMs);
    if (second !== undefined) throw new DamagedBlock('several blocks of one slot');
    return row ?? null;
  }
}

/** Sparse samples of a cluster, of the slots that are asked for. */
class SlotCache {
  private readonly payloads = new Map<number, BlockPayload | null>();
  private readonly columns = new Map<string, Column>();

  constructor(private readonly open: (slotMs: number) => BlockPayload | null) {}

  payload(slotMs: number): BlockPayload | null {
    let payload = this.payloads.get(slotMs);
    if (payload === undefined) this.payloads.set(slotMs, (payload = this.open(slotMs)));
    return payload;
  }

  /** What a series has in the slot of this moment. */
  column(seriesId: number, atMs: number): Column {
    const slotMs = floorTo(atMs, SPARSE.slotMs);
    const payload = this.payload(slotMs);
    if (payload?.has(seriesId) !== true) return EMPTY_COLUMN;
    const name = `${slotMs}/${seriesId}`;
    let column = this.columns.get(name);
    if (column === undefined) this.columns.set(name, (column = payload.column(seriesId, STAT.value) ?? EMPTY_COLUMN));
    return column;
  }
}

/** What is in either, the newer counting; null when the newer adds and changes nothing. */
function merged(
  older: Column,
  newer: Column,
  counts: PutCounts,
  onKnown: (atMs: number, before: number, after: number) => void,
): Column | null {
  let [fresh, changed] = [0, 0];
  for (let i = 0, j = 0; j < newer.times.length; j++) {
    const atMs = newer.times[j] as number;
    while (i < older.times.length && (older.times[i] as number) < atMs) i++;
    if (older.times[i] !== atMs) {
      fresh++;
      continue;
    }
    const before = older.values[i] as number;
    const after = newer.values[j] as number;
    onKnown(atMs, before, after);
    if (before === after || (before !== before && after !== after)) continue;
    changed++;
  }
  counts.fresh += fresh;
  counts.changed += changed;
  counts.same += newer.times.length - fresh - changed;
  return fresh + changed === 0 ? null : mergeColumns(older, newer);
}

function bySlot(work: ReadonlyMap<number, HourColumns>, slotLength: number): Map<number, [number, HourColumns][]> {
  const slots = new Map<number, [number, HourColumns][]>();
  for (const entry of work) inList(slots, floorTo(entry[0], slotLength)).push(entry);
  return slots;
}
