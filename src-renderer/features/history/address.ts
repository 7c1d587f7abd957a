import type { Series } from '@shared/model/series';
import { idsOf, namesOf, readShare, writeShare, type ReadShare } from '../../data/history-link';
import type { HistoryView } from '../../data/history-view';
import { presetOf, presetSpan } from './ranges';
import type { ShownSpan } from './view-steps';

/** What an address says to show, as the page shows it; null = it says nothing that can be shown. */
export interface AddressedView extends ShownSpan {
  readonly seriesIds: readonly number[];
  readonly compare: boolean;
}

export function viewOf(share: ReadShare, known: readonly Series[], nowMs: number): AddressedView {
  const { window, compare } = share;
  const seriesIds = idsOf(share, known);
  if (window.mode === 'fixed') return { span: { fromMs: window.fromMs, toMs: window.toMs }, preset: null, seriesIds, compare };
  const preset = presetOf(window.spanMs);
  const span = preset === null ? { fromMs: nowMs - window.spanMs, toMs: nowMs } : presetSpan(preset, nowMs);
  return { span, preset, seriesIds, compare };
}

/** The address of what is shown: a preset, which ends now, is named by its length; a series by its device and metric. */
export function addressOf(view: HistoryView, preset: string | null, known: readonly Series[]): string {
  const { fromMs, toMs } = view.span.get();
  const spanMs = Math.round(toMs - fromMs);
  const follows = preset !== null && presetOf(spanMs) === preset;
  return writeShare({
    window: follows ? { mode: 'live', spanMs } : { mode: 'fixed', fromMs, toMs },
    series: namesOf(view.seriesIds.get(), known),
    compare: view.compare.get(),
  });
}

/** How much of an address is its span: one that differs in it is a step of its own for the browser's way back. */
export function spanPart(view: string): string {
  const window = readShare(view)?.window;
  return window === undefined ? '' : JSON.stringify(window);
}
