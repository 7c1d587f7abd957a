import { useMemo, useState, type ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import { toRun } from '../../../app/paths';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useValue } from '../../../rpc/hooks';
import { IconButton } from '../../../ui/Button';
import { QuantityText } from '../../../ui/QuantityText';
import { RunStatusText } from '../../../ui/RunStatusText';
import { Toggle } from '../../../ui/Toggle';
import type { CompareView } from './address';
import type { ComparedRuns } from './CompareCharts';
import { billColumns, differs, paramColumns, scalarColumns, type CompareColumn } from './columns';
import { startColumns, useSnapshots } from './start-columns';
import styles from './compare.module.css';

interface CompareTableProps extends ComparedRuns {
  readonly view: CompareView;
  readonly onChange: (part: Partial<CompareView>) => void;
  readonly onRemove: (runId: string) => void;
}

interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

/** What the runs differ in, what they reached and what they took: a row for each run. */
export function CompareTable({ runs, view, onChange, onRemove }: CompareTableProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { showsAll } = view;
  // The room's tick is the clock of running durations.
  const nowMs = useValue(useServices().room)?.atMs ?? 0;
  const [order, setOrder] = useState<Order | null>(null);
  const plain = useMemo(() => runs.map(({ run }) => run), [runs]);
  const params = useMemo(() => paramColumns(texts, plain), [texts, plain]);
  const differing = useMemo(() => params.filter((column) => differs(column, plain)), [params, plain]);
  const scalars = useMemo(() => scalarColumns(texts, plain, showsAll), [texts, plain, showsAll]);
  const snapshots = useSnapshots(plain);
  const start = useMemo(() => startColumns(texts, plain, snapshots), [texts, plain, snapshots]);
  const startShown = useMemo(
    () =>
      showsAll
        ? start
        : start.filter((column) =>
            differs(
              column,
              plain.filter(({ id }) => snapshots.has(id)),
            ),
          ),
    [showsAll, start, plain, snapshots],
  );
  const bill = useMemo(() => billColumns(texts, nowMs), [texts, nowMs]);
  const groups = [
    { id: 'params', label: t('compare.table.params'), columns: showsAll ? params : differing },
    { id: 'start', label: t('compare.table.start'), columns: startShown },
    { id: 'scalars', label: t('compare.table.scalars'), columns: scalars },
    { id: 'bill', label: t('compare.table.bill'), columns: bill },
  ].filter(({ columns }) => columns.length > 0);
  const columns = groups.flatMap((group) => group.columns);
  const by = columns.find(({ id }) => id === order?.column);
  const rows =
    by === undefined || order === null ? runs : [...runs].sort((a, b) => compared(by, a.run, b.run, order.isDescending, format.compare));
  const alike = params.length - differing.length;
  return (
    <section className={styles['table']}>
      <div className="toolbar">
        <span className="toolbar-hint">
          {differing.length === 0 ? t('compare.table.noDifference') : t('compare.table.differ', { count: differing.length, alike })}
        </span>
        <span className="toolbar-end">
          <Toggle
            label={t('compare.table.all')}
            hint={t('compare.table.all.hint')}
            on={showsAll}
            onChange={(on) => onChange({ showsAll: on })}
            testId="compare-all"
          />
        </span>
      </div>
      <div className={`table-scroll ${styles['scroll'] ?? ''}`} tabIndex={0} role="region" aria-label={t('compare.tab.table')}>
        <table className="table" data-testid="compare-table">
          <thead>
            <tr>
              <td colSpan={2} />
              {groups.map(({ id, label, columns: own }) => (
                <th key={id} scope="colgroup" colSpan={own.length} className={styles['group']}>
                  {label}
                </th>
              ))}
            </tr>
            <tr>
              <th scope="col">{t('training.column.run')}</th>
              <th scope="col">{t('training.column.status')}</th>
              {columns.map((column) => (
                <Head key={column.id} column={column} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ run, look }) => (
              <tr key={run.id} data-run={run.id}>
                <th scope="row">
                  <span className={styles['name']}>
                    <span className={`swatch swatch-${look.colour}${look.dashed ? ' swatch-dashed' : ''}`} aria-hidden />
                    <a href={toRun(run.id)} title={look.label}>
                      {look.label}
                    </a>
                    <IconButton icon="close" label={t('compare.remove', { name: look.label })} onClick={() => onRemove(run.id)} />
                  </span>
                </th>
                <td>
                  <RunStatusText status={run.status} />
                </td>
                {columns.map((column) => (
                  <Cell key={column.id} column={column} run={run} isBest={isBest(column, run, plain)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface HeadProps {
  readonly column: CompareColumn;
  readonly order: Order | null;
  readonly onOrder: (order: Order) => void;
}

function Head({ column, order, onOrder }: HeadProps): ReactNode {
  const { t } = useTexts();
  const own = order?.column === column.id ? order : null;
  const isDescending = own === null ? column.better === 'higher' : !own.isDescending;
  return (
    <th
      scope="col"
      className={column.kind === 'param' ? undefined : 'num'}
      aria-sort={own === null ? 'none' : own.isDescending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        className="sort-button"
        title={t(`table.sort.${isDescending ? 'descending' : 'ascending'}`, { column: column.label })}
        onClick={() => onOrder({ column: column.id, isDescending })}
        data-testid={`sort-${column.id}`}
      >
        {column.label}
        <span className="sort-mark" aria-hidden>
          {own === null ? '' : own.isDescending ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}

function Cell({ column, run, isBest: best }: { readonly column: CompareColumn; readonly run: Run; readonly isBest: boolean }): ReactNode {
  const { t } = useTexts();
  const text = column.text(run);
  const isNumber = column.kind !== 'param' || typeof column.value(run) === 'number';
  return (
    <td className={`${isNumber ? 'num' : (styles['text'] ?? '')}${best ? ` ${styles['best'] ?? ''}` : ''}`} data-column={column.id}>
      {column.quantity ? <QuantityText quantity={column.quantity(run)} /> : <span title={isNumber ? undefined : text}>{text}</span>}
      {best ? <span className="visually-hidden"> {t('compare.table.best')}</span> : null}
    </td>
  );
}

/** Runs without a value come last, whichever way it is sorted. */
function compared(column: CompareColumn, a: Run, b: Run, isDescending: boolean, byText: (a: string, b: string) => number): number {
  const [x, y] = [column.value(a), column.value(b)];
  if (x === null || y === null) return Number(x === null) - Number(y === null);
  const ascending = typeof x === 'number' && typeof y === 'number' ? x - y : byText(String(x), String(y));
  return isDescending ? -ascending : ascending;
}

/** Of what one way is better, the best of all runs, where they are not all alike. */
function isBest({ kind, better, value }: CompareColumn, run: Run, runs: readonly Run[]): boolean {
  const own = value(run);
  if (better === undefined || kind !== 'scalar' || typeof own !== 'number') return false;
  const all = runs.map((one) => value(one)).filter((one) => typeof one === 'number');
  const most = better === 'lower' ? Math.min(...all) : Math.max(...all);
  return own === most && all.some((one) => one !== own);
}
