import { MAX_CELL_CHARACTERS, type PreviewColumn } from '@shared/contract/datasets';
import { elementsOf, type NamedColumn } from '@shared/datasets/column';
import type { StoredVersion } from '../../dataset-files/reader';

/** Values of a vector that a cell shows. */
const SHOWN_VALUES = 6;
/** Columns that are shown: a table of thousands is looked at by its statistics. */
export const SHOWN_COLUMNS = 200;

/** Some rows as a page shows them. */
export async function previewRows(
  stored: StoredVersion,
  from: number,
  count: number,
): Promise<{ rows: number; columns: PreviewColumn[]; parts: Uint8Array<ArrayBuffer> | null }> {
  const names = stored.version.columns.slice(0, SHOWN_COLUMNS).map(({ name }) => name);
  const table = await stored.table(from, count, names);
  const parts = await stored.parts();
  return {
    rows: table.rows,
    columns: table.columns.map((column) => previewColumn(column, table.rows)),
    parts: parts === null ? null : new Uint8Array(parts.subarray(from, from + table.rows)),
  };
}

const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
const short = (text: string): string => (text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS - 1)}…` : text);

function previewColumn({ name, data }: NamedColumn, rows: number): PreviewColumn {
  const of = (cells: PreviewColumn['cells'], more: Partial<PreviewColumn> = {}): PreviewColumn => ({
    name,
    type: data.type,
    cells,
    pixels: null,
    shape: [],
    ...more,
  });
  switch (data.type) {
    case 'number':
    case 'time':
      return of(Array.from(data.values, orNull));
    case 'category':
      return of(Array.from(data.codes, (code) => data.categories[code] ?? null));
    case 'text':
      return of(data.values.map((text) => (text === null ? null : short(text))));
    case 'audio':
      return of(data.values.map((samples) => (samples === null ? null : samples.length / data.sampleRateHz)));
    case 'image':
      return of(
        Array.from({ length: rows }, () => null),
        { pixels: new Uint8Array(data.values), shape: [...data.shape] },
      );
    case 'vector': {
      const size = elementsOf(data.shape);
      const cells = Array.from({ length: rows }, (_, row) => {
        const first = Array.from(data.values.subarray(row * size, row * size + Math.min(size, SHOWN_VALUES)), (value) =>
          String(Math.round(value * 1e4) / 1e4),
        );
        return `${first.join(', ')}${size > SHOWN_VALUES ? ', …' : ''}`;
      });
      return of(cells, { shape: [...data.shape] });
    }
  }
}
