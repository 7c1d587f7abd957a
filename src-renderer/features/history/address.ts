import type { SavedView, ViewState } from '@shared/model/saved-view';
import type { Series } from '@shared/model/series';
import { wholeRange } from '@shared/model/time-range';
import { idsOf, namesOf, readShare, viewNamed, writeShare, type HistoryShare, type ReadShare } from '../../data/history-link';
import type { HistoryView, ViewLook } from '../../data/history-view';
import { FOLLOWING, isFollowing, presetOf, presetSpan } from './ranges';
import type { ShownSpan } from './view-steps';

/** What an address says to show, as the page shows it. */
export interface AddressedView extends ShownSpan, Pick<ReadShare, 'compare' | 'look' | 'name'> {
  readonly seriesIds: readonly number[];
}

export function viewOf(share: ReadShare, series: readonly Series[], nowMs: number): AddressedView {
  const { window, compare, look, name } = share;
  const rest = { seriesIds: idsOf(share, series), compare, look, name };
  if (window.mode === 'fixed') return { span: { fromMs: window.fromMs, toMs: window.toMs }, preset: null, ...rest };
  const preset = presetOf(window.spanMs);
  const span = preset === null ? { fromMs: Math.max(0, nowMs - window.spanMs), toMs: nowMs } : presetSpan(preset, nowMs);
  return { span, preset: preset ?? FOLLOWING, ...rest };
}

/** All that is shown, by the names that it has on every machine; a span that goes on ending now is named by its length. */
export function stateOf(view: HistoryView, preset: string | null, series: readonly Series[]): ViewState {
  const { fromMs, toMs } = view.span.get();
  return {
    window: isFollowing(preset) ? { mode: 'live', spanMs: Math.round(toMs - fromMs) } : { mode: 'fixed', ...wholeRange({ fromMs, toMs }) },
    series: namesOf(view.seriesIds.get(), series),
    compare: view.compare.get(),
    ...view.look.get(),
  };
}

/**
 * The address of what is shown.
 * @param usual how lines are drawn here where nothing else is said
 * @param name the saved view that it was made from
 */
export function addressOf(state: ViewState, usual: ViewLook, name: string | null): string {
  const { thresholds, smoothing, log } = state;
  const look = { thresholds, smoothing, log };
  return writeShare({ ...state, look: lookKey(look) === lookKey(usual) ? null : look, name });
}

/** A saved view as an address says it. */
export function shareOf({ name, view }: SavedView): HistoryShare {
  const { thresholds, smoothing, log } = view;
  return { ...view, look: { thresholds, smoothing, log }, name };
}

/** The address that says what to show: of one that only names a saved view, that view's. Null = there is no such view. */
export function resolved(address: string, views: readonly SavedView[]): string | null {
  const name = viewNamed(address);
  if (name === null) return address;
  const saved = views.find((view) => view.name.toLowerCase() === name.toLowerCase());
  return saved ? writeShare(shareOf(saved)) : null;
}

/** How much of an address is its span: one that differs in it is a step of its own for the browser's way back. */
export function spanPart(view: string): string {
  const window = readShare(view)?.window;
  return window === undefined ? '' : JSON.stringify(window);
}

const lookKey = ({ thresholds, smoothing, log }: ViewLook): string =>
  JSON.stringify([Object.entries(thresholds).sort(byText), smoothing, [...log].sort()]);
const byText = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether two views show the same; series that are not recorded here are in neither. */
export function sameView(a: ViewState, b: ViewState, series: readonly Series[]): boolean {
  const here = new Set(series.map(({ metric, device }) => `${metric}@${device}`));
  const key = (view: ViewState): string => {
    const series = view.series.map(({ metric, device }) => `${metric}@${device}`).filter((name) => here.has(name));
    const { window } = view;
    return JSON.stringify([
      window.mode === 'live' ? window.spanMs : [window.fromMs, window.toMs],
      series.sort(),
      view.compare,
      lookKey(view),
    ]);
  };
  return key(a) === key(b);
}
