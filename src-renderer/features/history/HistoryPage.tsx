import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { readShare } from '../../data/history-link';
import { SpanRuns } from '../../data/span-runs';
import { HistoryView } from '../../data/history-view';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { ImportButton } from './import/ImportButton';
import { ImportHost } from './import/ImportHost';
import { HistoryMain } from './HistoryMain';
import { initialIds, remember, remembered, type HistoryChoice } from './remembered';
import { SeriesPicker } from './SeriesPicker';
import { ViewSteps, type ShownSpan } from './view-steps';
import './history.css';

const HOUR_MS = 3_600_000;

/** Any recorded series over any span. */
export function HistoryPage({ view }: { readonly view: string | null }): ReactNode {
  return (
    <ImportHost>
      <RecordedHistory view={view} />
    </ImportHost>
  );
}

function RecordedHistory({ view }: { readonly view: string | null }): ReactNode {
  const { t } = useTexts();
  const series = useReadable(useServices().series);
  const isSought = useSought(view);
  if (series.state === 'loading' || !isSought) return null;
  if (series.state === 'failed') return <ErrorNote error={series.error} />;
  if (series.value.length === 0) {
    return (
      <EmptyState
        page
        icon="history"
        title={t('history.none.title')}
        action={
          <span className="history-none">
            <a href="#/doctor">{t('history.none.doctor')}</a>
            <ImportButton named />
          </span>
        }
      >
        {t('history.none.step')}
      </EmptyState>
    );
  }
  return <HistoryBody series={series.value} shared={view} />;
}

/** Whether what the view names was looked for: series of ended runs are in no list. */
function useSought(view: string | null): boolean {
  const { series } = useServices();
  const [isSought, setSought] = useState(false);
  useEffect(() => {
    let isWanted = true;
    const ids = (view === null ? null : readShare(view, () => true)?.seriesIds) ?? remembered()?.seriesIds ?? [];
    void series.wantIds(ids).then(() => {
      if (isWanted) setSought(true);
    });
    return () => {
      isWanted = false;
    };
  }, [series, view]);
  return isSought;
}

/** Keeps the series of the runs in the view's span in the list. */
function useRunsOf(view: HistoryView | null): void {
  const { client, telemetry, runs: living, series } = useServices();
  useEffect(() => {
    if (view === null) return;
    const runs = new SpanRuns(client, living);
    const want = (): void => runs.want(view.span.get(), telemetry.nowMs ?? Date.now());
    const listening = runs.onChange(() => series.wantRuns(runs.runs.map(({ id }) => id)));
    const stop = view.span.subscribe(want);
    want();
    return () => {
      stop();
      listening.dispose();
      runs.dispose();
    };
  }, [client, living, series, telemetry, view]);
}

function HistoryBody({ series, shared }: { readonly series: readonly Series[]; readonly shared: string | null }): ReactNode {
  const { client, telemetry } = useServices();
  // A shared view says what to show; else what was looked at last is where the page opens again, as long as the window lives.
  const [start] = useState((): HistoryChoice => {
    const known = new Set(series.map(({ id }) => id));
    const share = shared === null ? null : readShare(shared, (id) => known.has(id));
    if (share) return { ...share, preset: null };
    const toMs = telemetry.nowMs ?? Date.now();
    const before = remembered();
    if (before) return { ...before, span: new ViewSteps(before).reset(toMs).span };
    return { span: { fromMs: toMs - HOUR_MS, toMs }, preset: '1h', seriesIds: initialIds(series), compare: false };
  });
  const make = useCallback(() => new HistoryView(client, start.span, start.seriesIds, start.compare), [client, start]);
  const view = useDisposable(make);
  useRunsOf(view);
  return view ? <HistoryLayout view={view} series={series} startPreset={start.preset} /> : null;
}

function HistoryLayout({
  view,
  series,
  startPreset,
}: {
  readonly view: HistoryView;
  readonly series: readonly Series[];
  readonly startPreset: string | null;
}): ReactNode {
  const tree = useValue(useServices().tree);
  const selected = useReadable(view.seriesIds);
  const { telemetry } = useServices();
  const [steps] = useState(() => new ViewSteps({ span: view.span.get(), preset: startPreset }));
  const [preset, setPreset] = useState(startPreset);
  const note = useCallback(
    (name: string | null) =>
      remember({ span: view.span.get(), preset: name, seriesIds: view.seriesIds.get(), compare: view.compare.get() }),
    [view],
  );
  const show = useCallback(
    ({ span, preset: name }: ShownSpan): void => {
      setPreset(name);
      view.span.set(span);
      note(name);
    },
    [view, note],
  );
  // What ends now goes on ending now.
  useEffect(() => {
    const following = telemetry.onFrame(() => {
      // Who is typing a span is not given another.
      if (document.activeElement?.closest('.span-fields')) return;
      const shown = steps.follow(telemetry.nowMs ?? Date.now());
      if (shown) show(shown);
    });
    return () => following.dispose();
  }, [telemetry, steps, show]);
  const select = (ids: readonly number[]): void => {
    view.seriesIds.set(ids);
    note(preset);
  };
  const compare = (on: boolean): void => {
    view.compare.set(on);
    note(preset);
  };
  return (
    <div className="history">
      <SeriesPicker series={series} places={tree?.places ?? []} selected={selected} onSelect={select} />
      <HistoryMain view={view} series={series} selected={selected} preset={preset} steps={steps} onShow={show} onCompare={compare} />
    </div>
  );
}
