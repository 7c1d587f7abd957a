import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, DamagedBlock, READ_AHEAD } from './codec/bits';
import { decodeColumn, decodeScaled, divided, encodeColumn, type ScaledColumn } from './codec/column';

/**
 * The bytes of one row of `block`: columns of some series over one slot of time, each with a checksum of its own, and the
 * lists of times that they share (series read by one tick have the same times: those are stored once).
 * docs/storage-format.md has the layout.
 */
const FORMAT = 1;
const HEAD_AT = 1 + 4 + 4;

/** What a column holds. */
export const STAT = { value: 0, min: 1, max: 2, sum: 3, count: 4, step: 5 } as const;

export interface PayloadColumn {
  readonly seriesId: number;
  readonly stat: number;
  /** Times, ms, ascending; whole widths of the level after the start of the slot. Not to be changed: columns share them. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** When a slot begins, and how far apart its times are at least, ms. */
export interface Grid {
  readonly slotMs: number;
  readonly widthMs: number;
}

export function encodePayload(columns: readonly PayloadColumn[], { slotMs, widthMs }: Grid): Uint8Array<ArrayBuffer> {
  const lists: Float64Array[] = [];
  const directory = new ByteWriter();
  const bodies: Uint8Array[] = [];
  directory.varint(columns.length);
  for (const { seriesId, stat, times, values } of columns) {
    let list = lists.findIndex((known) => sameTimes(known, times));
    if (list < 0) list = lists.push(times) - 1;
    const body = encodeColumn(values);
    addEntry(directory, seriesId, stat, list, body);
    bodies.push(body);
  }
  const encoded = lists.map((times) => ({ n: times.length, bytes: encodeColumn(times.map((time) => (time - slotMs) / widthMs)) }));
  return assemble(encoded, directory.take(), bodies);
}

/**
 * A payload with more columns: those of `base` stay byte for byte as they are, without those of the series `dropped`. Lists of
 * times are shared with those that are there.
 */
export function extendPayload(
  base: BlockPayload,
  dropped: ReadonlySet<number>,
  columns: readonly PayloadColumn[],
  { slotMs, widthMs }: Grid,
): Uint8Array<ArrayBuffer> {
  const kept = base.keptWithout(dropped);
  const lists: { n: number; bytes: Uint8Array }[] = [...kept.lists];
  const fresh: { times: Float64Array; list: number }[] = [];
  const directory = new ByteWriter();
  directory.varint(kept.entries.length + columns.length);
  for (const { seriesId, stat, list, body } of kept.entries) addEntry(directory, seriesId, stat, list, body);
  const bodies = kept.entries.map(({ body }) => body);
  for (const { seriesId, stat, times, values } of columns) {
    let list = fresh.find((known) => sameTimes(known.times, times))?.list;
    if (list === undefined) {
      const bytes = encodeColumn(times.map((time) => (time - slotMs) / widthMs));
      const there = lists.findIndex((known) => known.n === times.length && Buffer.compare(known.bytes, bytes) === 0);
      list = there >= 0 ? there : lists.push({ n: times.length, bytes }) - 1;
      fresh.push({ times, list });
    }
    const body = encodeColumn(values);
    addEntry(directory, seriesId, stat, list, body);
    bodies.push(body);
  }
  return assemble(lists, directory.take(), bodies);
}

function addEntry(directory: ByteWriter, seriesId: number, stat: number, list: number, body: Uint8Array): void {
  directory.varint(seriesId);
  directory.u8(stat);
  directory.varint(list);
  directory.varint(body.length);
  directory.u32(crc32(body));
}

function assemble(
  lists: readonly { n: number; bytes: Uint8Array }[],
  directory: Uint8Array,
  bodies: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const head = new ByteWriter();
  head.varint(lists.length);
  for (const { n, bytes } of lists) {
    head.varint(n);
    head.varint(bytes.length);
    head.append(bytes);
  }
  head.append(directory);
  const headBytes = head.take();
  const out = new ByteWriter();
  out.u8(FORMAT);
  out.u32(headBytes.length);
  out.u32(crc32(headBytes));
  out.append(headBytes);
  for (const body of bodies) out.append(body);
  out.append(new Uint8Array(READ_AHEAD));
  return out.take();
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

interface Entry {
  readonly seriesId: number;
  readonly stat: number;
  readonly list: number;
  readonly at: number;
  readonly length: number;
  readonly crc: number;
}

/** A payload whose directory is sound. Columns are checked and decoded when they are asked for. */
export class BlockPayload {
  private readonly view: DataView<ArrayBufferLike>;
  private readonly lists: { n: number; at: number; length: number; times: Float64Array | null }[] = [];
  readonly entries: readonly Entry[];

  /** @throws {DamagedBlock} when the directory is damaged: then nothing of the payload can be read */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly grid: Grid,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      const reader = new ByteReader(this.view);
      const format = reader.u8();
      if (format !== FORMAT) throw new DamagedBlock(`format ${format}, not ${FORMAT}`);
      const headLength = reader.u32();
      const headEnd = HEAD_AT + headLength;
      if (headEnd + READ_AHEAD > bytes.length || crc32(bytes.subarray(HEAD_AT, headEnd)) !== this.view.getUint32(5, true))
        throw new DamagedBlock('the directory fails its checksum');
      reader.at = HEAD_AT;
      for (let left = reader.varint(); left > 0; left--) {
        const n = reader.varint();
        const length = reader.varint();
        this.lists.push({ n, at: reader.at, length, times: null });
        reader.at += length;
      }
      const entries: Entry[] = [];
      let at = headEnd;
      for (let left = reader.varint(); left > 0; left--) {
        const entry = {
          seriesId: reader.varint(),
          stat: reader.u8(),
          list: reader.varint(),
          at,
          length: reader.varint(),
          crc: reader.u32(),
        };
        at += entry.length;
        entries.push(entry);
      }
      this.entries = entries;
    } catch (error) {
      throw asDamage(error);
    }
  }

