import type { ColumnType, ElementType } from '../model/dataset';

/** Values of an image or a vector, row after row. */
export type Elements = Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Some rows of a column, in memory. Missing: NaN of a number or time, −1 of a category, null of a text or audio. */
export type ColumnData =
  | { readonly type: 'number'; readonly values: Float64Array }
  /** Ms since the epoch. */
  | { readonly type: 'time'; readonly values: Float64Array }
  | { readonly type: 'category'; readonly codes: Int32Array; readonly categories: readonly string[] }
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }
  /** Height, width and channels in `shape`; a byte 0 … 255 a channel. */
  | { readonly type: 'image'; readonly shape: readonly number[]; readonly values: Uint8Array }
  | { readonly type: 'vector'; readonly shape: readonly number[]; readonly values: Elements }
  /** One channel, −32,768 … 32,767. */
  | { readonly type: 'audio'; readonly sampleRateHz: number; readonly values: readonly (Int16Array | null)[] };

/** A column with its name. */
export interface NamedColumn {
  readonly name: string;
  readonly unit: string;
  readonly data: ColumnData;
}

/** Rows in memory: columns of one length. */
export interface DataTable {
  readonly rows: number;
  readonly columns: readonly NamedColumn[];
}

/** The number of values that a row of this shape has. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export function rowsOf(data: ColumnData): number {
  if (data.type === 'category') return data.codes.length;
  if (data.type === 'image' || data.type === 'vector') return data.values.length / elementsOf(data.shape);
  return data.values.length;
}

/** How the values of a column lie in its file. */
export function elementOf(data: ColumnData): ElementType {
  switch (data.type) {
    case 'number':
    case 'time':
      return 'f64';
    case 'category':
      return 'i32';
    case 'text':
    case 'image':
      return 'u8';
    case 'audio':
      return 'i16';
    case 'vector':
      return arrayElement(data.values);
  }
}

function arrayElement(values: Elements): ElementType {
  if (values instanceof Uint8Array) return 'u8';
  if (values instanceof Int16Array) return 'i16';
  if (values instanceof Int32Array) return 'i32';
  return values instanceof Float32Array ? 'f32' : 'f64';
}

const arrays = { u8: Uint8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array, f64: Float64Array } as const;

/** Bytes that one value takes. */
export const elementBytes = (element: ElementType): number => arrays[element].BYTES_PER_ELEMENT;

/** An array of `length` values of this kind, all zero. */
export const newElements = (element: ElementType, length: number): Elements => new arrays[element](length);

/** Whether a row has no value: of an image or vector, whether none of its values is a number. */
export function isMissingAt(data: ColumnData, row: number): boolean {
  switch (data.type) {
    case 'number':
    case 'time':
      return Number.isNaN(data.values[row]);
    case 'category':
      return (data.codes[row] ?? -1) < 0;
    case 'text':
    case 'audio':
      return data.values[row] === null;
    case 'image':
      return false;
    case 'vector': {
      const size = elementsOf(data.shape);
      for (let at = row * size; at < (row + 1) * size; at++) if (!Number.isNaN(data.values[at])) return false;
      return true;
    }
  }
}

export function missingOf(data: ColumnData): number {
  let missing = 0;
  for (let row = 0, rows = rowsOf(data); row < rows; row++) if (isMissingAt(data, row)) missing += 1;
  return missing;
}

/** The rows of these numbers, in their order, as a copy. */
export function takeRows(data: ColumnData, rows: ArrayLike<number>): ColumnData {
  switch (data.type) {
    case 'number':
    case 'time':
      return { ...data, values: Float64Array.from(rows, (row) => data.values[row] ?? NaN) };
    case 'category':
      return { ...data, codes: Int32Array.from(rows, (row) => data.codes[row] ?? -1) };
    case 'text':
      return { ...data, values: Array.from(rows, (row) => data.values[row] ?? null) };
    case 'audio':
      return { ...data, values: Array.from(rows, (row) => data.values[row] ?? null) };
    case 'image':
      return { ...data, values: takeElements(data.values, elementsOf(data.shape), rows) as Uint8Array };
    case 'vector':
      return { ...data, values: takeElements(data.values, elementsOf(data.shape), rows) };
  }
}

function takeElements(values: Elements, size: number, rows: ArrayLike<number>): Elements {
  const taken = newElements(arrayElement(values), rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * size;
    taken.set(values.subarray(from, from + size), i * size);
  }
  return taken;
}

/** The columns of these rows. */
export const takeTable = (table: DataTable, rows: ArrayLike<number>): DataTable => ({
  rows: rows.length,
  columns: table.columns.map((column) => ({ ...column, data: takeRows(column.data, rows) })),
});

export const columnOf = (table: DataTable, name: string): NamedColumn | null =>
  table.columns.find((column) => column.name === name) ?? null;

/** Whether a value is a number by itself: of these steps and figures are made. */
export const isNumeric = (type: ColumnType): boolean => type === 'number' || type === 'time';
