import type { ColumnData } from '@shared/datasets/column';
import { datasetParts, MAX_CATEGORIES, type DatasetPart } from '@shared/model/dataset';
import { endsWith, type ColumnSink, type DataSource, type SourceFile } from './formats/format';
import { partOf } from './part-name';

/** Files of one kind, with what their folders say of them: a part, and a class. */
export interface LabelledFiles {
  readonly files: readonly SourceFile[];
  /** By file; null = the folders do not part them. */
  readonly parts: Uint8Array | null;
  /** By file; null = they lie in no folders of classes. */
  readonly labels: readonly string[] | null;
}

/** Finds `train/cat/1.png`, `cat/1.png` or `1.png`. A folder of both kinds of place has no classes. */
export function labelledFiles({ files }: DataSource, endings: readonly string[]): LabelledFiles {
  const own = files.filter(({ name }) => endsWith(name, ...endings) && !/(?:^|\/)[._]/.test(name));
  const folders = own.map(({ name }) => name.split('/').slice(0, -1));
  const heads = folders.map(([head]): DatasetPart | null => (head === undefined ? null : partOf(head)));
  const hasParts = heads.every((part) => part !== null) && new Set(heads).size > 1;
  const classes = folders.map((path) => (hasParts ? path.slice(1) : path).join('/'));
  const isClassed = classes.every((name) => name !== '') && new Set(classes).size > 1 && new Set(classes).size <= MAX_CATEGORIES;
  return {
    files: own,
    parts: hasParts ? Uint8Array.from(heads, (part) => datasetParts.indexOf(part ?? 'train')) : null,
    labels: isClassed ? classes : null,
  };
}

/** Keeps the class and the name of each file that was read, as columns. @param kept their places */
export async function writeLabels(sink: ColumnSink, { files, labels }: LabelledFiles, kept: readonly number[]): Promise<void> {
  if (labels !== null) {
    const categories = [...new Set(labels)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const codes = new Map(categories.map((label, code) => [label, code]));
    const data: ColumnData = {
      type: 'category',
      categories,
      codes: Int32Array.from(kept, (place) => codes.get(labels[place] ?? '') ?? -1),
    };
    await (await sink.column({ name: 'label', unit: '' })).append(data);
  }
  await (await sink.column({ name: 'file', unit: '' })).append({ type: 'text', values: kept.map((place) => files[place]?.name ?? null) });
}

/** The parts of the files that were read. */
export const keptParts = ({ parts }: LabelledFiles, kept: readonly number[]): Uint8Array | null =>
  parts === null ? null : Uint8Array.from(kept, (place) => parts[place] ?? 0);
