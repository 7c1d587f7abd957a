import { useMemo, type ReactNode } from 'react';
import type { RowData } from '@tanstack/react-table';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';

interface PictureRows<T extends RowData> {
  /** Under which its order and columns are kept. */
  readonly id: string;
  readonly columns: readonly DataColumn<T>[];
  readonly rows: readonly T[];
  readonly rowId: (row: T, place: number) => string;
}

interface ShownAs {
  readonly label: string;
  /** Heard beside the picture, not seen: nothing in it takes the focus. */
  readonly isHeard: boolean;
}

/** The data of a picture as rows, for those who cannot see it and for those who want the figures. What a row is only its maker knows. */
export interface PictureTable {
  readonly show: (as: ShownAs) => ReactNode;
}

export function pictureTable<T extends RowData>(rows: PictureRows<T>): PictureTable {
  return { show: (as) => <Rows {...rows} {...as} /> };
}

function Rows<T extends RowData>({ id, columns, rows, rowId, label, isHeard }: PictureRows<T> & ShownAs): ReactNode {
  const shown = useMemo(() => (isHeard ? columns.map((column) => ({ ...column, canSort: false })) : columns), [columns, isHeard]);
  const places = useMemo(() => new Map(rows.map((row, place) => [row, place])), [rows]);
  return (
    <DataTable
      id={id}
      label={label}
      columns={shown}
      rows={rows}
      rowId={(row) => rowId(row, places.get(row) ?? 0)}
      tools={isHeard ? 'none' : 'all'}
      fills={!isHeard}
    />
  );
}
