import { useMemo, useRef, useState, type ReactNode } from 'react';
import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createSortedRowModel,
  globalFilteringFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import { useTexts } from '../../i18n/use-texts';
import { compareValues, rankOfCell, rowFits, widestTexts, wordsOf, type DataColumn, type TableSort } from './columns';
import { Pager, type PagerProps } from './Pager';
import { TableBody, type RowProps } from './TableBody';
import { HeadCell } from './TableHead';
import { TableTools } from './TableTools';
import { useTableView } from './use-table-view';
import styles from './table.module.css';

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnVisibilityFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  filteredRowModel: createFilteredRowModel(),
});

/** So many rows are simply drawn; of more, those in sight. */
const ALL_ROWS = 60;

/** A list that the core sorts and pages: the rows are those of one page, in its order. */
export interface ServerRows {
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
  readonly page: PagerProps;
}

interface DataTableProps<T extends RowData> {
  /** Under which its order and columns are kept; of the choices' test ids. */
  readonly id: string;
  /** Names it for those who hear the page. */
  readonly label: string;
  /** The same array until they are others, as the rows. */
  readonly columns: readonly DataColumn<T>[];
  readonly rows: readonly T[];
  readonly rowId: (row: T) => string;
  /** Default: as the rows come. */
  readonly firstSort?: TableSort;
  /** What is offered above it. Default: a filter, the choice of columns and a file. */
  readonly tools?: 'all' | 'columns' | 'none';
  /** Before the tools: a heading, or filters of its own. */
  readonly lead?: ReactNode;
  readonly server?: ServerRows;
  /** `fills`: takes the height that is left and scrolls by itself; else it is as high as its rows. */
  readonly fills?: boolean;
  readonly isDense?: boolean;
  /** Default: yes. A list of figures by their names needs none to be seen; they are heard. */
  readonly showsHeads?: boolean;
  /** A row above the heads names the columns' groups. */
  readonly showsGroups?: boolean;
  /** Of its row, besides the cells. */
  readonly rowProps?: (row: T) => RowProps;
  /** Below a row, over its whole width. Only where all rows are drawn: a table of few. */
  readonly detail?: (row: T) => ReactNode;
  readonly className?: string;
  readonly testId?: string;
}

/** Every table of the window: sorted by its heads, filtered by words, its columns chosen and kept, what it shows written to a file. */
export function DataTable<T extends RowData>(props: DataTableProps<T>): ReactNode {
  const { id, label, columns, rows, rowId, firstSort = null, tools = 'all', lead, server, fills = false, isDense = false } = props;
  const { t, format } = useTexts();
  const [filter, setFilter] = useState('');
  const view = useTableView(id, columns, firstSort);
  const scroller = useRef<HTMLDivElement>(null);
  const sort = server?.sort ?? view.sort;
  const words = useMemo(() => wordsOf(filter, format.locale), [filter, format]);
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, T> => ({
        id: column.id,
        accessorFn: (row) => rankOfCell(column, row),
        sortUndefined: 'last',
        sortFn: (a, b) => compareValues(a.getValue(column.id), b.getValue(column.id), format),
      })),
    [columns, format],
  );
  const table = useTable<typeof features, T>({
    features,
    data: rows,
    columns: definitions,
    getRowId: rowId,
    manualSorting: server !== undefined,
    manualFiltering: server !== undefined,
    state: {
      sorting: sort === null ? [] : [{ id: sort.by, desc: sort.direction === 'descending' }],
      columnVisibility: view.visibility,
      globalFilter: words.length > 0 ? words : undefined,
    },
    // The words may stand in any column: the row is asked once, by its first.
    getColumnCanGlobalFilter: (column) => column.id === columns[0]?.id,
    globalFilterFn: (row, _column, wanted: readonly string[]) => rowFits(columns, row.original, wanted, format),
  });
  const shown = table.getRowModel().rows;
  const visible = useMemo(() => columns.filter((column) => view.visibility[column.id] === true), [columns, view.visibility]);
  const isLong = shown.length > ALL_ROWS && props.detail === undefined;
  const widest = useMemo(() => (isLong ? widestTexts(visible, rows, format) : null), [isLong, visible, rows, format]);
  return (
    <div className={`${styles['root'] ?? ''} ${fills ? (styles['fills'] ?? '') : ''} ${props.className ?? ''}`}>
      {tools === 'none' && lead === undefined ? null : (
        <TableTools
          id={id}
          label={label}
          columns={columns}
          view={view}
          lead={lead}
          tools={tools}
          filter={server === undefined ? { text: filter, onText: setFilter, shown: shown.length, all: rows.length } : null}
          rows={() => shown.map(({ original }) => original)}
        />
      )}
      <div ref={scroller} className={styles['scroller']} {...(fills ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}>
        <table
          className={`table ${styles['table'] ?? ''} ${isDense ? (styles['dense'] ?? '') : ''}`}
          aria-label={label}
          aria-rowcount={isLong ? shown.length + 1 : undefined}
          data-testid={props.testId}
        >
          <thead className={props.showsHeads === false ? 'visually-hidden' : undefined}>
            {props.showsGroups === true ? <Groups columns={visible} /> : null}
            <tr>
              {visible.map((column) => (
                <HeadCell key={column.id} column={column} sort={sort} onSort={server?.onSort ?? view.setSort} />
              ))}
            </tr>
            {widest === null ? null : <Widths columns={visible} texts={widest} />}
          </thead>
          <TableBody
            rows={shown}
            columns={visible}
            scroller={scroller}
            isLong={isLong}
            rowProps={props.rowProps}
            detail={props.detail}
            isDense={isDense}
          />
        </table>
        {shown.length === 0 && rows.length > 0 ? <p className="facts-empty">{t('table.nothing')}</p> : null}
      </div>
      {server !== undefined && server.page.total > server.page.perPage ? <Pager {...server.page} /> : null}
    </div>
  );
}

/** Over neighbours of one group, its name. */
function Groups<T>({ columns }: { readonly columns: readonly DataColumn<T>[] }): ReactNode {
  const spans: { readonly id: string; readonly group: string; count: number }[] = [];
  for (const { id, group = '' } of columns) {
    const last = spans.at(-1);
    if (last?.group === group) last.count += 1;
    else spans.push({ id, group, count: 1 });
  }
  return (
    <tr className={styles['groups']}>
      {spans.map(({ id, group, count }) =>
        group === '' ? (
          <td key={id} colSpan={count} />
        ) : (
          <th key={id} scope="colgroup" colSpan={count} className={styles['groupHead']}>
            {group}
          </th>
        ),
      )}
    </tr>
  );
}

/** A row without height that holds the longest text of each column. */
function Widths<T>({ columns, texts }: { readonly columns: readonly DataColumn<T>[]; readonly texts: readonly string[] }): ReactNode {
  return (
    <tr className={styles['widths']} aria-hidden>
      {columns.map((column, i) => (
        <td key={column.id} className={column.grows === true ? styles['grows'] : undefined}>
          {texts[i]}
        </td>
      ))}
    </tr>
  );
}
