import { useCallback, useState, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { HistoryView } from '../../data/history-view';
import type { TimeSpan } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { HistoryMain } from './HistoryMain';
import { initialIds, remember, remembered } from './remembered';
import { SeriesPicker } from './SeriesPicker';
import './history.css';

const HOUR_MS = 3_600_000;

/** Any recorded series over any span. */
export function HistoryPage(): ReactNode {
  const { t } = useTexts();
  const series = useReadable(useServices().series);
  if (series.state === 'loading') return null;
  if (series.state === 'failed') return <ErrorNote error={series.error} />;
  if (series.value.length === 0) {
    return (
      <EmptyState icon="history" title={t('history.none.title')} action={<a href="#/doctor">{t('history.none.doctor')}</a>}>
        {t('history.none.step')}
      </EmptyState>
    );
  }
  return <HistoryBody series={series.value} />;
}

function HistoryBody({ series }: { readonly series: readonly Series[] }): ReactNode {
  const { client, telemetry } = useServices();
  // What was looked at last is where the page opens again, as long as the window lives.
  const [start] = useState(() => {
    const toMs = telemetry.nowMs ?? Date.now();
    return remembered() ?? { span: { fromMs: toMs - HOUR_MS, toMs }, preset: '1h' as const, seriesIds: initialIds(series) };
  });
  const make = useCallback(() => new HistoryView(client, start.span, start.seriesIds), [client, start]);
  const view = useDisposable(make);
  return view ? <HistoryLayout view={view} series={series} startPreset={start.preset} /> : null;
}

function HistoryLayout({ view, series, startPreset }: { readonly view: HistoryView; readonly series: readonly Series[]; readonly startPreset: string | null }): ReactNode {
  const selected = useReadable(view.seriesIds);
  const [preset, setPreset] = useState(startPreset);
  const setSpan = (span: TimeSpan, name: string | null): void => {
    setPreset(name);
    view.span.set(span);
    remember({ span, preset: name, seriesIds: view.seriesIds.get() });
  };
  const select = (ids: readonly number[]): void => {
    view.seriesIds.set(ids);
    remember({ span: view.span.get(), preset, seriesIds: ids });
  };
  return (
    <div className="history">
      <SeriesPicker series={series} selected={selected} onSelect={select} />
      <HistoryMain view={view} series={series} selected={selected} preset={preset} onSpan={setSpan} />
    </div>
  );
}
