import { useCallback, useMemo, useRef, type ReactNode } from 'react';
import { toPage, toRun } from '../../../app/paths';
import { go } from '../../../app/router';
import { EChart } from '../../../charts/echart/EChart';
import { pictureTable, type PictureTable } from '../../../charts/echart/picture-table';
import type { AxisRange } from '../../../charts/echart/types';
import { useTexts } from '../../../i18n/use-texts';
import { EmptyState } from '../../../ui/EmptyState';
import { Select } from '../../../ui/Select';
import type { DataColumn } from '../../../ui/table/columns';
import type { ComparedRuns } from './CompareCharts';
import type { CompareColumn } from './columns';
import { colourRange, markedBy, parallelPicture, parallelView, type Ranges } from './parallel-picture';
import styles from './compare.module.css';

type ComparedRun = ComparedRuns['runs'][number];

interface CompareParallelProps extends ComparedRuns {
  readonly marked: ReadonlySet<string> | null;
  readonly onMark: (runIds: ReadonlySet<string> | null) => void;
  readonly colour: string | null;
  readonly onColour: (column: string) => void;
}

/** How the parameters and what came of them go together: a line for each run. */
export function CompareParallel({ runs, marked, onMark, colour, onColour }: CompareParallelProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const ranges = useRef<Ranges>(new Map());
  const plain = useMemo(() => runs.map(({ run }) => run), [runs]);
  const { numbers, by, axes } = useMemo(() => parallelView(texts, plain, colour), [texts, plain, colour]);
  const draw = useMemo(() => (by === null ? null : parallelPicture(texts, axes, runs, by)), [texts, axes, runs, by]);
  const onRanges = useCallback(
    (axisId: string, marks: readonly AxisRange[]): void => {
      ranges.current = new Map(ranges.current).set(axisId, marks);
      onMark(markedBy(ranges.current, axes, plain));
    },
    [axes, plain, onMark],
  );
  const table = useMemo(
    (): PictureTable =>
      pictureTable<ComparedRun>({
        id: 'compare-parallel',
        columns: [
          {
            id: 'run',
            name: t('training.column.run'),
            role: 'head',
            value: ({ look }) => look.label,
            cell: ({ run, look }) => <a href={toRun(run.id)}>{look.label}</a>,
          },
          ...axes.map(({ column, names }): DataColumn<ComparedRun> => ({
            id: column.id,
            name: column.label,
            ...(column.unit === undefined ? {} : { valueUnit: column.unit }),
            isNumber: names === null,
            value: ({ run }) => column.value(run),
            text: ({ run }) => column.text(run),
          })),
        ],
        rows: runs.filter(({ run }) => marked === null || marked.has(run.id)),
        rowId: ({ run }) => run.id,
      }),
    [t, axes, runs, marked],
  );
  const open = useCallback((runId: string): void => go(toRun(runId)), []);
  if (runs.length < 2 || by === null || draw === null) {
    return (
      <EmptyState
        icon="training"
        title={t(runs.length < 2 ? 'compare.parallel.one' : 'compare.parallel.none')}
        action={<a href={toPage('training')}>{t('compare.choose')}</a>}
      >
        {t(runs.length < 2 ? 'compare.none.step' : 'compare.parallel.none.step')}
      </EmptyState>
    );
  }
  const range = colourRange(by, plain);
  return (
    <section className={styles['parallel']} aria-label={t('compare.tab.parallel')}>
      <div className="toolbar">
        <Select
          label={t('compare.parallel.colour')}
          value={by.id}
          options={numbers.map(({ id, label }) => ({ value: id, label: t('compare.parallel.by', { name: label }) }))}
          onChange={onColour}
          testId="compare-colour"
        />
        {range === null ? null : (
          <span className={styles['key']}>
            <span>{textAt(by, range[0], runs)}</span>
            <span className={styles['scale']} aria-hidden />
            <span>{textAt(by, range[1], runs)}</span>
          </span>
        )}
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('compare.parallel.hint')}</span>
        </span>
      </div>
      <EChart
        title={t('compare.parallel.title')}
        unit=""
        draw={draw}
        table={table}
        fileName="coldaisle-compare"
        onPick={open}
        onRanges={onRanges}
        testId="compare-parallel"
      />
    </section>
  );
}

/** A value as the run that has it writes it. */
function textAt(column: CompareColumn, value: number, runs: ComparedRuns['runs']): string {
  const own = runs.find(({ run }) => column.value(run) === value);
  return own === undefined ? '' : column.text(own.run);
}
