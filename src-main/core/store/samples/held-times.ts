import { heldTime, type HeldTime, type TimeSpan } from '@shared/energy/held-time';
import { gapThreshold, typicalInterval } from './buckets';
import type { HistoryQueries } from './history';

/** So much of a series is held at a time, ms: a day of samples a second is little over a megabyte. */
const PART_MS = 86_400_000;

export interface HeldTimesQuery {
  readonly seriesIds: readonly number[];
  readonly spans: readonly TimeSpan[];
  /** It holds while the value is below this; null = the value is the share of its time for which it does. */
  readonly below: number | null;
}

export interface SeriesHeldTime extends HeldTime {
  readonly seriesId: number;
}

export function heldTimesOf(
  queries: Pick<HistoryQueries, 'samples'>,
  { seriesIds, spans, below }: HeldTimesQuery,
  check: () => void,
): SeriesHeldTime[] {
  const shareOf = (value: number): number => (below === null ? Math.min(1, Math.max(0, value)) : value < below ? 1 : 0);
  return seriesIds.map((seriesId) => {
    let [knownMs, heldMs] = [0, 0];
    for (const span of spans) {
      for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += PART_MS) {
        const part = { fromMs, toMs: Math.min(span.toMs, fromMs + PART_MS) };
        const around = { fromMs: Math.floor(part.fromMs - AROUND_MS), toMs: Math.ceil(part.toMs + AROUND_MS) };
        const [column] = queries.samples({ seriesIds: [seriesId], ...around }, check);
        if (column === undefined) continue;
        const maxGapMs = Math.min(AROUND_MS, gapThreshold(1, typicalInterval(column.atMs)));
        const held = heldTime(column.atMs, column.value, part, maxGapMs, shareOf);
        knownMs += held.knownMs;
        heldMs += held.heldMs;
      }
    }
    return { seriesId, knownMs, heldMs };
  });
}

/** A sample so far beyond a part may tell of it; a silence that is longer is a gap, however seldom the series reports. */
const AROUND_MS = 120_000;
