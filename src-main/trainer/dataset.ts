import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unpack = promisify(gunzip);
const UNSIGNED_BYTE = 8;

/** Rows of features scaled to [0, 1], one after another, and one class a row. */
export interface LabelledRows {
  readonly count: number;
  readonly features: number;
  readonly x: Float32Array;
  readonly labels: Uint8Array;
}

export interface ImageDataset {
  readonly classes: number;
  readonly train: LabelledRows;
  readonly test: LabelledRows;
}

/** An IDX file's dimensions and bytes. @throws Error naming the file when it is cut short or of another type */
function parseIdx(name: string, bytes: Buffer, dimensions: number): { shape: number[]; data: Buffer } {
  const header = 4 + 4 * dimensions;
  if (bytes.length < header || bytes.readUInt16BE(0) !== 0 || bytes[2] !== UNSIGNED_BYTE || bytes[3] !== dimensions) {
    throw new Error(`${name} is not an IDX file of bytes with ${dimensions} dimension(s)`);
  }
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const data = bytes.subarray(header);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (data.length !== expected) throw new Error(`${name} holds ${data.length} bytes of data, its header says ${expected}`);
  return { shape, data };
}

/** Bytes to [0, 1]. A plain loop: `Float32Array.from` with a function takes twenty times as long. */
function scaled(bytes: Uint8Array): Float32Array {
  const x = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) x[i] = (bytes[i] ?? 0) / 255;
  return x;
}

async function readPart(dir: string, part: 'train' | 'test', classes: number): Promise<LabelledRows> {
  const read = async (file: string, dimensions: number) => parseIdx(file, await unpack(await readFile(join(dir, file))), dimensions);
  const images = await read(`${part}-images-idx3-ubyte.gz`, 3);
  const { data: labels } = await read(`${part}-labels-idx1-ubyte.gz`, 1);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (labels.length !== count) throw new Error(`${part}: ${count} images but ${labels.length} labels`);
  if (labels.some((label) => label >= classes)) throw new Error(`${part}: a label is not one of ${classes} classes`);
  return { count, features: height * width, x: scaled(images.data), labels };
}

/**
 * Reads a data set of grey images kept as four gzipped IDX files.
 *
 * @param dir e.g. `<datasetsDir>/mnist-10k`
 * @throws Error naming the file that is missing, cut short or does not fit the others
 */
export async function readImageDataset(dir: string, classes: number): Promise<ImageDataset> {
  const [train, test] = await Promise.all([readPart(dir, 'train', classes), readPart(dir, 'test', classes)]);
  if (train.features !== test.features)
    throw new Error(`images of the training part have ${train.features} pixels, of the test part ${test.features}`);
  return { classes, train, test };
}

/** Some rows of a part, by index, as one view: what a held-out share or a mini-batch is drawn from. */
export interface RowSubset {
  readonly rows: LabelledRows;
  readonly index: Uint32Array;
}

/** A copy of `count` rows of the subset, from its position `from`. */
export function gather({ rows, index }: RowSubset, from: number, count: number): { x: Float32Array; labels: Uint8Array } {
  const { features } = rows;
  const x = new Float32Array(count * features);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const row = index[from + i] ?? 0;
    x.set(rows.x.subarray(row * features, (row + 1) * features), i * features);
    labels[i] = rows.labels[row] ?? 0;
  }
  return { x, labels };
}

/** All rows in their own order. */
export function allRows(rows: LabelledRows): RowSubset {
  return { rows, index: Uint32Array.from({ length: rows.count }, (_, i) => i) };
}
