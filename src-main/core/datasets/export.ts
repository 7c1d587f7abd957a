import { datasetParts } from '@shared/model/dataset';
import { elementsOf, type ColumnData, type NamedColumn } from '@shared/datasets/column';
import type { StoredVersion } from '../../dataset-files/reader';

const PIECE_ROWS = 1_000;

type Value = number | string | null | (number | null)[];

/**
 * All rows as text. A column of images, vectors or audio is a list of numbers in JSON, and as CSV a column a value where a row has
 * a shape; audio, which has none, is a cell of numbers with blanks between. The part of a split is the last column.
 */
export async function* exportText(stored: StoredVersion, format: 'csv' | 'json-lines'): AsyncGenerator<string, void> {
  const parts = await stored.parts();
  for (let from = 0; from < stored.rows; from += PIECE_ROWS) {
    const { columns, rows } = await stored.table(from, PIECE_ROWS);
    let text = format === 'csv' && from === 0 ? `${headerLine(columns, parts !== null)}\n` : '';
    for (let row = 0; row < rows; row++) {
      const part = parts === null ? null : (datasetParts[parts[from + row] ?? 0] ?? null);
      text += format === 'csv' ? csvLine(columns, row, part) : jsonLine(columns, row, part);
    }
    yield text;
  }
}

function headerLine(columns: readonly NamedColumn[], hasParts: boolean): string {
  const names = columns.flatMap(({ name, data }) =>
    hasShape(data) ? Array.from({ length: elementsOf(data.shape) }, (_, i) => `${name}.${i}`) : [name],
  );
  return [...names, ...(hasParts ? ['part'] : [])].map(csvCell).join(',');
}

const hasShape = (data: ColumnData): data is Extract<ColumnData, { shape: readonly number[] }> =>
  data.type === 'image' || data.type === 'vector';

function csvLine(columns: readonly NamedColumn[], row: number, part: string | null): string {
  const cells = columns.flatMap(({ data }) => {
    const value = valueAt(data, row);
    if (!Array.isArray(value)) return [value];
    return hasShape(data) ? value : [value.join(' ')];
  });
  return `${[...cells, ...(part === null ? [] : [part])].map(csvCell).join(',')}\n`;
}

function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLine(columns: readonly NamedColumn[], row: number, part: string | null): string {
  const object = Object.fromEntries(columns.map(({ name, data }) => [name, valueAt(data, row)]));
  return `${JSON.stringify(part === null ? object : { ...object, part })}\n`;
}

function valueAt(data: ColumnData, row: number): Value {
  const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
  switch (data.type) {
    case 'number':
      return orNull(data.values[row]);
    case 'time': {
      const atMs = orNull(data.values[row]);
      return atMs === null ? null : new Date(atMs).toISOString();
    }
    case 'category':
      return data.categories[data.codes[row] ?? -1] ?? null;
    case 'text':
      return data.values[row] ?? null;
    case 'audio': {
      const samples = data.values[row] ?? null;
      return samples === null ? null : [...samples];
    }
    case 'image':
    case 'vector': {
      const size = elementsOf(data.shape);
      return Array.from(data.values.subarray(row * size, (row + 1) * size), orNull);
    }
  }
}
