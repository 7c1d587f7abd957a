import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { elementBytes, elementsOf, newElements, type ColumnData, type DataTable, type Elements } from '@shared/datasets/column';
import { DatasetVersion, isVariable, type DatasetColumn } from '@shared/model/dataset';
import { lengthsFile, packed, PARTS_FILE, valuesFile, VERSION_FILE } from './layout';

const unpack = promisify(gunzip);

/**
 * A stored version of a data set. Any rows of any column are read by themselves, so that one that is larger than memory can be
 * streamed. It asks for nothing but its folder: a trainer reads it without the database.
 */
export class StoredVersion {
  private readonly starts = new Map<number, Float64Array>();
  /** What a packed file holds: it has to be unpacked whole. */
  private readonly unpacked = new Map<string, Buffer>();

  private constructor(
    readonly folder: string,
    readonly version: DatasetVersion,
  ) {}

  /** @throws Error naming the file that is missing, is none, or is shorter than it says */
  static async open(folder: string): Promise<StoredVersion> {
    const path = join(folder, VERSION_FILE);
    const read = DatasetVersion.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!read.success) throw new Error(`${path} is no version of a data set: ${read.error.issues[0]?.path.join('.') ?? ''}`);
    const stored = new StoredVersion(folder, read.data);
    await stored.check();
    return stored;
  }

  get rows(): number {
    return this.version.rows;
  }

  /** @throws Error where there is none of this name */
  column(name: string): DatasetColumn {
    return this.version.columns[this.place(name)] as DatasetColumn;
  }

  /** By row the place of its part in `datasetParts`; null = not split. */
  async parts(): Promise<Uint8Array | null> {
    return this.version.parts === null ? null : new Uint8Array(await this.bytes(PARTS_FILE, 0, this.rows));
  }

  /** `count` rows of a column from row `from` on; all that there are when left out. */
  async read(name: string, from = 0, count = this.rows - from): Promise<ColumnData> {
    const place = this.place(name);
    const column = this.version.columns[place] as DatasetColumn;
    const first = Math.min(from, this.rows);
    const rows = Math.max(0, Math.min(count, this.rows - first));
    if (isVariable(column.type)) return this.readVariable(column, place, first, rows);
    const size = elementsOf(column.shape) * elementBytes(column.element);
    const values = elements(column, await this.bytes(valuesFile(place), first * size, rows * size));
    switch (column.type) {
      case 'category':
        return { type: 'category', codes: values as Int32Array, categories: column.categories };
      case 'image':
        return { type: 'image', shape: column.shape, values: values as Uint8Array };
      case 'vector':
        return { type: 'vector', shape: column.shape, values };
      case 'time':
        return { type: 'time', values: values as Float64Array };
      default:
        return { type: 'number', values: values as Float64Array };
    }
  }

  /** `count` rows of all columns, or of those of these names. */
  async table(from = 0, count = this.rows - from, names = this.version.columns.map(({ name }) => name)): Promise<DataTable> {
    const rows = Math.max(0, Math.min(count, this.rows - from));
    const columns = [];
    for (const name of names) columns.push({ name, unit: this.column(name).unit, data: await this.read(name, from, rows) });
    return { rows, columns };
  }

  private place(name: string): number {
    const place = this.version.columns.findIndex((column) => column.name === name);
    if (place === -1) throw new Error(`${this.folder} has no column "${name}"`);
    return place;
  }

  private async readVariable(column: DatasetColumn, place: number, from: number, count: number): Promise<ColumnData> {
    const starts = await this.startsOf(place);
    const bytesEach = elementBytes(column.element);
    const begin = starts[from] ?? 0;
    const end = starts[from + count] ?? begin;
    const bytes = await this.bytes(valuesFile(place), begin * bytesEach, (end - begin) * bytesEach);
    const lengths = await this.lengths(place, from, count);
    const rows = Array.from(lengths, (length, i): Buffer | null => {
      const at = ((starts[from + i] ?? 0) - begin) * bytesEach;
      return length < 0 ? null : bytes.subarray(at, at + length * bytesEach);
    });
    if (column.type === 'text') return { type: 'text', values: rows.map((row) => row?.toString('utf8') ?? null) };
    const values = rows.map((row) => (row === null ? null : (elements(column, row) as Int16Array)));
    return { type: 'audio', sampleRateHz: column.sampleRateHz ?? NaN, values };
  }

  private async lengths(place: number, from: number, count: number): Promise<Int32Array> {
    return elements({ element: 'i32' }, await this.bytes(lengthsFile(place), from * 4, count * 4)) as Int32Array;
  }

  /** Where each row begins, and behind the last one where it ends. */
  private async startsOf(place: number): Promise<Float64Array> {
    const known = this.starts.get(place);
    if (known !== undefined) return known;
    const lengths = await this.lengths(place, 0, this.rows);
    const starts = new Float64Array(this.rows + 1);
    for (let row = 0; row < this.rows; row++) starts[row + 1] = (starts[row] ?? 0) + Math.max(0, lengths[row] ?? 0);
    this.starts.set(place, starts);
    return starts;
  }

  private async bytes(name: string, from: number, length: number): Promise<Buffer> {
    const path = join(this.folder, name);
    if (!existsSync(path)) {
      let whole = this.unpacked.get(name);
      if (whole === undefined) this.unpacked.set(name, (whole = await unpack(await readFile(packed(path)))));
      if (whole.length < from + length) throw cutShort(packed(path));
      return whole.subarray(from, from + length);
    }
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      for (let at = 0; at < length;) {
        const { bytesRead } = await file.read(bytes, at, length - at, from + at);
        if (bytesRead === 0) throw cutShort(path);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** Whether the files of fixed lengths are as long as they must be: one that was cut off is told here, not in the midst of a training. */
  private async check(): Promise<void> {
    for (const [place, column] of this.version.columns.entries()) {
      const path = join(this.folder, isVariable(column.type) ? lengthsFile(place) : valuesFile(place));
      if (existsSync(packed(path))) continue;
      const each = isVariable(column.type) ? 4 : elementsOf(column.shape) * elementBytes(column.element);
      if ((await stat(path)).size !== each * this.rows) throw cutShort(path);
    }
  }
}

const cutShort = (path: string): Error => new Error(`${path} is not as long as its version says`);

/** The bytes as numbers, in memory of their own. */
function elements({ element }: Pick<DatasetColumn, 'element'>, bytes: Buffer): Elements {
  const made = newElements(element, bytes.length / elementBytes(element));
  new Uint8Array(made.buffer).set(bytes);
  return made;
}