  has(seriesId: number): boolean {
    return this.entries.some((entry) => entry.seriesId === seriesId);
  }

  seriesIds(): number[] {
    return [...new Set(this.entries.map((entry) => entry.seriesId))];
  }

  /** How many entries the columns of a series have; 0 when it is not here. */
  length(seriesId: number): number {
    const entry = this.entries.find((each) => each.seriesId === seriesId);
    return entry === undefined ? 0 : (this.lists[entry.list]?.n ?? 0);
  }

  /** The times of a series, ms, without its values; null when it is not here. @throws {DamagedBlock} */
  timesOf(seriesId: number): Float64Array | null {
    const entry = this.entries.find((each) => each.seriesId === seriesId);
    if (entry === undefined) return null;
    try {
      return this.times(entry.list);
    } catch (error) {
      throw asDamage(error);
    }
  }

  /** Times and values of one column (values in `scratch`, where it is given and large enough); null when the payload has none such. @throws {DamagedBlock} */
  column(seriesId: number, stat: number, scratch?: Float64Array<ArrayBuffer>): PayloadColumn | null {
    const found = this.scaled(seriesId, stat, scratch);
    return found === null ? null : { seriesId, stat, times: found.times, values: divided(found.column) };
  }

  /** As {@link column}, its values not divided yet. @throws {DamagedBlock} */
  scaled(seriesId: number, stat: number, scratch?: Float64Array<ArrayBuffer>): { times: Float64Array; column: ScaledColumn } | null {
    const entry = this.entries.find((each) => each.seriesId === seriesId && each.stat === stat);
    if (entry === undefined) return null;
    const { at, length, crc, list } = entry;
    if (at + length > this.bytes.length || crc32(this.bytes.subarray(at, at + length)) !== crc)
      throw new DamagedBlock(`series ${seriesId} fails its checksum`);
    try {
      const times = this.times(list);
      return { times, column: decodeScaled(this.view, at, times.length, scratch) };
    } catch (error) {
      throw asDamage(error);
    }
  }

  /** The first and last time of any column, ms; null when it holds none. */
  span(): { first: number; last: number } | null {
    let span: { first: number; last: number } | null = null;
    for (let list = 0; list < this.lists.length; list++) {
      const times = this.times(list);
      const [first, last] = [times[0], times[times.length - 1]];
      if (first === undefined || last === undefined) continue;
      span = span === null ? { first, last } : { first: Math.min(span.first, first), last: Math.max(span.last, last) };
    }
    return span;
  }

  /** The same payload without the columns of these series, each other byte for byte as it is; null when nothing is left. */
  without(seriesIds: ReadonlySet<number>): Uint8Array<ArrayBuffer> | null {
    const kept = this.entries.filter((entry) => !seriesIds.has(entry.seriesId));
    if (kept.length === 0) return null;
    const used = [...new Set(kept.map((entry) => entry.list))].sort((a, b) => a - b);
    const directory = new ByteWriter();
    directory.varint(kept.length);
    for (const { seriesId, stat, list, length, crc } of kept) {
      directory.varint(seriesId);
      directory.u8(stat);
      directory.varint(used.indexOf(list));
      directory.varint(length);
      directory.u32(crc);
    }
    const lists = used.map((index) => {
      const { n, at, length } = this.lists[index] ?? { n: 0, at: 0, length: 0 };
      return { n, bytes: this.bytes.subarray(at, at + length) };
    });
    return assemble(
      lists,
      directory.take(),
      kept.map(({ at, length }) => this.bytes.subarray(at, at + length)),
    );
  }

  /** All columns but those of these series, as they are stored, and the lists of times that they use. */
  keptWithout(seriesIds: ReadonlySet<number>): {
    readonly entries: { seriesId: number; stat: number; list: number; body: Uint8Array }[];
    readonly lists: { n: number; bytes: Uint8Array }[];
  } {
    const kept = this.entries.filter((entry) => !seriesIds.has(entry.seriesId));
    const used = [...new Set(kept.map((entry) => entry.list))].sort((a, b) => a - b);
    const lists = used.map((index) => {
      const { n, at, length } = this.lists[index] ?? { n: 0, at: 0, length: 0 };
      return { n, bytes: this.bytes.subarray(at, at + length) };
    });
    return {
      lists,
      entries: kept.map(({ seriesId, stat, list, at, length }) => ({
        seriesId,
        stat,
        list: used.indexOf(list),
        body: this.bytes.subarray(at, at + length),
      })),
    };
  }

  private times(index: number): Float64Array {
    const list = this.lists[index];
    if (list === undefined) throw new DamagedBlock('a column names a list of times that is not there');
    if (list.times !== null) return list.times;
    const times = decodeColumn(this.view, list.at, list.n);
    const { slotMs, widthMs } = this.grid;
    for (let i = 0; i < times.length; i++) times[i] = slotMs + (times[i] as number) * widthMs;
    list.times = times;
    return times;
  }
}

/** Bytes that lead beyond the block or to an impossible length are damage too. */
function asDamage(error: unknown): unknown {
  return error instanceof RangeError ? new DamagedBlock(error.message) : error;
}
