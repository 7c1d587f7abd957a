import { BYTES, VARINT, type Wire } from './wire';

/** tensorflow/core/framework/types.proto. */
const FLOAT = 1;
const DOUBLE = 2;
const INT32 = 3;
const UINT8 = 4;
const INT16 = 5;
const INT8 = 6;
const INT64 = 9;
const BOOL = 10;
const BFLOAT16 = 14;
const UINT16 = 17;
const HALF = 19;
const UINT32 = 22;
const UINT64 = 23;

/** Which field of TensorProto has the values of a type, and how many bytes one is in `tensor_content`. */
const layouts: ReadonlyMap<number, { readonly field: number; readonly bytes: number }> = new Map([
  [FLOAT, { field: 5, bytes: 4 }],
  [DOUBLE, { field: 6, bytes: 8 }],
  [INT32, { field: 7, bytes: 4 }],
  [UINT8, { field: 7, bytes: 1 }],
  [INT16, { field: 7, bytes: 2 }],
  [INT8, { field: 7, bytes: 1 }],
  [UINT16, { field: 7, bytes: 2 }],
  [INT64, { field: 10, bytes: 8 }],
  [BOOL, { field: 11, bytes: 1 }],
  [HALF, { field: 13, bytes: 2 }],
  [BFLOAT16, { field: 13, bytes: 2 }],
  [UINT32, { field: 16, bytes: 4 }],
  [UINT64, { field: 17, bytes: 8 }],
]);

const SHAPE = 2;
const CONTENT = 4;

/**
 * The number of a TensorProto of rank 0 that begins at the walker's place and fills its message.
 * @returns undefined where it is no number of rank 0
 */
export function scalarOfTensor(wire: Wire, bytes: Uint8Array): number | undefined {
  const from = wire.at;
  // The type may stand behind the values: found first.
  let dtype = 0;
  while (wire.next()) {
    if (wire.field === 1) dtype = wire.varint();
    else if (wire.field === SHAPE) {
      if (!isRank0(wire)) return undefined;
    } else wire.skip();
  }
  const layout = layouts.get(dtype);
  if (layout === undefined || wire.isBroken) return undefined;
  wire.at = from;
  // Values that a tensor leaves out are zero by the format's own rule.
  let value = 0;
  while (wire.next()) {
    if (wire.is(CONTENT, BYTES)) {
      const length = wire.length();
      if (length > 0) {
        if (length !== layout.bytes) return undefined;
        value = littleEndian(bytes, wire.at, dtype);
      }
      wire.at += length;
    } else if (wire.field === layout.field) {
      if (wire.type === BYTES) {
        const outer = wire.enter();
        if (wire.at < wire.end) value = element(wire, dtype);
        wire.leave(outer);
      } else value = element(wire, dtype);
    } else wire.skip();
  }
  return wire.isBroken ? undefined : value;
}

function isRank0(wire: Wire): boolean {
  const outer = wire.enter();
  let rank0 = true;
  while (wire.next()) {
    if (wire.is(3, VARINT)) {
      // The rank is not known.
      if (wire.varint() !== 0) rank0 = false;
    } else {
      if (wire.field === 2) rank0 = false;
      wire.skip();
    }
  }
  wire.leave(outer);
  return rank0;
}

function element(wire: Wire, dtype: number): number {
  switch (dtype) {
    case FLOAT:
      return wire.float();
    case DOUBLE:
      return wire.double();
    case HALF:
      return halfOf(wire.varint());
    case BFLOAT16:
      return bfloat16Of(wire.varint());
    case UINT32:
    case UINT64:
      return wire.varint();
    case BOOL:
      return wire.varint() === 0 ? 0 : 1;
    default:
      return wire.int64();
  }
}

function littleEndian(bytes: Uint8Array, at: number, dtype: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  switch (dtype) {
    case FLOAT:
      return view.getFloat32(0, true);
    case DOUBLE:
      return view.getFloat64(0, true);
    case INT32:
      return view.getInt32(0, true);
    case UINT8:
      return view.getUint8(0);
    case INT16:
      return view.getInt16(0, true);
    case INT8:
      return view.getInt8(0);
    case INT64:
      return Number(view.getBigInt64(0, true));
    case BOOL:
      return view.getUint8(0) === 0 ? 0 : 1;
    case BFLOAT16:
      return bfloat16Of(view.getUint16(0, true));
    case UINT16:
      return view.getUint16(0, true);
    case HALF:
      return halfOf(view.getUint16(0, true));
    case UINT32:
      return view.getUint32(0, true);
    default:
      return Number(view.getBigUint64(0, true));
  }
}

/** IEEE 754 binary16. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const single = new DataView(new ArrayBuffer(4));

/** The upper half of a float. */
function bfloat16Of(bits: number): number {
  single.setUint32(0, (bits & 0xffff) * 65536);
  return single.getFloat32(0);
}
