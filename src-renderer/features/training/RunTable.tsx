import { useMemo, type ReactNode } from 'react';
import { runDurationMs } from '@shared/model/run-duration';
import { outcomeOf, usualQuantities, type Outcome, type UsualQuantity } from '@shared/model/run-scalars';
import type { RunFacets, RunPage, RunRow, RunSort } from '@shared/model/run-list';
import type { Format } from '../../i18n/format';
import { recipeName } from '../../i18n/run-names';
import { useTexts, type Texts, type Translate } from '../../i18n/use-texts';
import { toRun } from '../../app/paths';
import { RUNS_PER_PAGE, type RunList } from '../../data/run-list';
import { useServices } from '../../rpc/context';
import { useReadable, useValue } from '../../rpc/hooks';
import { Progress } from '../../ui/Progress';
import { QuantityText } from '../../ui/QuantityText';
import { RunStatusText } from '../../ui/RunStatusText';
import type { DataColumn } from '../../ui/table/columns';
import { DataTable } from '../../ui/table/DataTable';
import { ChooseRun } from './compare/ChooseRun';
import { EditLabels } from './LabelsDialog';
import { epochMarks, figureText, progressOf, progressTone, scalarWithUnit, shortId } from './run-figures';
import { valueIn, type ValueColumn } from './run-view';

type Column = DataColumn<RunRow>;

interface RunTableProps {
  readonly list: RunList;
  readonly page: RunPage | null;
  readonly facets: RunFacets;
  /** What the list is narrowed by. */
  readonly filters: ReactNode;
}

const noRuns: readonly RunRow[] = [];
const idOf = ({ id }: RunRow): string => id;
const runProps = ({ id }: RunRow): { 'data-run': string } => ({ 'data-run': id });

/** The runs that the filter lets through, a page of them at a time, in the core's order. */
export function RunTable({ list, page, facets, filters }: RunTableProps): ReactNode {
  const { t, format } = useTexts();
  const { sort, offset } = useReadable(list.query);
  const columns = useMemo(() => runColumns({ t, format }, facets), [t, format, facets]);
  return (
    <DataTable
      id="runs"
      label={t('training.title')}
      fills
      columns={columns}
      rows={page?.rows ?? noRuns}
      rowId={idOf}
      rowProps={runProps}
      lead={filters}
      server={{
        sort,
        // The heads' ids are what runs are sorted by.
        onSort: ({ by, direction }) => list.change({ sort: { by: by as RunSort['by'], direction } }),
        page: { offset, perPage: RUNS_PER_PAGE, total: page?.total ?? 0, onOffset: (next) => list.change({ offset: next }) },
      }}
      className="run-table"
    />
  );
}

