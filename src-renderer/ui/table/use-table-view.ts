import { useMemo, useState } from 'react';
import type { DataColumn, TableSort } from './columns';
import { keepView, readView, type KeptView } from './kept-view';

export interface TableView {
  /** Null: the rows stand as they came. */
  readonly sort: TableSort | null;
  /** By the id of each column. */
  readonly visibility: Record<string, boolean>;
  readonly isChanged: boolean;
  readonly setSort: (sort: TableSort) => void;
  readonly show: (column: string, shown: boolean) => void;
  /** As it was before anyone chose. */
  readonly reset: () => void;
}

/** Order and columns of a table as this window's machine last had them, also after a restart. */
export function useTableView<T>(tableId: string, columns: readonly DataColumn<T>[], firstSort: TableSort | null): TableView {
  const [kept, setKept] = useState(() => readView(window.localStorage, tableId));
  const change = (view: KeptView): void => {
    keepView(window.localStorage, tableId, view);
    setKept(view);
  };
  const sort = kept.sort ?? firstSort;
  const visibility = useMemo(
    () =>
      Object.fromEntries(
        columns.map(({ id, role, isHidden = false, isFileOnly = false }) => [
          id,
          !isFileOnly && (role !== undefined || (kept.shown[id] ?? !isHidden)),
        ]),
      ),
    [columns, kept.shown],
  );
  return {
    // A column that is no longer there sorts nothing.
    sort: sort !== null && columns.some(({ id }) => id === sort.by) ? sort : firstSort,
    visibility,
    isChanged: kept.sort !== null || Object.keys(kept.shown).length > 0,
    setSort: (next) => change({ ...kept, sort: next }),
    show: (column, shown) => change({ ...kept, shown: { ...kept.shown, [column]: shown } }),
    reset() {
      keepView(window.localStorage, tableId, null);
      setKept({ sort: null, shown: {} });
    },
  };
}
