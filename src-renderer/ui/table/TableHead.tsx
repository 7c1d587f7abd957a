import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { Unit } from '../Unit';
import type { DataColumn, SortDirection, TableSort } from './columns';
import styles from './table.module.css';

interface HeadCellProps<T> {
  readonly column: DataColumn<T>;
  readonly sort: TableSort | null;
  readonly onSort: (sort: TableSort) => void;
}

/** The head of a column; a press sorts by it, a second one turns the order round. */
export function HeadCell<T>({ column, sort, onSort }: HeadCellProps<T>): ReactNode {
  const { t } = useTexts();
  const { id, name, mark, unit, hint, isNumber = false, role, canSort = true } = column;
  const className = isNumber ? 'num' : undefined;
  if (role === 'actions') {
    return (
      <th scope="col">
        <span className="visually-hidden">{name}</span>
      </th>
    );
  }
  const label = (
    <>
      {mark}
      {name}
      {unit === undefined || unit === '' ? null : <Unit unit={unit} />}
    </>
  );
  if (!canSort) {
    return (
      <th scope="col" className={className} title={hint}>
        {label}
      </th>
    );
  }
  const direction = sort?.by === id ? sort.direction : null;
  const first: SortDirection = column.first ?? (isNumber ? 'descending' : 'ascending');
  const next = direction === null ? first : direction === 'ascending' ? 'descending' : 'ascending';
  const action = t(`table.sort.${next}`, { column: name });
  return (
    <th scope="col" className={className} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className={styles['sort']}
        title={hint === undefined ? action : `${hint}\n${action}`}
        onClick={() => onSort({ by: id, direction: next })}
        data-testid={`sort-${id}`}
      >
        <span>{label}</span>
        <span className={styles['mark']} aria-hidden="true">
          {direction === null ? '' : direction === 'ascending' ? '↑' : '↓'}
        </span>
      </button>
    </th>
  );
}
