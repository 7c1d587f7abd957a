import { useCallback, useMemo, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { axisLabels } from '../../charts/labels';
import { PaneChart } from '../../charts/PaneChart';
import type { HistoryView } from '../../data/history-view';
import { afterGesture, spanOf, type AxisGesture, type TimeSpan } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useValue } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { ExportButton } from './ExportButton';
import { historyPanes } from './panes';
import { RangeBar } from './RangeBar';
import { presetSpan } from './ranges';
import { StatisticsTable } from './StatisticsTable';

interface HistoryMainProps {
  readonly view: HistoryView;
  readonly series: readonly Series[];
  readonly selected: readonly number[];
  readonly preset: string | null;
  readonly onSpan: (span: TimeSpan, preset: string | null) => void;
}

export function HistoryMain({ view, series, selected, preset, onSpan }: HistoryMainProps): ReactNode {
  const { telemetry, settings } = useServices();
  const texts = useTexts();
  const { t, format } = texts;
  const currency = useValue(settings)?.tariff.currency ?? '';
  const span = useReadable(view.span);
  const history = useReadable(view.loader.state);
  const chosen = useMemo(() => selected.flatMap((id) => series.find((entry) => entry.id === id) ?? []), [selected, series]);
  const panes = useMemo(() => historyPanes(texts, chosen, currency), [texts, chosen, currency]);
  const labels = useMemo(() => axisLabels(format), [format]);
  const formatCursor = useCallback((at: number) => format.dateTime(at), [format]);
  const onGesture = useCallback(
    (gesture: AxisGesture) => {
      const nowMs = telemetry.nowMs ?? Date.now();
      const next = afterGesture({ mode: 'fixed', ...view.span.get() }, gesture, nowMs, { mode: 'fixed', ...presetSpan('1h', nowMs) });
      onSpan(spanOf(next, nowMs), gesture.kind === 'reset' ? '1h' : null);
    },
    [view, telemetry, onSpan],
  );

  return (
    <div className="history-main">
      <div className="toolbar">
        <h1 className="visually-hidden">{t('nav.history')}</h1>
        <RangeBar view={view} preset={preset} onSpan={onSpan} />
        <span className="toolbar-end">
          <span className="busy" data-busy={history.busy} role="status">
            {history.busy ? t('history.busy') : null}
          </span>
          <IconButton icon="reset" label={t('ui.zoomReset')} onClick={() => onGesture({ kind: 'reset' })} />
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
