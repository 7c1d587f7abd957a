import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { elementOf, isMissingAt, rowsOf, type ColumnData } from '@shared/datasets/column';
import { datasetParts, isVariable, type DatasetColumn, type DatasetVersion } from '@shared/model/dataset';
import { lengthsFile, PARTS_FILE, valuesFile, VERSION_FILE } from './layout';

/** A column that is to be written: its rows come in any number of pieces. */
export interface NewColumn {
  readonly name: string;
  readonly unit: string;
}

/** Everything of a version that its columns do not tell. */
export type VersionFacts = Omit<DatasetVersion, 'columns' | 'rows' | 'bytes' | 'parts'>;

/**
 * Writes one version into a folder of its own, which it makes. Nothing of it counts until {@link finish} has written its last
 * file; whoever gave the folder then renames it to where it is found, and removes it where something failed.
 */
export class DatasetWriter {
  private readonly columns: ColumnFile[] = [];

  private constructor(private readonly folder: string) {}

  /** @throws what the file system throws, also where the folder exists */
  static async begin(folder: string): Promise<DatasetWriter> {
    await mkdir(folder, { mode: 0o700 });
    return new DatasetWriter(folder);
  }

  /** The next column. Every piece that is appended to it has the same type, shape and categories. */
  async column(column: NewColumn): Promise<ColumnFile> {
    const made = await ColumnFile.open(this.folder, this.columns.length, column);
    this.columns.push(made);
    return made;
  }

  /**
   * @param parts by row the place of its part in `datasetParts`; null = not split
   * @throws {RangeError} for columns of different lengths or without a piece: a mistake of whoever wrote them
   */
  async finish(facts: VersionFacts, parts: Uint8Array | null): Promise<DatasetVersion> {
    const columns = await Promise.all(this.columns.map((column) => column.finish()));
    const [rows = 0] = this.columns.map((column) => column.rows);
    const odd = this.columns.find((column) => column.rows !== rows);
    if (odd !== undefined || (parts !== null && parts.length !== rows))
      throw new RangeError(`columns of different lengths: ${odd?.name ?? PARTS_FILE}`);
    if (parts !== null) await writeFile(join(this.folder, PARTS_FILE), parts, { mode: 0o600 });
    const bytes = this.columns.reduce((sum, column) => sum + column.bytes, parts?.length ?? 0);
    const version: DatasetVersion = { ...facts, columns, rows, bytes, parts: parts === null ? null : countParts(parts) };
    await writeSafely(join(this.folder, VERSION_FILE), JSON.stringify(version));
    return version;
  }

  /** Lets go of the files, whole or not. */
  async close(): Promise<void> {
    await Promise.all(this.columns.map((column) => column.close()));
  }
}

export class ColumnFile {
  rows = 0;
  bytes = 0;
  private missing = 0;
  private first: ColumnData | null = null;
  private lengths: FileHandle | null = null;
  /** Apart, so that the pieces which the rows come in make no difference. */
  private readonly hashes = { values: createHash('sha256'), lengths: createHash('sha256') };

  private constructor(
    private readonly folder: string,
    private readonly place: number,
    private readonly column: NewColumn,
    private readonly values: FileHandle,
  ) {}

  static async open(folder: string, place: number, column: NewColumn): Promise<ColumnFile> {
    return new ColumnFile(folder, place, column, await open(join(folder, valuesFile(place)), 'wx', 0o600));
  }

  get name(): string {
    return this.column.name;
  }

  async append(data: ColumnData): Promise<void> {
    this.first ??= data;
    const rows = rowsOf(data);
    for (let row = 0; row < rows; row++) if (isMissingAt(data, row)) this.missing += 1;
    this.rows += rows;
    const { values, lengths } = toBytes(data);
    if (lengths !== null) {
      this.lengths ??= await open(join(this.folder, lengthsFile(this.place)), 'wx', 0o600);
      await this.write(this.lengths, this.hashes.lengths, lengths);
    }
    await this.write(this.values, this.hashes.values, values);
  }

  async finish(): Promise<DatasetColumn> {
    const { first } = this;
    if (first === null) throw new RangeError(`the column ${this.column.name} has no rows`);
    await this.values.sync();
    await this.lengths?.sync();
    await this.close();
    return {
      ...this.column,
      type: first.type,
      element: elementOf(first),
      shape: first.type === 'image' || first.type === 'vector' ? [...first.shape] : [],
      categories: first.type === 'category' ? [...first.categories] : [],
      sampleRateHz: first.type === 'audio' ? first.sampleRateHz : null,
      missing: this.missing,
      sha256: this.digest(first.type),
    };
  }

  private digest(type: DatasetColumn['type']): string {
    const values = this.hashes.values.digest();
    if (!isVariable(type)) return values.toString('hex');
    return createHash('sha256').update(this.hashes.lengths.digest()).update(values).digest('hex');
  }

  async close(): Promise<void> {
    // Closing a second time does nothing.
    await this.values.close().catch(() => undefined);
    await this.lengths?.close().catch(() => undefined);
  }

  private async write(file: FileHandle, hash: Hash, bytes: Uint8Array): Promise<void> {
    hash.update(bytes);
    this.bytes += bytes.length;
    // One write may take less than all of it.
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
  }
}

/** How many rows each part has. */
export function countParts(parts: Uint8Array): { train: number; validation: number; test: number } {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const part of parts) counts[datasetParts[part] ?? 'train'] += 1;
  return counts;
}

const encoder = new TextEncoder();
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function toBytes(data: ColumnData): { readonly values: Uint8Array; readonly lengths: Uint8Array | null } {
  if (data.type === 'category') return { values: bytesOf(data.codes), lengths: null };
  if (data.type === 'text')
    return joined(
      data.values.map((text) => (text === null ? null : encoder.encode(text))),
      1,
    );
  if (data.type === 'audio')
    return joined(
      data.values.map((samples) => (samples === null ? null : bytesOf(samples))),
      2,
    );
  return { values: bytesOf(data.values), lengths: null };
}

function joined(rows: readonly (Uint8Array | null)[], unitBytes: number): { readonly values: Uint8Array; readonly lengths: Uint8Array } {
  const lengths = Int32Array.from(rows, (row) => (row === null ? -1 : row.length / unitBytes));
  return { values: Buffer.concat(rows.filter((row) => row !== null)), lengths: bytesOf(lengths) };
}

/** Written and on the disk before it counts. */
export async function writeSafely(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
