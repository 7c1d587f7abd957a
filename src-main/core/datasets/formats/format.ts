import type { NewColumn } from '../../../dataset-files/writer';
import type { ColumnData } from '@shared/datasets/column';
import type { DatasetFormatId, DatasetKind } from '@shared/model/dataset';
import type { DataProgress, DataReadOptions } from '@shared/model/dataset-import';
import type { KeyedMessage } from '@shared/text/message';
import type { Problems } from '../problems';

/** A file of a source: where it is, and its path within the folder that was named, with "/". */
export interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** What was named to be taken in. */
export interface DataSource {
  /** Name of the file or folder. */
  readonly name: string;
  /** Its files, by name; one where a file was named. */
  readonly files: readonly SourceFile[];
  readonly isFolder: boolean;
}

/** Takes the columns of a source. */
export interface ColumnSink {
  /** The next column; its rows come in any number of pieces of one type. */
  column(column: NewColumn): Promise<{ append(data: ColumnData): Promise<void> }>;
}

export interface ReadContext {
  readonly options: DataReadOptions;
  readonly sink: ColumnSink;
  /** Lines and files that cannot be read. Whoever has the context asks for them once all was looked at, before a row is written. */
  readonly problems: Problems;
  /** Throws AppError `cancelled` once nobody waits. To be called between pieces of work of some milliseconds. */
  check(): void;
  progress(stage: DataProgress['stage'], rows: number, doneBytes: number): void;
}

/** What a source turned out to be. */
export interface ReadSource {
  readonly kind: DatasetKind;
  /** By row, the place of its part in `datasetParts`, where the source says; null = it does not. */
  readonly parts: Uint8Array | null;
  /** The column that is to be predicted, where the source shows it. */
  readonly target: string | null;
  readonly notes: readonly KeyedMessage[];
}

/** One format of data: a file in this folder and a line in its index. */
export interface DataFormat {
  readonly id: Exclude<DatasetFormatId, 'telemetry' | 'derived'>;
  /** How surely a source is of this format, 0 to 1, by its names. */
  detect(source: DataSource): number;
  /**
   * Gives all columns of the source to the sink, each with as many rows.
   * @throws {AppError} `invalid-input` by file and line, `cancelled`
   */
  read(source: DataSource, context: ReadContext): Promise<ReadSource>;
}

/** Whether a name ends like this, also where the file is packed with gzip. */
export const endsWith = (name: string, ...endings: readonly string[]): boolean => {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  return endings.some((ending) => plain.endsWith(ending));
};
