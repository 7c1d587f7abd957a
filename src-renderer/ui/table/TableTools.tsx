import type { ReactNode } from 'react';
import { saveFile } from '../../data/save-file';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../Button';
import { TextInput } from '../Field';
import type { DataColumn } from './columns';
import { ColumnMenu } from './ColumnMenu';
import { tableCsv } from './csv';
import type { TableView } from './use-table-view';
import styles from './table.module.css';

interface TableToolsProps<T> {
  readonly id: string;
  readonly label: string;
  readonly columns: readonly DataColumn<T>[];
  readonly view: TableView;
  readonly lead: ReactNode;
  readonly tools: 'all' | 'columns' | 'none';
  /** Null: the core narrows the list. */
  readonly filter: { readonly text: string; readonly onText: (text: string) => void; readonly shown: number; readonly all: number } | null;
  /** What is shown, in its order. */
  readonly rows: () => readonly T[];
}

/** What can be done with the whole table. */
export function TableTools<T>({ id, label, columns, view, lead, tools, filter, rows }: TableToolsProps<T>): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const save = (): void => {
    const written = columns.filter((column) => column.isFileOnly === true || view.visibility[column.id] === true);
    saveFile(new Blob([tableCsv(written, rows(), format)], { type: 'text/csv;charset=utf-8' }), `coldaisle-${id}.csv`);
  };
  return (
    <div className={styles['tools']}>
      {lead}
      {tools === 'all' && filter !== null ? (
        <>
          <TextInput
            type="search"
            label={t('table.filterOf', { table: label })}
            placeholder={t('table.filter')}
            value={filter.text}
            onText={filter.onText}
            testId={`filter-${id}`}
          />
          <span className={styles['count']} role="status">
            {filter.text.trim() === ''
              ? null
              : t('table.found', { shown: format.number(filter.shown, 0), all: format.number(filter.all, 0) })}
          </span>
        </>
      ) : null}
      {tools === 'none' ? null : (
        <span className={styles['toolsEnd']}>
          <ColumnMenu
            tableId={id}
            columns={columns}
            visibility={view.visibility}
            canReset={view.isChanged}
            onShow={view.show}
            onReset={view.reset}
          />
          <Button icon="download" title={t('table.csv.hint')} onClick={save} data-testid={`csv-${id}`}>
            {t('table.csv')}
          </Button>
        </span>
      )}
    </div>
  );
}
