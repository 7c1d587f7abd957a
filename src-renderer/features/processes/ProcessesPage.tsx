import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import { ownId } from '@shared/model/device-tree';
import type { ProcessRow } from '@shared/model/processes';
import { ANY_GPU, inScope, knownSum, onGpus, sumsBy, type ProcessSum } from '@shared/model/process-sums';
import { toPage } from '../../app/paths';
import { writeAddress } from '../../app/router';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream, useValue } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Select } from '../../ui/Select';
import { Skeleton } from '../../ui/Skeleton';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { processColumns, sumColumns } from './process-columns';
import { processViews, readProcessView, writeProcessView, type ProcessView } from './process-view';
import { ProcessDialog } from './ProcessDialog';
import './processes.css';

type Frame = StreamFrame<'processes.live'>;

const NOTHING = {};
const newest = (_: unknown, frame: Frame): Frame => frame;
const pidOf = ({ pid }: ProcessRow): string => String(pid);
const rowProps = ({ pid }: ProcessRow): { 'data-pid': string } => ({ 'data-pid': String(pid) });
const sumId = ({ of }: ProcessSum): string => of ?? '';
const sumProps = ({ of }: ProcessSum): { 'data-sum': string } => ({ 'data-sum': of ?? '' });

/** Who uses this machine: processes of its GPUs and of its processors, one by one or summed per user and per run. */
export function ProcessesPage({ view: given }: { readonly view: string | null }): ReactNode {
  const { t } = useTexts();
  const answer = useStream('processes.live', NOTHING, newest);
  const view = useMemo(() => readProcessView(given), [given]);
  const show = (change: Partial<ProcessView>): void => {
    const text = writeProcessView({ ...view, ...change });
    writeAddress(`${toPage('processes')}${text === '' ? '' : `?${text}`}`, false);
  };
  return (
    <div className="processes" data-testid="processes">
      <div className="page-head">
        <h1>{t('processes.title')}</h1>
        {answer.state === 'ready' && answer.value.processes.length > 0 ? <Summary rows={answer.value.processes} /> : null}
      </div>
      {answer.state === 'failed' ? <ErrorNote error={answer.error} /> : null}
      {answer.state === 'loading' ? <Skeleton lines={12} /> : null}
      {answer.state === 'ready' && answer.value.processes.length === 0 ? <None /> : null}
      {answer.state === 'ready' && answer.value.processes.length > 0 ? <Shown frame={answer.value} view={view} onView={show} /> : null}
    </div>
  );
}

function Summary({ rows }: { readonly rows: readonly ProcessRow[] }): ReactNode {
  const { t, format } = useTexts();
  const gpu = rows.filter(({ gpus }) => gpus.length > 0);
  const memoryB = knownSum(gpu.map((row) => onGpus(row, 'memoryB')));
  return (
    <span className="page-note">
      {t('processes.count', { count: rows.length })}
      {gpu.length === 0 || memoryB === null
        ? null
        : ` · ${t('processes.onGpus', { count: gpu.length, memory: format.withUnit(format.quantity(memoryB, 'B', 0)) })}`}
    </span>
  );
}

/** They are read only while someone looks, which takes a moment from the first look on. */
const FIRST_MS = 3_000;

function None(): ReactNode {
  const { t } = useTexts();
  const info = useValue(useServices().info);
  const isSimulated = info !== null && info.scenario !== null;
  const [hasWaited, setHasWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setHasWaited(true), FIRST_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isSimulated && !hasWaited) return <Skeleton lines={12} />;
  return (
    <EmptyState icon="processes" title={t(isSimulated ? 'processes.simulated' : 'processes.none')}>
      {t(isSimulated ? 'processes.simulated.step' : 'processes.none.step')}
    </EmptyState>
  );
}

interface ShownProps {
  readonly frame: Frame;
  readonly view: ProcessView;
  readonly onView: (change: Partial<ProcessView>) => void;
}

function Shown({ frame: { atMs, processes }, view, onView }: ShownProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const runs = useValue(useServices().runs);
  const [opened, setOpened] = useState<number | null>(null);
  const runName = useCallback(
    (runId: string): string | null => {
      const run = runs?.find(({ id }) => id === runId);
      return run === undefined ? null : (run.name ?? `${recipeName(t, run.recipe, 'short')} ${run.id.slice(0, 8)}`);
    },
    [runs, t],
  );
  const rows = useMemo(() => processes.filter((row) => inScope(row, view)), [processes, view]);
  const columns = useMemo(() => processColumns(texts, { runName, nowMs: atMs, onOpen: setOpened }), [texts, runName, atMs]);
  const process = processes.find(({ pid }) => pid === opened);
  const lead = <Scope processes={processes} view={view} runName={runName} onView={onView} />;
  return (
    <>
      {view.by === 'processes' ? (
        <DataTable
          key="processes"
          id="processes"
          label={t('processes.title')}
          fills
          isDense
          lead={lead}
          columns={columns}
          rows={rows}
          rowId={pidOf}
          rowProps={rowProps}
          firstSort={{ by: processes.some(({ gpus }) => gpus.length > 0) ? 'gpu-memory' : 'cpu', direction: 'descending' }}
          testId="processes-table"
        />
      ) : (
        <Sums key={view.by} rows={rows} by={view.by} lead={lead} runName={runName} onView={onView} />
      )}
      {process === undefined ? null : <ProcessDialog process={process} runName={runName} nowMs={atMs} onClose={() => setOpened(null)} />}
    </>
  );
}

