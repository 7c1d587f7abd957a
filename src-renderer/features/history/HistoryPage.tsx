import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import type { SavedView } from '@shared/model/saved-view';
import type { Series } from '@shared/model/series';
import { toHistory, toPage } from '../../app/paths';
import { writeAddress } from '../../app/router';
import { readShare, writeShare } from '../../data/history-link';
import { valueOf } from '../../data/loadable';
import type { SeriesList } from '../../data/series-list';
import { SpanRuns } from '../../data/span-runs';
import { HistoryView } from '../../data/history-view';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useStream, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { useToast } from '../../ui/Toasts';
import { addressOf, resolved, shareOf, spanPart, stateOf, viewOf, type AddressedView } from './address';
import { earlierByMs } from './earlier';
import { ImportButton } from './ImportButton';
import { HistoryMain } from './HistoryMain';
import { presetSpan } from './ranges';
import { initialIds, remember, remembered } from './remembered';
import { SeriesPicker } from './SeriesPicker';
import { Thresholds } from './thresholds';
import { ViewsBar } from './ViewsBar';
import { ViewSteps, type ShownSpan } from './view-steps';
import './history.css';

const noParams = {};
const listOf = (_: readonly SavedView[] | null, { views }: StreamFrame<'views.live'>): readonly SavedView[] => views;

/** Any recorded series over any span. */
export function HistoryPage({ view }: { readonly view: string | null }): ReactNode {
  const { t } = useTexts();
  const series = useReadable(useServices().series);
  const saved = useStream('views.live', noParams, listOf);
  const views = saved.state === 'ready' ? saved.value : null;
  const isSought = useSought(view, views);
  if (series.state === 'loading' || !isSought) return <Skeleton lines={12} />;
  if (series.state === 'failed') return <ErrorNote error={series.error} onRetry={series.resume} />;
  if (series.value.length === 0) {
    return (
      <EmptyState
        page
        icon="history"
        title={t('history.none.title')}
        action={
          <span className="history-none">
            <a href={toPage('doctor')}>{t('history.none.doctor')}</a>
            <ImportButton named />
          </span>
        }
      >
        {t('history.none.step')}
      </EmptyState>
    );
  }
  return <HistoryBody series={series.value} views={views ?? []} shared={view} />;
}

/** Sees to it that what an address names is in the list. */
async function wantSeriesOf(series: SeriesList, view: string | null): Promise<void> {
  const share = view === null ? null : readShare(view);
  if (share === null) return;
  await Promise.all([series.wantIds(share.seriesIds), series.wantNames(share.series)]);
}