/** What the list of runs can show: what every run has, and each scalar and parameter that some run has. */
function runColumns({ t, format }: Pick<Texts, 't' | 'format'>, facets: RunFacets): Column[] {
  const name = (run: RunRow): string => run.name ?? recipeName(t, run.recipe, 'short');
  return [
    {
      id: 'name',
      name: t('training.column.run'),
      role: 'head',
      value: (run) => `${name(run)} ${run.id}`,
      cell: (run) => <RunName run={run} />,
      wraps: true,
      className: 'run-cell',
    },
    {
      id: 'status',
      name: t('training.column.status'),
      value: ({ status }) => t(`run.status.${status}`),
      cell: ({ status }) => <RunStatusText status={status} />,
    },
    {
      id: 'progress',
      name: t('training.column.progress'),
      canSort: false,
      value: progressOf,
      className: 'run-progress',
      cell: (run) => <RunProgress run={run} />,
    },
    ...usualQuantities.map((quantity) => outcomeColumn(t, format, quantity)),
    ...valueColumns(t, facets).map((column) => valueColumn(t, format, column)),
    {
      id: 'duration',
      name: t('training.column.duration'),
      isNumber: true,
      canSort: false,
      valueUnit: 's',
      value: (run) => (run.endedAtMs === null ? null : seconds(runDurationMs(run, run.endedAtMs))),
      cell: (run) => <RunDuration run={run} />,
    },
    {
      id: 'energy',
      name: t('training.column.energy'),
      isNumber: true,
      valueUnit: 'J',
      value: ({ energy }) => energy?.itJ.value ?? null,
      cell: ({ energy }) => <QuantityText quantity={energy?.itJ ?? null} />,
    },
    {
      id: 'cost',
      name: t('training.column.cost'),
      isNumber: true,
      value: ({ energy }) => energy?.cost.value ?? null,
      cell: ({ energy }) => <QuantityText quantity={energy?.cost ?? null} />,
    },
    { id: 'currency', name: t('training.column.currency'), isFileOnly: true, value: ({ energy }) => energy?.cost.unit ?? null },
    {
      id: 'created',
      name: t('training.column.started'),
      first: 'descending',
      className: 'run-started',
      value: ({ startedAtMs, createdAtMs }) => new Date(startedAtMs ?? createdAtMs).toISOString(),
      cell: ({ startedAtMs, createdAtMs }) => format.shortDateTime(startedAtMs ?? createdAtMs),
    },
  ];
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

function valueColumns(t: Translate, { scalars, best, params }: RunFacets): { readonly id: ValueColumn; readonly group: string }[] {
  return [
    ...scalars.map((name) => ({ id: `scalar:${name}` as const, group: t('training.columns.scalars') })),
    ...best.map((name) => ({ id: `best:${name}` as const, group: t('training.columns.best') })),
    ...params.map((name) => ({ id: `param:${name}` as const, group: t('training.columns.params') })),
  ];
}

/** What a run is known by: its cell says on pointing of which scalar it is. */
function outcomeColumn(t: Translate, format: Format, quantity: UsualQuantity): Column {
  const text = (found: Outcome | null, run: RunRow): string => figureOf(format, run, found?.name ?? quantity, found?.value ?? null);
  return {
    id: `outcome:${quantity}`,
    group: t('training.columns.scalars'),
    name: t(`training.column.${quantity}`),
    isNumber: true,
    value: (run) => outcomeOf(run, quantity)?.value ?? null,
    text: (run) => text(outcomeOf(run, quantity), run),
    title: (run) => {
      const found = outcomeOf(run, quantity);
      return found === null ? undefined : found.isBest ? t('training.column.best', { name: found.name }) : found.name;
    },
  };
}

function valueColumn(t: Translate, format: Format, { id, group }: { readonly id: ValueColumn; readonly group: string }): Column {
  return {
    id,
    group,
    name: valueName(t, id),
    isNumber: true,
    isHidden: true,
    value: (run) => valueIn(run, id),
    text: (run) => columnText(format, run, id),
  };
}

/** By the name that its run gave it. */
function valueName(t: Translate, column: ValueColumn): string {
  const name = column.slice(column.indexOf(':') + 1);
  return column.startsWith('best:') ? t('training.column.best', { name }) : name;
}

function columnText(format: Format, run: RunRow, column: ValueColumn): string {
  const value = valueIn(run, column);
  if (typeof value === 'string') return value;
  return column.startsWith('param:') ? figureText(format, value) : figureOf(format, run, column.slice(column.indexOf(':') + 1), value);
}

/** A scalar that the run itself declared with its digits and its unit. */
function figureOf(format: Format, run: RunRow, name: string, value: number | null): string {
  const own = run.declared[name];
  if (own === undefined || value === null) return figureText(format, value);
  const figure = own.digits === undefined ? figureText(format, value) : format.number(value, own.digits);
  return scalarWithUnit(figure, own.unit);
}

interface RunCellProps {
  readonly run: RunRow;
}

function RunName({ run }: RunCellProps): ReactNode {
  const { t } = useTexts();
  const recipe = recipeName(t, run.recipe, 'short');
  return (
    <>
      <span className="run-names">
        <ChooseRun runId={run.id} name={run.name ?? `${recipe} ${shortId(run)}`} />
        <a className="run-name" href={toRun(run.id)} title={run.name ?? recipe}>
          {run.name ?? recipe}
        </a>{' '}
        <span className="run-id">{run.name === null ? shortId(run) : `${recipe} ${shortId(run)}`}</span>
        <EditLabels runId={run.id} label={t('run.labels.edit')} />
      </span>
      <Tags tags={run.tags} />
    </>
  );
}

function RunProgress({ run }: RunCellProps): ReactNode {
  const { t, format } = useTexts();
  return (
    <div className="run-bar">
      <Progress label={t('training.progress')} share={progressOf(run) ?? 0} tone={progressTone(run)} marks={epochMarks(run)} />
      <span className="run-epoch">
        {run.plan ? t('training.epochOf', { epoch: run.progress.epoch, epochs: run.plan.epochs }) : format.number(null, 0)}
      </span>
    </div>
  );
}

/** The room's tick is the clock of running durations. */
function RunDuration({ run }: RunCellProps): ReactNode {
  const { format } = useTexts();
  const nowMs = useValue(useServices().room)?.atMs ?? 0;
  return format.duration(runDurationMs(run, nowMs));
}

export function Tags({ tags }: { readonly tags: readonly string[] }): ReactNode {
  if (tags.length === 0) return null;
  return (
    <span className="run-tags">
      {tags.map((tag) => (
        <span key={tag} className="run-tag" title={tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}
