import { useMemo, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import type { Dataset } from '@shared/model/dataset';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useStream } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { DatasetView } from './DatasetView';
import { hrefOf, readDataView } from './data-view';
import { Jobs } from './Jobs';
import { TakeIn } from './TakeIn';
import styles from './data.module.css';

type Frame = StreamFrame<'data.live'>;
const NOTHING = {};
const newest = (_: unknown, frame: Frame): Frame => frame;
const idOf = ({ id }: Dataset): string => id;
const rowProps = ({ id }: Dataset): { 'data-dataset': string } => ({ 'data-dataset': id });

/** What models are trained on: all data sets, or one of them. */
export function DataPage({ view }: { readonly view: string | null }): ReactNode {
  const { t } = useTexts();
  const answer = useStream('data.live', NOTHING, newest);
  const shown = readDataView(view);
  const dataset = answer.state === 'ready' ? (answer.value.datasets.find(({ id }) => id === shown.dataset) ?? null) : null;
  return (
    <div className={styles['page']} data-testid="data">
      {dataset === null ? (
        <div className="page-head">
          <h1>{t('data.title')}</h1>
        </div>
      ) : null}
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={10} /> : null}
      {answer.state !== 'ready' ? null : (
        <>
          <Jobs jobs={answer.value.jobs} />
          {dataset !== null ? (
            <DatasetView key={`${dataset.id}/${shown.version ?? ''}`} dataset={dataset} version={shown.version} />
          ) : (
            <All frame={answer.value} isGone={shown.dataset !== null} />
          )}
        </>
      )}
    </div>
  );
}

function All({ frame: { datasets, canChoose }, isGone }: { readonly frame: Frame; readonly isGone: boolean }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const columns = useMemo(() => listColumns(texts), [texts]);
  return (
    <>
      {isGone ? <p className="page-note">{t('data.gone')}</p> : null}
      <TakeIn canChoose={canChoose} />
      {datasets.length === 0 ? (
        <EmptyState icon="data" title={t('data.none')}>
          {t('data.none.step')}
        </EmptyState>
      ) : (
        <DataTable
          id="datasets"
          label={t('data.title')}
          columns={columns}
          rows={datasets}
          rowId={idOf}
          rowProps={rowProps}
          testId="datasets"
        />
      )}
    </>
  );
}

function listColumns({ t, format }: Texts): DataColumn<Dataset>[] {
  const newestOf = ({ versions }: Dataset) => versions.at(-1);
  return [
    {
      id: 'name',
      name: t('data.column.name'),
      role: 'head',
      grows: true,
      value: ({ name }) => name,
      cell: ({ id, name }) => <a href={hrefOf({ dataset: id, version: null })}>{name}</a>,
    },
    {
      id: 'kind',
      name: t('data.column.kind'),
      value: (row) => newestOf(row)?.kind ?? null,
      text: (row) => t(`data.kind.${newestOf(row)?.kind ?? 'table'}`),
    },
    {
      id: 'rows',
      name: t('data.column.rows'),
      isNumber: true,
      value: (row) => newestOf(row)?.rows ?? null,
      text: (row) => format.number(newestOf(row)?.rows ?? null, 0),
    },
    { id: 'columns', name: t('data.column.columns'), isNumber: true, value: (row) => newestOf(row)?.columns.length ?? null },
    {
      id: 'bytes',
      name: t('data.column.bytes'),
      valueUnit: 'B',
      isNumber: true,
      value: (row) => newestOf(row)?.bytes ?? null,
      text: (row) => format.withUnit(format.quantity(newestOf(row)?.bytes ?? null, 'B', 0)),
    },
    { id: 'version', name: t('data.column.version'), isNumber: true, value: (row) => newestOf(row)?.version ?? null },
    { id: 'licence', name: t('data.column.licence'), value: ({ licence }) => (licence === '' ? null : licence) },
    {
      id: 'made',
      name: t('data.column.made'),
      value: (row) => newestOf(row)?.createdAtMs ?? null,
      text: (row) => (row.isShipped ? t('data.shipped') : format.shortDateTime(newestOf(row)?.createdAtMs ?? row.createdAtMs)),
    },
  ];
}
