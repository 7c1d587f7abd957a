import { Decimal, isObject, quoted, typeName, type Json } from './json';
import { invalid, type ServingError } from './serving-error';

/** Types that the layers of tfjs take and give. */
export type DataType = 'float32' | 'int32' | 'bool';
/** As TensorFlow writes them in errors and in metadata. */
const typeNames: Readonly<Record<DataType, { readonly plain: string; readonly metadata: string }>> = {
  float32: { plain: 'float', metadata: 'DT_FLOAT' },
  int32: { plain: 'int32', metadata: 'DT_INT32' },
  bool: { plain: 'bool', metadata: 'DT_BOOL' },
};
export const metadataType = (type: DataType): string => typeNames[type].metadata;
export const plainType = (type: DataType): string => typeNames[type].plain;

/** An input or output of a model; null in its shape = any size. The first size is that of the batch. */
export interface TensorInfo {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly (number | null)[];
}

/** Numbers row after row. */
export interface DenseTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Dimensions that a tensor can have. */
const MOST_DIMENSIONS = 8;
/** The largest whole number up to which float32 has all of them. */
const MOST_WHOLE_FLOAT = 2 ** 24 - 1;
const MOST_FLOAT = 3.4028234663852886e38;
const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;

/** Thrown where only the body's own text tells whether a number is meant as a whole one: it is to be read exactly. */
export class NotExact extends Error {}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The sizes of a value by the first of each list, as TensorFlow Serving finds them; none for a scalar. */
export function shapeOf(value: Json): number[] {
  const shape: number[] = [];
  let inner: Json | undefined = value;
  while (Array.isArray(inner)) {
    shape.push(inner.length);
    if (shape.length > MOST_DIMENSIONS) throw invalid(`A list nested deeper than ${MOST_DIMENSIONS} is no tensor`);
    inner = inner[0];
  }
  return shape;
}

const typeError = (value: Json, type: DataType): ServingError =>
  invalid(`JSON Value: ${quoted(value)} Type: ${typeName(value)} is not of expected type: ${typeNames[type].plain}`);

/** One value as its type has it. @param isExact whether the text was read number by number */
function elementOf(value: Json, type: DataType, isExact: boolean): number {
  switch (type) {
    case 'bool':
      if (typeof value !== 'boolean') throw typeError(value, type);
      return value ? 1 : 0;
    case 'int32':
      if (!isExact) throw new NotExact();
      if (typeof value !== 'number' || value < INT32[0] || value > INT32[1]) throw typeError(value, type);
      return value;
    case 'float32': {
      if (typeof value === 'number') {
        if (value <= MOST_WHOLE_FLOAT && value >= -MOST_WHOLE_FLOAT) return value;
        if (!isExact) throw new NotExact();
        throw lossy(value);
      }
      if (!(value instanceof Decimal)) throw typeError(value, type);
      if (Number.isFinite(value.value) && Math.abs(value.value) > MOST_FLOAT) throw lossy(value);
      return value.value;
    }
  }
}

const lossy = (value: Json): ServingError => invalid(`Cannot convert JSON value: ${quoted(value)} to float without loss of precision.`);

/** Fills numbers of a value of a known shape, from a place on. @returns the place behind them */
function fill(
  value: Json,
  level: number,
  shape: readonly number[],
  type: DataType,
  into: DenseTensor['values'],
  at: number,
  isExact: boolean,
): number {
  if (!Array.isArray(value)) {
    if (level !== shape.length)
      throw invalid(
        `JSON Value: ${quoted(value)} found at incorrect level: ${level + 1} in the JSON DOM. Expected at level: ${shape.length}`,
      );
    into[at] = elementOf(value, type, isExact);
    return at + 1;
  }
  if (level >= shape.length) throw invalid(`Encountered list at unexpected level: ${level} expected < ${shape.length}`);
  const size = shape[level] ?? 0;
  if (value.length !== size)
    throw invalid(`Encountered list at unexpected size: ${value.length} at level: ${level} expected size: ${size}`);
  for (const item of value) at = fill(item, level + 1, shape, type, into, at, isExact);
  return at;
}

const empty = (type: DataType, size: number): DenseTensor['values'] => (type === 'float32' ? new Float32Array(size) : new Int32Array(size));

/** A whole tensor from nested lists. @throws ServingError, NotExact */
export function tensorOf(value: Json, type: DataType, isExact: boolean): DenseTensor {
  const shape = shapeOf(value);
  const values = empty(type, sizeOf(shape));
  fill(value, 0, shape, type, values, 0, isExact);
  return { shape, values };
}

/** One tensor of several rows, each given by itself; they are of one shape. @throws ServingError, NotExact */
export class RowsTensor {
  private readonly shape: readonly number[];
  private readonly rowSize: number;
  private readonly values: DenseTensor['values'];
  private rows = 0;

  constructor(
    first: Json,
    private readonly type: DataType,
    private readonly count: number,
    private readonly isExact: boolean,
  ) {
    this.shape = shapeOf(first);
    this.rowSize = sizeOf(this.shape);
    this.values = empty(type, this.rowSize * count);
  }

  add(row: Json): void {
    if (this.rows > 0) this.compare(shapeOf(row));
    fill(row, 0, this.shape, this.type, this.values, this.rows * this.rowSize, this.isExact);
    this.rows += 1;
  }

  private compare(shape: readonly number[]): void {
    const size = sizeOf(shape);
    if (size !== this.rowSize) throw invalid(`Expecting tensor size: ${this.rowSize} but got: ${size}`);
    if (shape.join() !== this.shape.join()) throw invalid(`Expecting shape [${this.shape.join()}] but got: [${shape.join()}]`);
  }

  tensor(): DenseTensor {
    return { shape: [this.count, ...this.shape], values: this.values };
  }
}

/** Whether a tensor can be an input. @throws ServingError saying which sizes it has and which it is to have */
export function checkShape({ shape }: DenseTensor, { name, shape: wanted }: TensorInfo): void {
  const fits = shape.length === wanted.length && shape.every((size, i) => wanted[i] === null || wanted[i] === size);
  if (!fits) throw invalid(`Input ${name} has shape [${shape.join()}], expected is [${wanted.map((size) => size ?? -1).join()}]`);
}

/** `{"b64": …}`: bytes. */
export function isBase64(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 1 && typeof value['b64'] === 'string';
}

/** A number of 32 bits by as few digits as tell it, with a fraction or an exponent, so that a reader takes it for a float. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  for (const digits of [6, 7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return withPoint(String(short));
  }
  return withPoint(String(Number(value.toPrecision(9))));
}

const withPoint = (text: string): string => (text.includes('.') || text.includes('e') ? text : `${text}.0`);

/** A tensor as nested lists, from its dimension `level` on. */
export function tensorText({ shape, values }: DenseTensor, type: DataType, level: number, row: number): string {
  const inner = shape.slice(level);
  const size = sizeOf(inner);
  const text = type === 'float32' ? floatText : type === 'bool' ? (value: number) => (value === 0 ? 'false' : 'true') : String;
  const write = (depth: number, at: number): string => {
    if (depth === inner.length) return text(values[at] ?? NaN);
    const step = sizeOf(inner.slice(depth + 1));
    const parts: string[] = [];
    for (let i = 0; i < (inner[depth] ?? 0); i++) parts.push(write(depth + 1, at + i * step));
    return `[${parts.join(', ')}]`;
  };
  return write(0, row * size);
}

export const isFiniteTensor = ({ values }: DenseTensor): boolean => values.every(Number.isFinite);
