import { ByteReader, ByteWriter, DamagedBlock, READ_AHEAD } from '../../samples/codec/bits';
import { decodeColumn, encodeColumn } from '../../samples/codec/column';

/** Energy by one number (of an account, a place) or several, in columns: hundreds of thousands of entries cost no object each. */
export interface EnergyTable {
  readonly size: number;
  /** What each entry is of. */
  readonly keys: readonly Float64Array[];
  readonly joules: Float64Array;
  readonly meteredJ: Float64Array;
  readonly itJ: Float64Array;
  readonly knownMs: Float64Array;
  readonly unknownMs: Float64Array;
  /** Index in `provenances`, twice, and one more where it is allocated. */
  readonly marks: Float64Array;
}

/** The first byte; those of before version 25 begin with a small whole number as a double, whose first byte is 0. */
export const TABLE_FORMAT = 1;

/** How a column lies in the bytes. */
const CODED = 0;
const RAW = 1;
const ONE_NUMBER = 2;
const COUNTING_UP = 3;
/** As many joules as were drawn, of each entry or of some. */
const AS_JOULES = 4;
const JOULES_OR_NONE = 5;

export function emptyTable(size: number, keys: number): EnergyTable {
  const column = (): Float64Array => new Float64Array(size);
  return {
    size,
    keys: Array.from({ length: keys }, column),
    joules: column(),
    meteredJ: column(),
    itJ: column(),
    knownMs: column(),
    unknownMs: column(),
    marks: column(),
  };
}

export const marksOf = (provenance: number, allocated: boolean): number => 2 * provenance + (allocated ? 1 : 0);

/** Every bit of every number is kept (docs/storage-format.md). @param isSmall coded, not as doubles: smaller and slower to read */
export function encodeTable(table: EnergyTable, isSmall: boolean): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  out.u8(TABLE_FORMAT);
  out.varint(table.size);
  out.u8(table.keys.length);
  // Keys stand before the joules: they are never told by them.
  for (const key of table.keys) put(out, key, null, true);
  put(out, table.joules, null, isSmall);
  for (const column of [table.meteredJ, table.itJ, table.knownMs, table.unknownMs]) put(out, column, table.joules, isSmall);
  put(out, table.marks, null, true);
  out.append(new Uint8Array(READ_AHEAD));
  return out.take();
}

/** @throws {DamagedBlock | RangeError} when the bytes are not such a table */
export function decodeTable(body: Uint8Array): EnergyTable {
  const { size, keys, joules, meteredJ, itJ, knownMs, unknownMs, marks } = new TableReader().read(body);
  const own = (column: Column): Float64Array => spread(column, size);
  return {
    size,
    keys: keys.map(own),
    joules: own(joules),
    meteredJ: own(meteredJ),
    itJ: own(itJ),
    knownMs: own(knownMs),
    unknownMs: own(unknownMs),
    marks: own(marks),
  };
}

/** A column as it lies in the bytes: one number for all entries, or each its own. */
export type Column = number | Float64Array;

export const spread = (column: Column, size: number): Float64Array =>
  typeof column === 'number' ? new Float64Array(size).fill(column) : column;

/** A table as it lies in the bytes, for whoever adds up thousands of them: what is alike is not spread out. */
export interface PackedTable extends Readonly<Record<SumColumn, Column>> {
  readonly size: number;
  readonly keys: readonly Column[];
  /** As in {@link EnergyTable}. */
  readonly marks: Column;
}

export const sumColumns = ['joules', 'meteredJ', 'itJ', 'knownMs', 'unknownMs'] as const;
export type SumColumn = (typeof sumColumns)[number];

/** A column of as many joules as were drawn: of each entry, or of those that are marked. */
interface ByJoules {
  readonly some: Float64Array | null;
}

const byJoules = ({ some }: ByJoules, joules: Column): Column =>
  some === null ? joules : some.map((isSome, i) => (isSome === 0 ? 0 : typeof joules === 'number' ? joules : (joules[i] ?? 0)));

/** A column that took work to decode, and what it lay in. */
interface Decoded {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly column: Float64Array;
}

/**
 * Reads tables one after another. Those of one kind are mostly of the same ids with the same marks: a column that lies in the bytes
 * as that of the table before is the same array again, to be read alone.
 */
export class TableReader {
  private readonly before: Decoded[] = [];

