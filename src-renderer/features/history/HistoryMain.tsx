import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import { ColourSlots } from '../../charts/colour-slots';
import { TimeChart } from '../../charts/time/TimeChart';
import { toAppError } from '../../data/loadable';
import type { HistoryView } from '../../data/history-view';
import { afterGesture, panToStart, spanOf, type AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useSettled } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { useToast } from '../../ui/Toasts';
import { ComparedSpan, CompareField } from './CompareField';
import { ExportButton } from './ExportButton';
import { ImportButton } from './ImportButton';
import { LookButton } from './LookButton';
import { NOTE_MARK, Notes, type NotesOpened } from './Notes';
import { historyPanes } from './panes';
import { RangeBar } from './RangeBar';
import { ShareButton } from './ShareButton';
import { StatisticsTable } from './StatisticsTable';
import type { Thresholds } from './thresholds';
import type { ShownSpan, ViewSteps } from './view-steps';

interface HistoryMainProps {
  readonly view: HistoryView;
  readonly series: readonly Series[];
  readonly selected: readonly number[];
  readonly preset: string | null;
  readonly steps: ViewSteps;
  readonly onShow: (shown: ShownSpan) => void;
  readonly thresholds: Thresholds;
  /** What tells of the saved views. */
  readonly views: ReactNode;
}

/** Of this window, so that a series has its colour again on the next visit. */
const colours = new ColourSlots();
/** What stands beside the chart follows the hand only when it rests: while it moves, the lines are all that is drawn. */
const REST_MS = 160;

export function HistoryMain({ view, series, selected, preset, steps, onShow, thresholds, views }: HistoryMainProps): ReactNode {
  const { client, telemetry } = useServices();
  const toast = useToast();
  const texts = useTexts();
  const { t } = texts;
  const compare = useReadable(view.compare);
  const canGoBack = useReadable(steps.canGoBack);
  const chosen = useMemo(() => {
    const byId = new Map(series.map((entry) => [entry.id, entry]));
    return selected.flatMap((id) => byId.get(id) ?? []);
  }, [selected, series]);
  const look = useReadable(view.look);
  const [notes, setNotes] = useState<NotesOpened | null>(null);
  const panes = useMemo(
    () => historyPanes(texts, chosen, colours.assign(chosen.map(({ id }) => id)), compare, look),
    [texts, chosen, compare, look],
  );
  const onGesture = useCallback(
    function onGesture(gesture: AxisGesture): void {
      const nowMs = telemetry.nowMs ?? Date.now();
      if (gesture.kind === 'start') {
        client.call('history.extent', {}).then(
          ({ fromMs }) => {
            if (fromMs !== null) onGesture(panToStart({ mode: 'fixed', ...view.span.get() }, fromMs, nowMs));
          },
          (failure: unknown) => toast(({ t }) => t(`error.${toAppError(failure).code}`), 'bad'),
        );
        return;
      }
      if (gesture.kind === 'reset') {
        onShow(steps.reset(nowMs));
        return;
      }
      const window = { mode: 'fixed', ...view.span.get() } as const;
      onShow(steps.move(spanOf(afterGesture(window, gesture, nowMs, window), nowMs), performance.now()));
    },
    [view, client, telemetry, steps, onShow, toast],
  );
  const onSpan = useCallback((span: TimeRange, name: string | null) => onShow(steps.choose({ span, preset: name })), [steps, onShow]);
  const onNote = useCallback((atMs: number) => setNotes({ kind: 'new', atMs }), []);
  const onMark = useCallback((id: string) => setNotes({ kind: 'note', id: Number(id.slice(NOTE_MARK.length)) }), []);
  const back = (): void => {
    const before = steps.back(telemetry.nowMs ?? Date.now());
    if (before) onShow(before);
  };

  return (
    <div className="history-main">
      <h1 className="visually-hidden">{t('nav.history')}</h1>
      <div className="toolbar">
        {views}
        <span className="toolbar-end">
          <LookButton view={view} thresholds={thresholds} panes={panes} />
          <Notes view={view} chosen={chosen} opened={notes} onOpened={setNotes} />
          <ShareButton view={view} preset={preset} series={series} />
          <ImportButton named />
          <ExportButton view={view} />
        </span>
      </div>
      <div className="toolbar">
        <SettledRange view={view} preset={preset} onSpan={onSpan} />
        <CompareField view={view} />
        <span className="toolbar-end">
          <IconButton icon="back" label={t('history.back')} disabled={!canGoBack} onClick={back} data-testid="span-back" />
          <Button icon="reset" onClick={() => onGesture({ kind: 'reset' })}>
            {t('ui.zoomReset')}
          </Button>
        </span>
      </div>
      <ComparedSpan view={view} />
      <Failure view={view} />
      {chosen.length === 0 ? (
        <EmptyState icon="history" title={t('history.empty.title')}>
          {t('history.empty.step')}
        </EmptyState>
      ) : (
        <>
          <div className="history-chart">
            <h2 className="visually-hidden">{t('history.chart.label')}</h2>
            <Busy view={view} />
            <TimeChart
              label={t('history.chart.label')}
              panes={panes}
              source={view}
              onGesture={onGesture}
              spanHint={t('history.note.zoom')}
              onNote={onNote}
              onSpan={onMark}
              title={t('nav.history')}
              renderEmpty={() => <Nothing view={view} />}
            />
          </div>
          <Statistics view={view} chosen={chosen} />
        </>
      )}
    </div>
  );
}

// Each of these hears of its own part alone: while the hand moves the axis and answers come, nothing else is drawn anew.

interface ViewProps {
  readonly view: HistoryView;
}

function SettledRange({
  view,
  preset,
  onSpan,
}: ViewProps & { readonly preset: string | null; readonly onSpan: (span: TimeRange, preset: string | null) => void }): ReactNode {
  return <RangeBar span={useSettled(view.span, REST_MS)} preset={preset} onSpan={onSpan} />;
}

function Busy({ view }: ViewProps): ReactNode {
  const { t } = useTexts();
  const { busy } = useReadable(view.loader.state);
  return (
    <span className="busy" data-busy={busy} role="status">
      {busy ? t('history.busy') : null}
    </span>
  );
}

function Failure({ view }: ViewProps): ReactNode {
  const { error } = useReadable(view.loader.state);
  return error ? <ErrorNote error={error} onRetry={() => view.loader.refresh()} /> : null;
}

function Nothing({ view }: ViewProps): ReactNode {
  const { t } = useTexts();
  return useReadable(view.loader.state).busy ? t('history.busy') : t('history.noData');
}

/** The table lags behind the lines: React draws it in the gaps between frames. */
function Statistics({ view, chosen }: ViewProps & { readonly chosen: readonly Series[] }): ReactNode {
  const answer = useDeferredValue(useReadable(view.loader.state).answer);
  const span = useDeferredValue(useSettled(view.span, REST_MS));
  return <StatisticsTable chosen={chosen} answer={answer} span={span} />;
}
