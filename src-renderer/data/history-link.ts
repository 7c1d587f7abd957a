import type { TimeRange } from '@shared/model/time-range';
import { MAX_SERIES_PER_QUERY } from '@shared/model/series';
import { MIN_SPAN_MS } from './time-window';

/** A history view as it can be handed on: what is shown, over which span, and how. */
export interface HistoryShare {
  readonly span: TimeRange;
  readonly seriesIds: readonly number[];
  readonly compare: boolean;
}

/** from=1795450780000&to=1795454380000&series=3.17&compare=1 */
export function writeShare({ span, seriesIds, compare }: HistoryShare): string {
  return `from=${Math.floor(span.fromMs)}&to=${Math.ceil(span.toMs)}&series=${seriesIds.join('.')}${compare ? '&compare=1' : ''}`;
}

/** Reads what writeShare wrote; null when it says no span that can be shown. Series that are not known here are left out. */
export function readShare(text: string, known: (id: number) => boolean): HistoryShare | null {
  const params = new URLSearchParams(text);
  const whole = (name: string): number | null => {
    const value = params.get(name) ?? '';
    return /^\d{1,15}$/.test(value) ? Number(value) : null;
  };
  const fromMs = whole('from');
  const toMs = whole('to');
  if (fromMs === null || toMs === null || toMs - fromMs < MIN_SPAN_MS) return null;
  const ids = (params.get('series') ?? '')
    .split('.')
    .filter((id) => /^\d{1,15}$/.test(id))
    .map(Number);
  return {
    span: { fromMs, toMs },
    seriesIds: [...new Set(ids)].filter(known).slice(0, MAX_SERIES_PER_QUERY),
    compare: params.get('compare') === '1',
  };
}

/** The view in an address that someone pasted: the whole address, or only what stands behind #. Null when it is none. */
export function shareIn(address: string): string | null {
  return /#\/history\?([\w=&.]+)$/.exec(address.trim())?.[1] ?? null;
}
