import { useMemo, useState, type ReactNode } from 'react';
import type { DatasetColumn, DatasetVersion } from '@shared/model/dataset';
import type { ColumnStatistics, DataProfile } from '@shared/model/dataset-profile';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { Distribution } from './Distribution';
import styles from './data.module.css';

/** A column with what is known of its values. */
interface Row {
  readonly column: DatasetColumn;
  readonly found: ColumnStatistics | null;
}

const DIGITS = 4;
/** Whole numbers. */
const counted: readonly string[] = ['distinct', 'outliers'];
const idOf = ({ column }: Row): string => column.name;
const rowProps = ({ column }: Row): { 'data-column': string } => ({ 'data-column': column.name });

/** Every column with its statistics, and how the values of one of them are spread. */
export function Columns({ version, profile }: { readonly version: DatasetVersion; readonly profile: DataProfile }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const rows = useMemo(() => version.columns.map((column, i): Row => ({ column, found: profile.columns[i] ?? null })), [version, profile]);
  const [shown, setShown] = useState<string | null>(null);
  const columns = useMemo(() => tableColumns(texts, version.rows, setShown), [texts, version.rows]);
  const row = rows.find(({ column }) => column.name === shown) ?? rows.find(({ found }) => found !== null);
  return (
    <section className={styles['columns']} aria-label={t('data.columns')}>
      <DataTable
        id="data-columns"
        label={t('data.columns')}
        lead={<h2>{t('data.columns')}</h2>}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowProps={rowProps}
        isDense
        testId="data-columns"
      />
      {row === undefined || row.found === null ? null : <Distribution key={row.column.name} column={row.column} found={row.found} />}
    </section>
  );
}

function tableColumns({ t, format }: Texts, all: number, onShow: (column: string) => void): DataColumn<Row>[] {
  const figure = (id: string, name: string, value: (row: Row) => number | null): DataColumn<Row> => ({
    id,
    name,
    isNumber: true,
    value,
    text: (row) => {
      const own = value(row);
      // A count and a spread of times are no moments.
      const isMoment = row.column.type === 'time' && own !== null && ['min', 'median', 'mean', 'max'].includes(id);
      if (isMoment) return format.dateTime(own);
      // Of a text and a sound it is their length.
      if (row.found?.kind === 'words' && own !== null && !counted.includes(id))
        return format.withUnit({
          text: id === 'mean' ? format.significant(own, DIGITS) : format.number(own, 0),
          unit: t(row.column.type === 'audio' ? 'data.samples' : 'data.characters'),
        });
      return counted.includes(id) ? format.number(own, 0) : format.significant(own, DIGITS);
    },
  });
  const of = (id: string, key: 'min' | 'max' | 'mean'): DataColumn<Row> =>
    figure(id, t(`data.statistic.${key}`), ({ found }) =>
      found === null ? null : found.kind === 'words' ? (found.length?.[key] ?? null) : found[key],
    );
  return [
    {
      id: 'name',
      name: t('data.column.column'),
      role: 'head',
      value: ({ column }) => column.name,
      cell: ({ column }) => (
        <button type="button" className={styles['link']} onClick={() => onShow(column.name)}>
          {column.name}
        </button>
      ),
    },
    {
      id: 'type',
      name: t('data.column.type'),
      value: ({ column }) => column.type,
      text: ({ column }) => `${t(`data.type.${column.type}`)}${column.shape.length === 0 ? '' : ` ${column.shape.join(' × ')}`}`,
    },
    { id: 'unit', name: t('data.column.unit'), value: ({ column }) => (column.unit === '' ? null : column.unit) },
    {
      id: 'missing',
      name: t('data.statistic.missing'),
      isNumber: true,
      value: ({ column }) => column.missing,
      text: ({ column }) =>
        column.missing === 0 ? '0' : `${format.number(column.missing, 0)} · ${format.percent(column.missing / all, 1)}`,
    },
    figure('distinct', t('data.statistic.distinct'), ({ found }) => (found === null || found.kind === 'elements' ? null : found.distinct)),
    of('min', 'min'),
    figure('median', t('data.statistic.median'), ({ found }) => (found?.kind === 'number' ? found.median : null)),
    of('mean', 'mean'),
    of('max', 'max'),
    figure('deviation', t('data.statistic.deviation'), ({ found, column }) =>
      found === null || found.kind === 'words' || column.type === 'time' ? null : found.deviation,
    ),
    figure('outliers', t('data.statistic.outliers'), ({ found }) => (found?.kind === 'number' ? found.outliers : null)),
  ];
}
