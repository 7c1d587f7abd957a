import { Fragment, memo, type ComponentProps, type ReactNode, type RefObject } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTexts } from '../../i18n/use-texts';
import { textOfCell, type DataColumn } from './columns';
import styles from './table.module.css';

/** Before the first row is measured, px. */
const ROW_PX = 31;
const DENSE_ROW_PX = 27;
const HEIGHT_PX = 280;
/** Drawn beyond either edge. */
const BEYOND = 8;

/** What a row is called by tests and styles, and what it does itself: it may be dragged. */
export type RowProps = Readonly<Record<`data-${string}`, string | boolean | undefined>> & ComponentProps<'tr'>;

interface TableRow<T> {
  readonly id: string;
  readonly original: T;
}

interface TableBodyProps<T> {
  readonly rows: readonly TableRow<T>[];
  readonly columns: readonly DataColumn<T>[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Only the rows in sight are drawn. */
  readonly isLong: boolean;
  readonly isDense: boolean;
  readonly rowProps: ((row: T) => RowProps) | undefined;
  readonly detail: ((row: T) => ReactNode) | undefined;
}

export function TableBody<T>({ rows, columns, scroller, isLong, isDense, rowProps, detail }: TableBodyProps<T>): ReactNode {
  const virtual = useVirtualizer({
    count: isLong ? rows.length : 0,
    enabled: isLong,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isDense ? DENSE_ROW_PX : ROW_PX),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: BEYOND,
    // What is guessed of the table until it is there.
    initialRect: { width: 0, height: HEIGHT_PX },
  });
  if (!isLong) {
    return (
      <tbody>
        {rows.map(({ id, original }) => {
          const below = detail?.(original) ?? null;
          return (
            <Fragment key={id}>
              <tr {...rowProps?.(original)} data-detailed={below !== null || undefined}>
                <Cells row={original} columns={columns} />
              </tr>
              {below === null ? null : (
                <tr className={styles['detail']}>
                  <td colSpan={columns.length}>{below}</td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    );
  }
  const items = virtual.getVirtualItems();
  const last = items.at(-1);
  return (
    <tbody>
      <Rest px={items[0]?.start ?? 0} />
      {items.map(({ index, key }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <tr key={key} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 2} {...rowProps?.(row.original)}>
            <Cells row={row.original} columns={columns} />
          </tr>
        );
      })}
      <Rest px={virtual.getTotalSize() - (last?.end ?? 0)} />
    </tbody>
  );
}

/** The room of rows that are not in sight. */
function Rest({ px }: { readonly px: number }): ReactNode {
  return px > 0 ? <tr aria-hidden style={{ height: px }} /> : null;
}

interface CellsProps<T> {
  readonly row: T;
  readonly columns: readonly DataColumn<T>[];
}

/** By themselves: while a long table scrolls, rows that stay are not drawn anew. */
const Cells = memo(function Cells<T>({ row, columns }: CellsProps<T>): ReactNode {
  const { format } = useTexts();
  return columns.map((column) => {
    const text = column.cell ? null : textOfCell(column, row, format);
    const title = column.title?.(row) ?? (column.grows === true && text !== null ? text : undefined);
    const className = [
      column.isNumber === true ? 'num' : '',
      column.grows === true ? (styles['grows'] ?? '') : '',
      column.wraps === true ? (styles['wraps'] ?? '') : '',
      column.className ?? '',
    ]
      .filter(Boolean)
      .join(' ');
    const props = { className: className === '' ? undefined : className, title, 'data-column': column.id, ...column.cellProps?.(row) };
    const whole = column.cell ? column.cell(row) : text;
    const content = column.grows === true ? <span className={styles['cut']}>{whole}</span> : whole;
    return column.role === 'head' ? (
      <th key={column.id} scope="row" {...props}>
        {content}
      </th>
    ) : (
      <td key={column.id} {...props}>
        {content}
      </td>
    );
  });
}) as <T>(props: CellsProps<T>) => ReactNode;
