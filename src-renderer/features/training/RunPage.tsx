import { useCallback, useState, type ReactNode } from 'react';
import { HOST_DEVICE } from '@shared/model/device-tree';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run } from '@shared/model/run';
import { runDurationMs } from '@shared/model/run-duration';
import { usePageTitle } from '../../app/page-title';
import { toHistory, toPage } from '../../app/paths';
import { writeShare } from '../../data/history-link';
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
import { Icon } from '../../ui/Icon';
import { Progress } from '../../ui/Progress';
import { RunStatusText } from '../../ui/RunStatusText';
import { Trouble } from '../../ui/StreamNote';
import { epochMarks, progressOf, progressTone, shortId } from './run-figures';
import { LabelsDialog } from './LabelsDialog';
import { RunActions } from './RunActions';
import { RunArtifacts } from './RunArtifacts';
import { RunChart } from './RunChart';
import { RunEnergyTable } from './RunEnergyTable';
import { RunFacts } from './RunFacts';
import { RunLog } from './RunLog';
import { RunNotices } from './RunNotices';
import { Tags } from './RunTable';
import './training.css';
import './run.css';

type RunStore = StreamStore<'run.live', RunLive>;

/** One run, live or long ended: all of it comes with the stream's first frame, so a reload loses nothing. */
export function RunPage({ runId }: { readonly runId: string }): ReactNode {
  const { client } = useServices();
  const make = useCallback(
    (): RunStore => new StreamStore<'run.live', RunLive>(client, 'run.live', { runId }, reduceRunFrame),
    [client, runId],
  );
  const store = useDisposable(make);
  return store ? <RunView store={store} /> : null;
}

function RunView({ store }: { readonly store: RunStore }): ReactNode {
  const { t } = useTexts();
  const live = useReadable(store);
  if (live.state === 'loading') return null;
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
  return (
    <div className="run">
      <RunHead run={run} />
      <div className="run-main">
        <Trouble of={live} />
        <RunChart runId={run.id} isOver={isFinal(run.status)} store={store} />
        <RunLog runId={run.id} following={!isFinal(run.status)} />
      </div>
      <aside className="run-side" aria-label={t('run.side')} tabIndex={0}>
        <RunFacts run={run} />
        <RunEnergyTable run={run} />
        <RunArtifacts run={run} />
      </aside>
    </div>
  );
}

/** What the run learned and what the machine drew meanwhile, over the run's span. */
function inHistory({ id, startedAtMs, endedAtMs }: Run, nowMs: number): string {
  const fromMs = startedAtMs ?? nowMs;
  const series = [
    { device: `run/${id}`, metric: 'train.loss' },
    { device: `run/${id}`, metric: 'train.accuracy' },
    { device: HOST_DEVICE, metric: 'it.power' },
  ];
  const toMs = Math.max(endedAtMs ?? nowMs, fromMs + MIN_SPAN_MS);
  return toHistory(writeShare({ window: { mode: 'fixed', fromMs, toMs }, series, compare: false }));
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
        <h1>
          {name}{' '}
          <span className="run-id">{run.name === null ? shortId(run) : `${recipeName(t, run.recipe, 'short')} ${shortId(run)}`}</span>
        </h1>
        <Tags tags={run.tags} />
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