interface SumsProps {
  readonly rows: readonly ProcessRow[];
  readonly by: 'users' | 'runs';
  readonly lead: ReactNode;
  readonly runName: (runId: string) => string | null;
  readonly onView: (change: Partial<ProcessView>) => void;
}

function Sums({ rows, by, lead, runName, onView }: SumsProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const sums = useMemo(() => sumsBy(rows, by === 'users' ? 'user' : 'runId'), [rows, by]);
  const nobody = t(by === 'users' ? 'processes.noUser' : 'processes.noRun');
  const nameOf = ({ of }: ProcessSum): string => (of === null ? nobody : by === 'users' ? of : (runName(of) ?? of));
  const first: DataColumn<ProcessSum> = {
    id: 'of',
    name: t(by === 'users' ? 'processes.column.user' : 'processes.column.run'),
    role: 'head',
    value: nameOf,
    cell: (sum) =>
      sum.of === null ? (
        nameOf(sum)
      ) : (
        <button
          type="button"
          className="process-open"
          onClick={() => onView({ by: 'processes', [by === 'users' ? 'user' : 'run']: sum.of })}
        >
          {nameOf(sum)}
        </button>
      ),
  };
  return (
    <DataTable
      id={`processes-${by}`}
      label={t(`processes.by.${by}`)}
      fills
      lead={lead}
      columns={sumColumns(texts, first)}
      rows={sums}
      rowId={sumId}
      rowProps={sumProps}
      firstSort={{ by: 'gpu-memory', direction: 'descending' }}
      testId="processes-sums"
    />
  );
}

const ALL = '';

interface ScopeProps {
  readonly processes: readonly ProcessRow[];
  readonly view: ProcessView;
  readonly runName: (runId: string) => string | null;
  readonly onView: (change: Partial<ProcessView>) => void;
}

/** Whose processes, on which GPU, and whether they are summed. What is chosen stays a choice after the last of them ended. */
function Scope({ processes, view, runName, onView }: ScopeProps): ReactNode {
  const { t, format } = useTexts();
  const { gpu, user, run, by } = view;
  const choices = (values: readonly (string | null)[], chosen: string | null): string[] =>
    [...new Set([...values, chosen])].filter((value): value is string => value !== null && value !== ANY_GPU).sort(format.compare);
  const gpus = choices(
    processes.flatMap((row) => row.gpus.map(({ device }) => device)),
    gpu,
  );
  const users = choices(
    processes.map((row) => row.user),
    user,
  );
  const runs = choices(
    processes.map((row) => row.runId),
    run,
  );
  const toNull = (value: string): string | null => (value === ALL ? null : value);
  return (
    <>
      <span className="segmented" role="group" aria-label={t('processes.by')}>
        {processViews.map((name) => (
          <button key={name} type="button" aria-pressed={by === name} onClick={() => onView({ by: name })} data-testid={`by-${name}`}>
            {t(`processes.by.${name}`)}
          </button>
        ))}
      </span>
      <Select
        label={t('processes.column.gpus')}
        testId="processes-gpu"
        value={gpu ?? ALL}
        options={[
          { value: ALL, label: t('processes.gpu.all') },
          { value: ANY_GPU, label: t('processes.gpu.any') },
          ...gpus.map((value) => ({ value, label: ownId(value) })),
        ]}
        onChange={(value) => onView({ gpu: toNull(value) })}
      />
      <Select
        label={t('processes.column.user')}
        testId="processes-user"
        value={user ?? ALL}
        options={[{ value: ALL, label: t('processes.user.all') }, ...users.map((value) => ({ value, label: value }))]}
        onChange={(value) => onView({ user: toNull(value) })}
      />
      {runs.length === 0 ? null : (
        <Select
          label={t('processes.column.run')}
          testId="processes-run"
          value={run ?? ALL}
          options={[{ value: ALL, label: t('processes.run.all') }, ...runs.map((value) => ({ value, label: runName(value) ?? value }))]}
          onChange={(value) => onView({ run: toNull(value) })}
        />
      )}
      {gpu === null && user === null && run === null ? null : (
        <Button tone="quiet" icon="close" onClick={() => onView({ gpu: null, user: null, run: null })} data-testid="processes-clear">
          {t('training.filter.clear')}
        </Button>
      )}
    </>
  );
}
