import { elementsOf, newElements, type Elements } from '@shared/datasets/column';
import type { ElementType } from '@shared/model/dataset';
import { message, type KeyedMessage } from '@shared/text/message';

/** An array as NumPy writes it. Texts are of one dimension. */
export interface NpyArray {
  /** The first is the number of rows. */
  readonly shape: readonly number[];
  readonly values: Elements | readonly string[];
}

const MAGIC = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);

type Read = (bytes: DataView, at: number, little: boolean) => number;
/** By kind and bytes: what it is kept as. Whole numbers of 32 bits without a sign, and all of 64, are kept as doubles. */
const numbers: Readonly<Record<string, readonly [ElementType, Read]>> = {
  b1: ['u8', (view, at) => view.getUint8(at)],
  u1: ['u8', (view, at) => view.getUint8(at)],
  i1: ['i16', (view, at) => view.getInt8(at)],
  i2: ['i16', (view, at, little) => view.getInt16(at, little)],
  u2: ['i32', (view, at, little) => view.getUint16(at, little)],
  i4: ['i32', (view, at, little) => view.getInt32(at, little)],
  u4: ['f64', (view, at, little) => view.getUint32(at, little)],
  i8: ['f64', (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: ['f64', (view, at, little) => Number(view.getBigUint64(at, little))],
  f2: ['f32', (view, at, little) => halfFloat(view.getUint16(at, little))],
  f4: ['f32', (view, at, little) => view.getFloat32(at, little)],
  f8: ['f64', (view, at, little) => view.getFloat64(at, little)],
};

/**
 * Reads a file of NumPy's format (NEP 1, versions 1 to 3).
 * @returns why it cannot be read, where it cannot
 */
export function parseNpy(bytes: Buffer): NpyArray | KeyedMessage {
  if (bytes.length < 12 || !bytes.subarray(0, 6).equals(MAGIC)) return message('message.data.npyHead');
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const end = start + (isShort ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const head = bytes.toString(bytes[6] === 3 ? 'utf8' : 'latin1', start, end);
  const type = /'descr':\s*'([^']*)'/.exec(head)?.[1];
  const dimensions = /'shape':\s*\(([^)]*)\)/.exec(head)?.[1];
  if (dimensions === undefined || bytes.length < end) return message('message.data.npyHead');
  // A record of several fields has a list where the type stands.
  if (type === undefined) return message('message.data.npyType', { type: /'descr':\s*(\[.*?\])/.exec(head)?.[1]?.slice(0, 60) ?? '?' });
  const shape = dimensions.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  if (shape.length === 0) return message('message.data.scalar');
  const isColumnMajor = /'fortran_order':\s*True/.test(head);
  return valuesOf(bytes.subarray(end), type, shape, isColumnMajor);
}

function valuesOf(data: Buffer, type: string, shape: readonly number[], isColumnMajor: boolean): NpyArray | KeyedMessage {
  const [, order = '', kind = '', size = ''] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(type) ?? [];
  if (kind === 'O') return message('message.data.npyObjects');
  const count = elementsOf(shape);
  const little = order !== '>';
  const isText = (kind === 'U' || kind === 'S') && shape.length === 1;
  const number = numbers[kind + size];
  if (!isText && number === undefined) return message('message.data.npyType', { type });
  const each = Number(size) * (kind === 'U' ? 4 : 1);
  if (data.length !== count * each) return message('message.data.npyLength', { bytes: data.length, wanted: count * each });
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (isText) return { shape, values: Array.from({ length: count }, (_, i) => text(view, i * each, each, kind, little)) };
  const [element, read] = number as readonly [ElementType, Read];
  const values = newElements(element, count);
  if (isColumnMajor && shape.length > 1) fromColumnMajor(shape, (to, from) => (values[to] = read(view, from * each, little)));
  else for (let i = 0; i < count; i++) values[i] = read(view, i * each, little);
  return { shape, values };
}

/** Visits all places of an array: of each, its index in rows and that in columns. */
function fromColumnMajor(shape: readonly number[], visit: (rowMajor: number, columnMajor: number) => void): void {
  const at = shape.map(() => 0);
  for (let rowMajor = 0, count = elementsOf(shape); rowMajor < count; rowMajor++) {
    let columnMajor = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) columnMajor = columnMajor * (shape[axis] ?? 1) + (at[axis] ?? 0);
    visit(rowMajor, columnMajor);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] ?? 0) + 1;
      if ((at[axis] ?? 0) < (shape[axis] ?? 1)) break;
      at[axis] = 0;
    }
  }
}

/** Padded with zeros: UCS-4 of `U`, bytes of `S`. */
function text(view: DataView, at: number, bytes: number, kind: string, little: boolean): string {
  if (kind === 'S')
    return Buffer.from(view.buffer, view.byteOffset + at, bytes)
      .toString('latin1')
      .replace(/\0+$/, '');
  let made = '';
  for (let i = 0; i < bytes; i += 4) {
    const point = view.getUint32(at + i, little);
    if (point === 0) break;
    made += String.fromCodePoint(point);
  }
  return made;
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
