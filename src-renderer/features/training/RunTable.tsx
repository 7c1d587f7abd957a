import type { ReactNode } from 'react';
import type { RunRow as Row, RunSort } from '@shared/model/run-list';
import { runDurationMs } from '@shared/model/run-duration';
import { toRun } from '../../app/paths';
import type { Format } from '../../i18n/format';
import { recipeName } from '../../i18n/run-names';
import { useTexts, type Translate } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Progress } from '../../ui/Progress';
import { QuantityText } from '../../ui/QuantityText';
import { RunStatusText } from '../../ui/RunStatusText';
import { ChooseRun } from './compare/ChooseRun';
import { EditLabels } from './LabelsDialog';
import { epochMarks, figureText, progressOf, progressTone, scalarWithUnit, shortId } from './run-figures';
import { TEST_ACCURACY, TEST_LOSS, valueIn, type ValueColumn } from './run-view';

interface RunTableProps {
  readonly runs: readonly Row[];
  readonly columns: readonly ValueColumn[];
  readonly sort: RunSort;
  readonly onSort: (sort: RunSort) => void;
}

export function RunTable({ runs, columns, sort, onSort }: RunTableProps): ReactNode {
  const { t } = useTexts();
  // The room's tick is the clock of running durations.
  const nowMs = useValue(useServices().room)?.atMs ?? 0;
  const head = (by: RunSort['by'], name: string, className?: string): ReactNode => (
    <SortHead key={by} by={by} name={name} sort={sort} onSort={onSort} {...(className === undefined ? {} : { className })} />
  );
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('training.title')}>
      <table className="table run-table">
        <thead>
          <tr>
            {head('name', t('training.column.run'))}
            {head('status', t('training.column.status'))}
            <th scope="col" className="run-progress">
              {t('training.column.progress')}
            </th>
            {columns.map((column) => head(column, columnName(t, column), 'num'))}
            <th scope="col" className="num">
              {t('training.column.duration')}
            </th>
            {head('energy', t('training.column.energy'), 'num')}
            {head('cost', t('training.column.cost'), 'num')}
            {head('created', t('training.column.started'))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunLine key={run.id} run={run} columns={columns} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The two that nearly every run has are named; any other by the name its run gave it. */
function columnName(t: Translate, column: ValueColumn): string {
  if (column === TEST_LOSS) return t('training.column.loss');
  if (column === TEST_ACCURACY) return t('training.column.accuracy');
  const name = column.slice(column.indexOf(':') + 1);
  return column.startsWith('best:') ? t('training.column.best', { name }) : name;
}

interface SortHeadProps {
  readonly by: RunSort['by'];
  readonly name: string;
  readonly className?: string;
  readonly sort: RunSort;
  readonly onSort: (sort: RunSort) => void;
}

/** A second press turns the order round. Names begin with A, all else with the newest or largest. */
function SortHead({ by, name, className, sort, onSort }: SortHeadProps): ReactNode {
  const { t } = useTexts();
  const direction = sort.by === by ? sort.direction : null;
  const first = by === 'name' || by === 'status' ? 'ascending' : 'descending';
  const next = direction === null ? first : direction === 'ascending' ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className="sort-button"
        title={t(`training.sort.${next}`, { column: name })}
        onClick={() => onSort({ by, direction: next })}
        data-testid={`sort-${by}`}
      >
        {name}
        <span className="sort-mark" aria-hidden="true">
          {direction === null ? '' : direction === 'ascending' ? '↑' : '↓'}
        </span>
      </button>
    </th>
  );
}

function RunLine({
  run,
  columns,
  nowMs,
}: {
  readonly run: Row;
  readonly columns: readonly ValueColumn[];
  readonly nowMs: number;
}): ReactNode {
  const { t, format } = useTexts();
  const share = progressOf(run);
  const recipe = recipeName(t, run.recipe, 'short');
  return (
    <tr data-run={run.id}>
      <th scope="row">
        <span className="run-names">
          <ChooseRun runId={run.id} name={run.name ?? `${recipe} ${shortId(run)}`} />
          <a className="run-name" href={toRun(run.id)} title={run.name ?? recipe}>
            {run.name ?? recipe}
          </a>{' '}
          <span className="run-id">{run.name === null ? shortId(run) : `${recipe} ${shortId(run)}`}</span>
          <EditLabels runId={run.id} label={t('run.labels.edit')} />
        </span>
        <Tags tags={run.tags} />
      </th>
      <td>
        <RunStatusText status={run.status} />
      </td>
      <td className="run-progress">
        <div className="run-bar">
          <Progress label={t('training.progress')} share={share ?? 0} tone={progressTone(run)} marks={epochMarks(run)} />
          <span className="run-epoch">
            {run.plan ? t('training.epochOf', { epoch: run.progress.epoch, epochs: run.plan.epochs }) : format.number(null, 0)}
          </span>
        </div>
      </td>
      {columns.map((column) => (
        <td key={column} className="num" data-column={column}>
          {columnText(format, run, column)}
        </td>
      ))}
      <td className="num">{format.duration(runDurationMs(run, nowMs))}</td>
      <td className="num">
        <QuantityText quantity={run.energy?.itJ ?? null} />
      </td>
      <td className="num">
        <QuantityText quantity={run.energy?.cost ?? null} />
      </td>
      <td className="run-started">{format.shortDateTime(run.startedAtMs ?? run.createdAtMs)}</td>
    </tr>
  );
}

/** A scalar that the run itself declared with its digits and its unit. */
function columnText(format: Format, run: Row, column: ValueColumn): string {
  const value = valueIn(run, column);
  if (typeof value === 'string') return value;
  const own = column.startsWith('param:') ? undefined : run.declared[column.slice(column.indexOf(':') + 1)];
  if (own === undefined || value === null) return figureText(format, value);
  const figure = own.digits === undefined ? figureText(format, value) : format.number(value, own.digits);
  return scalarWithUnit(figure, own.unit);
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
