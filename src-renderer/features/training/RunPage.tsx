import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { assertNever } from '@shared/base/assert-never';
import { HOST_DEVICE } from '@shared/model/device-tree';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run } from '@shared/model/run';
import { runDurationMs } from '@shared/model/run-duration';
import { scalars } from '@shared/model/scalars';
import { SERVING_KIND } from '@shared/model/serving';
import { usePageTitle } from '../../app/page-title';
import { toHistory, toPage } from '../../app/paths';
import { go } from '../../app/router';
import { writeShare } from '../../data/history-link';
import type { Loadable } from '../../data/loadable';
import { Paced } from '../../data/paced';
import { reduceRunFrame, type RunLive } from '../../data/run-live';
import { StreamStore } from '../../data/stream-store';
import { MIN_SPAN_MS } from '../../data/time-window';
import { recipeName } from '../../i18n/run-names';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { Skeleton } from '../../ui/Skeleton';
import { Icon } from '../../ui/Icon';
import { Progress } from '../../ui/Progress';
import { RunStatusText } from '../../ui/RunStatusText';
import { Trouble } from '../../ui/StreamNote';
import { Tabs } from '../../ui/Tabs';
import { MadeFiles } from './files/MadeFiles';
import { epochMarks, progressOf, progressTone, shortId } from './run-figures';
import { LabelsDialog } from './LabelsDialog';
import { RunActions } from './RunActions';
import { RunArtifacts } from './RunArtifacts';
import { RunBill } from './RunBill';
import { RunChart } from './RunChart';
import { RunEnergyTable } from './RunEnergyTable';
import { RunFacts, RunParameters, RunResult } from './RunFacts';
import { RunLog } from './RunLog';
import { RunNotices } from './RunNotices';
import { Tags } from './RunTable';
import { RunStart } from './RunStart';
import { ServingFacts } from './serving/ServingFacts';
import { TryModel } from './serving/TryModel';
import { runTabOf, tabsOf, toRunTab, type RunTab } from './run-tabs';
import './training.css';
import './run.css';

/** Figures of a run that goes on are drawn so far apart; its chart follows by itself. */
const FIGURES_MS = 500;

type RunStore = StreamStore<'run.live', RunLive>;

/** One run, live or long ended: all of it comes with the stream's first frame, so a reload loses nothing. */
export function RunPage({ runId, view }: { readonly runId: string; readonly view: string | null }): ReactNode {
  const { client } = useServices();
  const make = useCallback(
    (): RunStore => new StreamStore<'run.live', RunLive>(client, 'run.live', { runId }, reduceRunFrame),
    [client, runId],
  );
  const store = useDisposable(make);
  return store ? <RunView store={store} tab={runTabOf(view)} /> : <Skeleton lines={12} />;
}

/** What has to be seen at once: that it came, failed, stopped coming, or is in another state. */
function isUrgent(shown: Loadable<RunLive>, now: Loadable<RunLive>): boolean {
  if (shown.state !== 'ready' || now.state !== 'ready') return true;
  return shown.stopped !== now.stopped || shown.value.run.status !== now.value.run.status;
}

function RunView({ store, tab }: { readonly store: RunStore; readonly tab: RunTab }): ReactNode {
  const { t } = useTexts();
  const live = useReadable(useMemo(() => new Paced(store, FIGURES_MS, isUrgent), [store]));
  if (live.state === 'loading') return <Skeleton lines={12} />;
  if (live.state === 'failed') {
    return (
      <EmptyState
        page
        icon="training"
        tone="bad"
        title={t(live.error.code === 'not-found' ? 'run.gone.title' : 'run.failedToLoad')}
        action={<a href={toPage('training')}>{t('run.back')}</a>}
      >
        {live.error.code === 'not-found' ? t('run.gone.text') : formatMessage(t, live.error.localized)}
      </EmptyState>
    );
  }
  const { run } = live.value;
  const tabs = tabsOf(run);
  const current = tabs.includes(tab) ? tab : 'curves';
  return (
    <div className="run">
      <RunHead run={run} />
      <Trouble of={live} />
      <Tabs
        label={t('run.tabs')}
        current={current}
        tabs={tabs.map((id) => ({ id, label: t(`run.tab.${id}`), href: toRunTab(run.id, id) }))}
        onOpen={(id) => go(toRunTab(run.id, id))}
      >
        <RunPart run={run} store={store} tab={current} />
      </Tabs>
    </div>
  );
}

