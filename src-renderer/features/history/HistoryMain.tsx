import { useCallback, useMemo, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { axisLabels } from '../../charts/labels';
import { PaneChart } from '../../charts/PaneChart';
import { toAppError } from '../../data/loadable';
import type { HistoryView } from '../../data/history-view';
import { afterGesture, panToStart, spanOf, type AxisGesture, type TimeSpan } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useSettled, useValue } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Toggle } from '../../ui/Toggle';
import { useToast } from '../../ui/Toasts';
import { ExportButton } from './ExportButton';
import { historyPanes } from './panes';
import { RangeBar } from './RangeBar';
import { presetSpan } from './ranges';
import { ShareButton } from './ShareButton';
import { StatisticsTable } from './StatisticsTable';

interface HistoryMainProps {
  readonly view: HistoryView;
  readonly series: readonly Series[];
  readonly selected: readonly number[];
  readonly preset: string | null;
  readonly onSpan: (span: TimeSpan, preset: string | null) => void;
  readonly onCompare: (on: boolean) => void;
}

/** What stands beside the chart follows the hand only when it rests: while it moves, the lines are all that is drawn. */
const REST_MS = 160;

export function HistoryMain({ view, series, selected, preset, onSpan, onCompare }: HistoryMainProps): ReactNode {
  const { client, telemetry, settings } = useServices();
  const toast = useToast();
  const texts = useTexts();
  const { t, format } = texts;
  const currency = useValue(settings)?.tariff.currency ?? '';
  const span = useSettled(view.span, REST_MS);
  const compare = useReadable(view.compare);
  const history = useReadable(view.loader.state);
  const chosen = useMemo(() => selected.flatMap((id) => series.find((entry) => entry.id === id) ?? []), [selected, series]);
  const panes = useMemo(() => historyPanes(texts, chosen, currency, compare), [texts, chosen, currency, compare]);
  const labels = useMemo(() => axisLabels(format), [format]);
  const formatCursor = useCallback((at: number) => format.dateTime(at), [format]);
  const onGesture = useCallback(
    function onGesture(gesture: AxisGesture): void {
      const nowMs = telemetry.nowMs ?? Date.now();
      if (gesture.kind === 'start') {
        client.call('history.extent', {}).then(
          ({ fromMs }) => {
            if (fromMs !== null) onGesture(panToStart({ mode: 'fixed', ...view.span.get() }, fromMs, nowMs));
          },
          (failure: unknown) => toast(t(`error.${toAppError(failure).code}`), 'bad'),
        );
        return;
      }
      const next = afterGesture({ mode: 'fixed', ...view.span.get() }, gesture, nowMs, { mode: 'fixed', ...presetSpan('1h', nowMs) });
      onSpan(spanOf(next, nowMs), gesture.kind === 'reset' ? '1h' : null);
    },
    [view, client, telemetry, onSpan, toast, t],
  );

  return (
    <div className="history-main">
      <div className="toolbar">
        <h1 className="visually-hidden">{t('nav.history')}</h1>
        <RangeBar span={span} preset={preset} onSpan={onSpan} />
        <Toggle label={t('history.compare')} hint={t('history.compare.hint')} on={compare} onChange={onCompare} testId="compare" />
        <span className="toolbar-end">
          <span className="busy" data-busy={history.busy} role="status">
            {history.busy ? t('history.busy') : null}
          </span>
          <IconButton icon="reset" label={t('ui.zoomReset')} onClick={() => onGesture({ kind: 'reset' })} />
          <ShareButton view={view} />
          <ExportButton view={view} />
        </span>
      </div>
      {history.error ? <ErrorNote error={history.error} onRetry={() => view.loader.refresh()} /> : null}
      {chosen.length === 0 ? (
        <EmptyState icon="history" title={t('history.empty.title')}>
          {t('history.empty.step')}
        </EmptyState>
      ) : (
        <>
          <div className="history-chart">
            <PaneChart
              label={t('history.chart.label')}
              help={t('ui.chartHelp')}
              panes={panes}
              source={view}
              xKind="time"
              xLabels={labels}
              formatCursor={formatCursor}
              onGesture={onGesture}
              renderEmpty={() => (history.busy ? t('history.busy') : t('history.noData'))}
            />
          </div>
          <div className="history-stats">
            <StatisticsTable chosen={chosen} answer={history.answer} span={span} currency={currency} />
          </div>
        </>
      )}
    </div>
  );
}
