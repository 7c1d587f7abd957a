import { useMemo, type ReactNode } from 'react';
import { isFinal, type Run } from '@shared/model/run';
import { toRun } from '../../../app/paths';
import { useTexts, type Translate } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useValue } from '../../../rpc/hooks';
import { IconButton } from '../../../ui/Button';
import { QuantityText } from '../../../ui/QuantityText';
import { RunStatusText } from '../../../ui/RunStatusText';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import { Toggle } from '../../../ui/Toggle';
import type { CompareView } from './address';
import type { ComparedRuns } from './CompareCharts';
import { billColumns, differs, isBest, paramColumns, scalarColumns, type CompareColumn } from './columns';
import { startColumns, useSnapshots } from './start-columns';
import styles from './compare.module.css';

interface CompareTableProps extends ComparedRuns {
  readonly view: CompareView;
  readonly onChange: (part: Partial<CompareView>) => void;
  readonly onRemove: (runId: string) => void;
}

type Row = ComparedRuns['runs'][number];

/** What the runs differ in, what they reached and what they took: a row for each run. */
export function CompareTable({ runs, view, onChange, onRemove }: CompareTableProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { showsAll } = view;
  const plain = useMemo(() => runs.map(({ run }) => run), [runs]);
  // The room's tick is the clock of running durations.
  const tickMs = useValue(useServices().room)?.atMs ?? 0;
  const nowMs = plain.every(({ status }) => isFinal(status)) ? 0 : tickMs;
  const params = useMemo(() => paramColumns(texts, plain), [texts, plain]);
  const differing = useMemo(() => params.filter((column) => differs(column, plain)), [params, plain]);
  const snapshots = useSnapshots(plain);
  const columns = useMemo((): readonly DataColumn<Row>[] => {
    const start = startColumns(texts, plain, snapshots);
    const noted = plain.filter(({ id }) => snapshots.has(id));
    const groups = [
      [t('compare.table.params'), showsAll ? params : differing],
      [t('compare.table.start'), showsAll ? start : start.filter((column) => differs(column, noted))],
      [t('compare.table.scalars'), scalarColumns(texts, plain, showsAll)],
      [t('compare.table.bill'), billColumns(texts, nowMs)],
    ] as const;
    return [
      {
        id: 'run',
        name: t('training.column.run'),
        role: 'head',
        value: ({ look }) => look.label,
        cell: ({ run, look }) => (
          <span className={styles['name']}>
            <span className={`swatch swatch-${look.colour}${look.dashed ? ' swatch-dashed' : ''}`} aria-hidden />
            <a href={toRun(run.id)} title={look.label}>
              {look.label}
            </a>
            <IconButton icon="close" label={t('compare.remove', { name: look.label })} onClick={() => onRemove(run.id)} />
          </span>
        ),
      },
      {
        id: 'status',
        name: t('training.column.status'),
        value: ({ run }) => t(`run.status.${run.status}`),
        cell: ({ run }) => <RunStatusText status={run.status} />,
      },
      ...groups.flatMap(([group, own]) => own.map((column) => tableColumn(t, column, group, plain))),
    ];
  }, [texts, t, plain, snapshots, showsAll, params, differing, nowMs, onRemove]);
  const alike = params.length - differing.length;
  return (
    <section className={styles['table']}>
      <DataTable
        id="compare"
        label={t('compare.tab.table')}
        columns={columns}
        rows={runs}
        rowId={({ run }) => run.id}
        rowProps={({ run }) => ({ 'data-run': run.id })}
        fills
        showsGroups
        className={styles['scroll'] ?? ''}
        testId="compare-table"
        lead={
          <>
            <span className="toolbar-hint">
              {differing.length === 0 ? t('compare.table.noDifference') : t('compare.table.differ', { count: differing.length, alike })}
            </span>
            <Toggle
              label={t('compare.table.all')}
              hint={t('compare.table.all.hint')}
              on={showsAll}
              onChange={(on) => onChange({ showsAll: on })}
              testId="compare-all"
            />
          </>
        }
      />
    </section>
  );
}

/** A property of the runs as a column; the best run of what one way is better stands out. */
function tableColumn(t: Translate, column: CompareColumn, group: string, runs: readonly Run[]): DataColumn<Row> {
  const isNumber = column.kind !== 'param' || runs.every((run) => typeof (column.value(run) ?? 0) === 'number');
  const units = new Set(column.quantity ? runs.flatMap((run) => column.quantity?.(run)?.unit ?? []) : [column.unit ?? '']);
  return {
    id: column.id,
    name: column.label,
    valueUnit: units.size === 1 ? ([...units][0] ?? '') : '',
    group,
    isNumber,
    first: column.better === 'higher' ? 'descending' : 'ascending',
    className: isNumber ? '' : (styles['text'] ?? ''),
    value: ({ run }) => column.value(run),
    text: ({ run }) => column.text(run),
    cell: ({ run }) => {
      const text = column.text(run);
      if (column.quantity) return <QuantityText quantity={column.quantity(run)} />;
      if (!isBest(column, run, runs)) return <span title={isNumber ? undefined : text}>{text}</span>;
      return (
        <span className={styles['best']}>
          {text}
          <span className="visually-hidden"> {t('compare.table.best')}</span>
        </span>
      );
    },
  };
}
