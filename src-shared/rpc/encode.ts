/**
 * Messages for a transport that knows text and bytes only (a WebSocket), and copies of them in memory.
 *
 * A message without binary arrays is its JSON text. One with some is bytes: the length of a head (uint32), the head, and the
 * arrays one after another, each beginning at a multiple of 8. The head is ASCII JSON, `{ message, arrays }`: null stands in
 * the message where an array was, and `arrays` tells of each its kind, its length and its path. Little-endian, as every
 * machine is that Node and Chromium run on.
 */
export type BinaryArray = Float64Array | Uint32Array | Uint8Array;
type Kind = 'f64' | 'u32' | 'u8';
interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): BinaryArray;
}
const kinds: Readonly<Record<Kind, ArrayType>> = { f64: Float64Array, u32: Uint32Array, u8: Uint8Array };
type ArrayPath = readonly [kind: Kind, length: number, ...path: (string | number)[]];

const ALIGN = 8;
const aligned = (at: number): number => Math.ceil(at / ALIGN) * ALIGN;

const kindNames = Object.keys(kinds) as Kind[];
const isKind = (value: unknown): value is Kind => kindNames.some((kind) => kind === value);
const kindOf = (value: unknown): Kind | undefined =>
  ArrayBuffer.isView(value) ? kindNames.find((kind) => value instanceof kinds[kind]) : undefined;

export const isBinaryArray = (value: unknown): value is BinaryArray => kindOf(value) !== undefined;

/** @throws {TypeError} when the message is no JSON-shaped value with binary arrays in it */
export function encodeMessage(message: unknown): string | Uint8Array<ArrayBuffer> {
  const arrays: BinaryArray[] = [];
  const paths: ArrayPath[] = [];
  const bare = takeOut(message, [], (array, kind, path) => {
    arrays.push(array);
    paths.push([kind, array.length, ...path]);
  });
  if (arrays.length > 0) return withArrays(asAscii(JSON.stringify({ message: bare, arrays: paths })), arrays);
  const text: string | undefined = JSON.stringify(bare);
  if (text === undefined) throw new TypeError('a message is a JSON-shaped value');
  return text;
}

function withArrays(head: string, arrays: readonly BinaryArray[]): Uint8Array<ArrayBuffer> {
  const start = aligned(4 + head.length);
  const bytes = new Uint8Array(arrays.reduce((at, { byteLength }) => at + aligned(byteLength), start));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  for (let i = 0; i < head.length; i++) bytes[4 + i] = head.charCodeAt(i);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/**
 * What {@link encodeMessage} was given. Arrays of numbers are views of `data` where it lies right in memory: whoever keeps one
 * keeps all.
 * @throws {SyntaxError} when it is nothing that {@link encodeMessage} makes
 */
export function decodeMessage(data: string | Uint8Array): unknown {
  return typeof data === 'string' ? JSON.parse(data) : decodeBytes(data.byteOffset % ALIGN === 0 ? data : new Uint8Array(data));
}

function decodeBytes(bytes: Uint8Array): unknown {
  if (bytes.byteLength < 4) throw new SyntaxError('too short for a message');
  const headLength = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (4 + headLength > bytes.byteLength) throw new SyntaxError('the head is longer than the message');
  const head: unknown = JSON.parse(ascii(bytes.subarray(4, 4 + headLength)));
  if (!isHead(head)) throw new SyntaxError('the head is none');
  let at = aligned(4 + headLength);
  for (const paths of head.arrays) {
    const [kind, length] = paths;
    const byteLength = length * kinds[kind].BYTES_PER_ELEMENT;
    if (at + byteLength > bytes.byteLength) throw new SyntaxError('an array is longer than the message');
    const from = bytes.byteOffset + at;
    putIn(head, paths, new kinds[kind](bytes.buffer, from, length));
    at += aligned(byteLength);
  }
  return head.message;
}

interface Head {
  message: unknown;
  readonly arrays: readonly ArrayPath[];
}

function isHead(value: unknown): value is Head {
  return typeof value === 'object' && value !== null && 'message' in value && 'arrays' in value && Array.isArray(value.arrays)
    ? value.arrays.every(isArrayPath)
    : false;
}

function isArrayPath(value: unknown): value is ArrayPath {
  if (!Array.isArray(value)) return false;
  const [kind, length, ...path] = value as readonly unknown[];
  return (
    isKind(kind) &&
    Number.isSafeInteger(length) &&
    (length as number) >= 0 &&
    path.every((key) => typeof key === 'string' || typeof key === 'number')
  );
}

/** Only where the message itself holds null: a path leads nowhere else. */
function putIn(head: Head, [, , ...path]: ArrayPath, array: BinaryArray): void {
  let owner: Record<string | number, unknown> = head as unknown as Record<string, unknown>;
  let key: string | number = 'message';
  for (const next of path) {
    const inner: unknown = owner[key];
    if (typeof inner !== 'object' || inner === null || isBinaryArray(inner) || !Object.hasOwn(inner, next))
      throw new SyntaxError('an array has no place');
    owner = inner as Record<string | number, unknown>;
    key = next;
  }
  if (owner[key] !== null) throw new SyntaxError('the place of an array is taken');
  owner[key] = array;
}

type Path = readonly (string | number)[];

/** The value with null in place of each binary array; itself where it has none. */
function takeOut(value: unknown, path: Path, found: (array: BinaryArray, kind: Kind, path: Path) => void): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kind = kindOf(value);
  if (kind !== undefined) {
    found(value as BinaryArray, kind, path);
    return null;
  }
  if (Array.isArray(value)) {
    let copy: unknown[] | null = null;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item !== 'object' || item === null) continue;
      const bare = takeOut(item, [...path, i], found);
      if (bare !== item) (copy ??= [...(value as unknown[])])[i] = bare;
    }
    return copy ?? value;
  }
  let copy: Record<string, unknown> | null = null;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'object' || item === null) continue;
    const bare = takeOut(item, [...path, key], found);
    if (bare !== item) (copy ??= { ...value })[key] = bare;
  }
  return copy ?? value;
}

/** The same JSON text in ASCII. */
function asAscii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function ascii(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/** About how many bytes a message takes on its way: what flow control counts by. */
export function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'object': {
      if (value === null) return 4;
      if (isBinaryArray(value)) return value.byteLength;
      let size = 8;
      if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
      else for (const [key, item] of Object.entries(value)) size += key.length + sizeOf(item);
      return size;
    }
    default:
      return 8;
  }
}