/** Whether what the view names was looked for: series of ended runs are in no list. */
function useSought(view: string | null, views: readonly SavedView[] | null): boolean {
  const { series } = useServices();
  const [isSought, setSought] = useState(false);
  useEffect(() => {
    if (views === null) return;
    let isWanted = true;
    const address = view ?? remembered(window.localStorage);
    void wantSeriesOf(series, address === null ? null : resolved(address, views)).then(() => {
      if (isWanted) setSought(true);
    });
    return () => {
      isWanted = false;
    };
  }, [series, view, views]);
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

interface HistoryBodyProps {
  readonly series: readonly Series[];
  readonly views: readonly SavedView[];
  readonly shared: string | null;
}

function HistoryBody({ series, views, shared }: HistoryBodyProps): ReactNode {
  const { client, telemetry } = useServices();
  const { t, format } = useTexts();
  const toast = useToast();
  const zone = useRef(format.zone);
  const [thresholds] = useState(() => new Thresholds(window.localStorage));
  // An address says what to show; else what was looked at last is where the page opens again.
  const [start] = useState((): AddressedView => {
    const nowMs = telemetry.nowMs ?? Date.now();
    const address = shared === null ? null : resolved(shared, views);
    const share = readShare(address ?? remembered(window.localStorage) ?? '');
    if (share) return viewOf(share, series, nowMs);
    const span = presetSpan('1h', nowMs);
    return { span, preset: '1h', seriesIds: initialIds(series), compare: null, look: null, name: null };
  });
  const isMissing = shared !== null && resolved(shared, views) === null;
  useEffect(() => {
    if (isMissing) toast(({ t }) => t('history.views.gone'), 'bad');
  }, [isMissing, toast, t]);
  useEffect(() => {
    zone.current = format.zone;
  }, [format]);
  const make = useCallback(
    () =>
      new HistoryView(client, start.span, start.seriesIds, start.compare, start.look ?? thresholds.usual, (compare, span) =>
        earlierByMs(compare, span, zone.current),
      ),
    [client, start, thresholds],
  );
  const view = useDisposable(make);
  useRunsOf(view);
  return view ? <HistoryLayout view={view} series={series} views={views} start={start} shared={shared} thresholds={thresholds} /> : null;
}

interface HistoryLayoutProps {
  readonly view: HistoryView;
  readonly series: readonly Series[];
  readonly views: readonly SavedView[];
  readonly start: AddressedView;
  readonly shared: string | null;
  readonly thresholds: Thresholds;
}

/** A gesture is many moves; the address follows once they rest. */
const ADDRESS_REST_MS = 400;

/** The saved view of this name; null = none. */
const idNamed = (views: readonly SavedView[], name: string | null): number | null =>
  views.find((view) => view.name.toLowerCase() === name?.toLowerCase())?.id ?? null;

function HistoryLayout({ view, series, views, start, shared, thresholds }: HistoryLayoutProps): ReactNode {
  const { telemetry, tree: treeStore, series: list } = useServices();
  const tree = useValue(treeStore);
  const selected = useReadable(view.seriesIds);
  const [steps] = useState(() => new ViewSteps({ span: view.span.get(), preset: start.preset }));
  const [preset, setPreset] = useState(start.preset);
  const [baseId, setBaseId] = useState(() => idNamed(views, start.name));
  const base = views.find(({ id }) => id === baseId) ?? null;
  const lastSeries = useRef(series);
  const saved = useRef(views);
  useEffect(() => {
    lastSeries.current = series;
    saved.current = views;
  }, [series, views]);
  /** What stands in the address by this page's own doing, or was taken from it. */
  const address = useRef(shared);
  /** An address is being taken over: what was shown until now is not written over it. */
  const taking = useRef(false);
  const wanted = useRef<string | null>(null);
  const show = useCallback(
    ({ span, preset: name }: ShownSpan): void => {
      setPreset(name);
      view.span.set(span);
    },
    [view],
  );

  const baseName = base?.name ?? null;
  // The address says what is shown, so that a reload, a bookmark and the browser's way back find it again.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = (): void => {
      timer = null;
      if (taking.current) return;
      const next = addressOf(stateOf(view, steps.current.preset, lastSeries.current), thresholds.usual, baseName);
      remember(window.localStorage, next);
      const before = address.current;
      if (next === before || !window.location.hash.startsWith('#/history')) return;
      address.current = next;
      writeAddress(toHistory(next), before !== null && !['', spanPart(next)].includes(spanPart(before)));
    };
    const later = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(write, ADDRESS_REST_MS);
    };
    const stops = [view.span, view.seriesIds, view.compare, view.look].map((part) => part.subscribe(later));
    later();
    return () => {
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [view, steps, thresholds, baseName]);

  /** Shows what an address asks for, once its series are known; the newest one asked for counts. */
  const take = useCallback(
    (text: string): void => {
      const share = readShare(text);
      if (share === null) return;
      taking.current = true;
      wanted.current = text;
      void wantSeriesOf(list, text).then(() => {
        if (wanted.current !== text) return;
        taking.current = false;
        const next = viewOf(share, valueOf(list.get()) ?? lastSeries.current, telemetry.nowMs ?? Date.now());
        view.seriesIds.set(next.seriesIds);
        view.compare.set(next.compare);
        view.look.set(next.look ?? thresholds.usual);
        setBaseId(idNamed(saved.current, next.name));
        show(steps.choose({ span: next.span, preset: next.preset }));
      });
    },
    [list, show, steps, telemetry, thresholds, view],
  );

  // Another address, by the way back or a link, is taken over where the page stands.
  useEffect(() => {
    if (shared === null || shared === address.current) return;
    address.current = shared;
    const resolvedShare = resolved(shared, saved.current);
    if (resolvedShare !== null) take(resolvedShare);
  }, [shared, take]);

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
  return (
    <div className="history">
      <SeriesPicker series={series} places={tree?.places ?? []} selected={selected} onSelect={(ids) => view.seriesIds.set(ids)} />
      <HistoryMain
        view={view}
        series={series}
        selected={selected}
        preset={preset}
        steps={steps}
        onShow={show}
        thresholds={thresholds}
        views={
          <ViewsBar
            view={view}
            preset={preset}
            series={series}
            views={views}
            base={base}
            onBase={setBaseId}
            onOpen={(chosen) => take(writeShare(shareOf(chosen)))}
          />
        }
      />
    </div>
  );
}
