import { crc32c, masked } from '../../src-main/core/readers/files/crc32c';

/** Parts of event files, as the writers lay them out. */

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 127n);
    left >>= 7n;
    bytes.push(left > 0n ? low | 128 : low);
  } while (left > 0n);
  return Buffer.from(bytes);
}

/** A field of a message: bytes, or a varint. */
export function field(number: number, value: Buffer | string | number | bigint): Buffer {
  if (typeof value === 'number' || typeof value === 'bigint') return Buffer.concat([varint(number * 8), varint(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

export function fixed(number: number, value: number, bytes: 4 | 8): Buffer {
  const data = Buffer.alloc(bytes);
  if (bytes === 8) data.writeDoubleLE(value);
  else data.writeFloatLE(value);
  return Buffer.concat([varint(number * 8 + (bytes === 8 ? 1 : 5)), data]);
}

export function record(data: Buffer, length: bigint = BigInt(data.length)): Buffer {
  const header = Buffer.alloc(12);
  header.writeBigUInt64LE(length);
  header.writeInt32LE(masked(crc32c(header, 0, 8)), 8);
  const footer = Buffer.alloc(4);
  footer.writeInt32LE(masked(crc32c(data, 0, data.length)));
  return Buffer.concat([header, data, footer]);
}

/** A record of an event; the values are whole Summary.Value messages. */
export function event(step: number | bigint, values: readonly Buffer[], wallTime = 1_700_000_000): Buffer {
  return record(
    Buffer.concat([
      fixed(1, wallTime, 8),
      step === 0 ? Buffer.alloc(0) : field(2, step),
      field(5, Buffer.concat(values.map((value) => field(1, value)))),
    ]),
  );
}

export const simple = (tag: string, value: number): Buffer => Buffer.concat([field(1, tag), fixed(2, value, 4)]);

export const version = record(Buffer.concat([fixed(1, 1_700_000_000, 8), field(3, 'brain.Event:2')]));