  /** @throws {DamagedBlock | RangeError} when the bytes are not such a table */
  read(body: Uint8Array): PackedTable {
    const bytes = new ByteReader(new DataView(body.buffer, body.byteOffset, body.byteLength));
    if (bytes.u8() !== TABLE_FORMAT) throw new DamagedBlock('a table of energy of a format that is not known');
    const size = bytes.varint();
    const keyCount = bytes.u8();
    let place = 0;
    const next = (joules: Column | null): Column => {
      const column = this.column(place++, bytes, body, size);
      if (typeof column === 'number' || column instanceof Float64Array) return column;
      if (joules === null) throw new DamagedBlock('a column of energy by joules that are not there');
      return byJoules(column, joules);
    };
    // Tables of before could tell a key by the joules behind it, where they happened to be the same numbers.
    const found = Array.from({ length: keyCount }, () => this.column(place++, bytes, body, size));
    const joules = next(null);
    return {
      size,
      keys: found.map((key) => (typeof key === 'number' || key instanceof Float64Array ? key : byJoules(key, joules))),
      joules,
      meteredJ: next(joules),
      itJ: next(joules),
      knownMs: next(joules),
      unknownMs: next(joules),
      marks: next(null),
    };
  }

  private column(place: number, bytes: ByteReader, body: Uint8Array, size: number): Column | ByJoules {
    const begin = bytes.at;
    const kind = bytes.u8();
    if (kind === AS_JOULES) return { some: null };
    if (kind === ONE_NUMBER) return bytes.f64();
    const length = kind === COUNTING_UP ? 8 : kind === RAW ? size * 8 : bytes.varint();
    const from = bytes.at;
    bytes.at += length;
    if (bytes.at > body.byteLength) throw new RangeError('a table of energy ends too soon');
    if (kind === RAW) return doubles(bytes.view, body, from, size);
    const column = this.decoded(place, size, body, begin, bytes.at, () => {
      if (kind !== COUNTING_UP) return decodeColumn(bytes.view, from, size);
      const first = bytes.view.getFloat64(from, true);
      return Float64Array.from({ length: size }, (_, i) => first + i);
    });
    if (kind === CODED || kind === COUNTING_UP) return column;
    if (kind !== JOULES_OR_NONE) throw new DamagedBlock(`a column of energy of kind ${kind}`);
    return { some: column };
  }

  private decoded(place: number, size: number, body: Uint8Array, from: number, to: number, decode: () => Float64Array): Float64Array {
    const before = this.before[place];
    if (before?.size === size && areAlike(before.bytes, body, from, to)) return before.column;
    const column = decode();
    this.before[place] = { size, bytes: body.subarray(from, to), column };
    return column;
  }
}

/** Of so few bytes a loop costs less than the views that faster calls need. */
const FEW_BYTES = 256;

/** A copy: doubles may not begin anywhere, and a Buffer's slice is none. */
function doubles(view: DataView, body: Uint8Array, from: number, size: number): Float64Array {
  if (size * 8 > FEW_BYTES) return new Float64Array(new Uint8Array(body.subarray(from, from + size * 8)).buffer);
  const column = new Float64Array(size);
  for (let i = 0; i < size; i++) column[i] = view.getFloat64(from + 8 * i, true);
  return column;
}

/** Whether the bytes [from, to) of `body` are these. */
function areAlike(bytes: Uint8Array, body: Uint8Array, from: number, to: number): boolean {
  if (bytes.length !== to - from) return false;
  if (bytes.length > FEW_BYTES) return Buffer.compare(bytes, body.subarray(from, to)) === 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== body[from + i]) return false;
  return true;
}

function put(out: ByteWriter, column: Float64Array, joules: Float64Array | null, isSmall: boolean): void {
  const first = column[0] ?? 0;
  if (column.every((value) => Object.is(value, first))) {
    out.u8(ONE_NUMBER);
    out.f64(first);
  } else if (column.every((value, i) => Object.is(value, first + i))) {
    out.u8(COUNTING_UP);
    out.f64(first);
  } else if (joules !== null && column.every((value, i) => Object.is(value, joules[i]))) out.u8(AS_JOULES);
  else if (joules !== null && column.every((value, i) => Object.is(value, 0) || Object.is(value, joules[i]))) {
    out.u8(JOULES_OR_NONE);
    putCoded(
      out,
      column.map((value) => (Object.is(value, 0) ? 0 : 1)),
    );
  } else if (isSmall) {
    out.u8(CODED);
    putCoded(out, column);
  } else {
    out.u8(RAW);
    // In the byte order of every processor this runs on (little-endian).
    out.append(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
}

function putCoded(out: ByteWriter, column: Float64Array): void {
  const coded = encodeColumn(column);
  out.varint(coded.length);
  out.append(coded);
}