function RunPart({ run, store, tab }: { readonly run: Run; readonly store: RunStore; readonly tab: RunTab }): ReactNode {
  const { t } = useTexts();
  switch (tab) {
    case 'curves':
      return (
        <div className="run-beside">
          <RunChart run={run} store={store} />
          <aside className="run-side" aria-label={t('run.side')} tabIndex={0}>
            {run.kind === SERVING_KIND ? <ServingFacts run={run} /> : <RunResult run={run} />}
            <RunEnergyTable run={run} more={<a href={toRunTab(run.id, 'bill')}>{t('run.bill.more')}</a>} />
          </aside>
        </div>
      );
    case 'try':
      return <TryModel run={run} />;
    case 'room':
      return <RunChart key={tab} run={run} store={store} ofRoom />;
    case 'log':
      return <RunLog runId={run.id} following={!isFinal(run.status)} ofProgram={run.kind === PROGRAM_KIND} />;
    case 'bill':
      return <RunBill run={run} />;
    case 'setup':
      return (
        <div className="run-columns" tabIndex={0} role="region" aria-label={t('run.tab.setup')}>
          <RunParameters run={run} />
          <RunFacts run={run} />
          <RunArtifacts run={run} />
          {run.kind === PROGRAM_KIND ? <MadeFiles run={run} /> : null}
        </div>
      );
    case 'start':
      return <RunStart run={run} />;
    default:
      return assertNever(tab);
  }
}

/** What the run learned and what the machine drew meanwhile, over the run's span. */
function inHistory({ id, kind, startedAtMs, endedAtMs }: Run, nowMs: number): string {
  const fromMs = startedAtMs ?? nowMs;
  const learned = [scalars['train/loss'], scalars['train/accuracy']].map(({ metric }) => ({ device: `run/${id}`, metric }));
  // Only a recipe tells what it has learned under these names: its power is known of any.
  const series = [...(kind === PROGRAM_KIND || kind === SERVING_KIND ? [] : learned), { device: HOST_DEVICE, metric: 'it.power' }];
  const toMs = Math.max(endedAtMs ?? nowMs, fromMs + MIN_SPAN_MS);
  return toHistory(writeShare({ window: { mode: 'fixed', fromMs, toMs }, series }));
}

function RunHead({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const nowMs = useReadable(useServices().room);
  const clock = nowMs.state === 'ready' ? nowMs.value.atMs : 0;
  const share = progressOf(run);
  const name = run.name ?? recipeName(t, run.recipe);
  usePageTitle(t('run.pageTitle', { name: run.name ?? `${name} ${shortId(run)}` }));
  const [labelling, setLabelling] = useState(false);
  return (
    <header className="run-head">
      <div className="run-title">
        <a className="back-link" href={toPage('training')} aria-label={t('run.back')} title={t('run.back')}>
          <Icon name="back" size={18} />
        </a>
        <h1 title={name}>{name}</h1>
        <span className="run-id">{run.name === null ? shortId(run) : `${recipeName(t, run.recipe, 'short')} ${shortId(run)}`}</span>
        <span role="status">
          <RunStatusText status={run.status} />
        </span>
        <Button tone="quiet" icon="note" onClick={() => setLabelling(true)} data-testid="edit-labels">
          {t('run.labels.edit')}
        </Button>
        {run.startedAtMs === null ? null : (
          <a className="button button-quiet" href={inHistory(run, clock)} data-testid="open-history">
            <Icon name="history" />
            <span>{t('history.open')}</span>
          </a>
        )}
        <RunActions run={run} />
      </div>
      <div className="run-progress-line">
        <Tags tags={run.tags} />
        <Progress label={t('training.progress')} share={share} tone={progressTone(run)} marks={epochMarks(run)} />
        <span className="run-progress-text">
          {run.plan
            ? t('run.progress', {
                epoch: run.progress.epoch,
                epochs: run.plan.epochs,
                step: format.number(run.progress.step, 0),
                steps: format.number(run.plan.epochs * run.plan.stepsPerEpoch, 0),
              })
            : run.kind === PROGRAM_KIND
              ? t('run.program')
              : run.kind === SERVING_KIND && run.status === 'running'
                ? t('run.serving.serves')
                : t(`run.status.${run.status}.note`)}
        </span>
        <span className="run-progress-text num">{format.duration(runDurationMs(run, clock))}</span>
      </div>
      {run.notes === '' ? null : (
        <p className="run-notes" data-testid="run-notes">
          {run.notes}
        </p>
      )}
      {labelling ? <LabelsDialog run={run} onClose={() => setLabelling(false)} /> : null}
      <RunNotices run={run} />
    </header>
  );
}
