import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import type { Compare, ViewState } from '@shared/model/saved-view';
import type { HistoryColumns } from '@shared/model/series';
import type { RpcClient } from '@shared/rpc/client';
import type { TimeRange } from '@shared/model/time-range';
import { lowerBound, validForMsOf, type BandColumns, type Columns } from './columns';
import { HistoryLoader, type HistoryAnswer } from './history-loader';
import type { AxisSpan, PaneFrame, PaneSource } from './pane-source';
import { Store } from './store';

/** Buckets asked for across the shown span: about one a pixel. */
const POINTS = 1_200;
/** Buckets of all series together; so many lines are not looked at pixel by pixel, and each bucket keeps its minimum and maximum. */
const ALL_POINTS = 72_000;
const MIN_POINTS = 300;
/** How long the shown span stands still before it is asked for. */
const REST_MS = 120;

/** How the lines of a view are drawn, beside what they are. */
export type ViewLook = Pick<ViewState, 'thresholds' | 'smoothing' | 'log'>;
export const plainLook: ViewLook = { thresholds: {}, smoothing: 0, log: [] };

const justBefore = (_: Compare, { fromMs, toMs }: TimeRange): number => toMs - fromMs;

/** Chosen series over a chosen span; each change of either is asked of SQLite at the resolution that fits. */
export class HistoryView implements PaneSource, Disposable {
  readonly span: Store<TimeRange>;
  readonly seriesIds: Store<readonly number[]>;
  /** Which earlier time, as long as the shown span, is drawn behind it; null = none. */
  readonly compare: Store<Compare | null>;
  readonly look: Store<ViewLook>;
  readonly loader: HistoryLoader;
  private readonly before: HistoryLoader;
  private spans: readonly AxisSpan[] = [];
  private readonly stops = new DisposableStore();
  private readonly changes = new Emitter<void>('rethrow');

  /** @param earlierBy how much earlier the span lies that a span is compared with, ms: the calendar is the page's */
  constructor(
    client: RpcClient,
    span: TimeRange,
    seriesIds: readonly number[],
    compare: Compare | null = null,
    look: ViewLook = plainLook,
    private readonly earlierBy: (compare: Compare, span: TimeRange) => number = justBefore,
  ) {
    this.span = new Store(span);
    this.compare = new Store(compare);
    this.look = new Store(look);
    this.seriesIds = new Store(seriesIds);
    // What is drawn is made ready as it comes, not all of it in the frame that first draws it.
    const ready = (columns: HistoryColumns, bucketMs: number): void => void band(columns, bucketMs);
    this.loader = this.stops.add(new HistoryLoader(client, REST_MS, ready));
    this.before = this.stops.add(new HistoryLoader(client, REST_MS, ready));
    const ask = (): void => {
      this.request();
      this.changes.emit();
    };
    this.stops.defer(this.span.subscribe(ask));
    this.stops.defer(this.seriesIds.subscribe(ask));
    this.stops.defer(this.compare.subscribe(ask));
    for (const { state } of [this.loader, this.before]) this.stops.defer(state.subscribe(() => this.changes.emit()));
    this.request();
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  read(): PaneFrame {
    const { fromMs, toMs } = this.span.get();
    const answer = this.loader.state.get().answer;
    const tracks = new Map<string, Columns | BandColumns>();
    for (const id of this.seriesIds.get()) {
      const columns = answer?.columns.get(id);
      if (answer && columns) tracks.set(String(id), band(columns, answer.bucketMs));
    }
    const earlier = this.before.state.get().answer;
    const byMs = this.earlierByMs();
    const earlierBy = new Map<string, number>();
    if (earlier && byMs !== null) {
      for (const id of this.seriesIds.get()) {
        const columns = earlier.columns.get(id);
        if (!columns) continue;
        tracks.set(beforeTrack(id), shifted(band(columns, earlier.bucketMs), byMs));
        earlierBy.set(beforeTrack(id), byMs);
      }
    }
    const tolerance = Math.max(RUN_MAX_GAP_MS, answer?.bucketMs ?? 0, (toMs - fromMs) / 200);
    return { from: fromMs, to: toMs, tracks, earlierBy, spans: this.spans, isGrowing: false, tolerance, edgeTolerance: tolerance };
  }

  /** How much earlier the span lies that the shown one is compared with; null = with none. */
  earlierByMs(): number | null {
    const compare = this.compare.get();
    return compare === null ? null : Math.round(this.earlierBy(compare, this.span.get()));
  }

  /** What is marked on the axis: events and notes. */
  mark(spans: readonly AxisSpan[]): void {
    this.spans = spans;
    this.changes.emit();
  }

  dispose(): void {
    this.stops.dispose();
    this.changes.clear();
  }

  private request(): void {
    const { fromMs, toMs } = this.span.get();
    const seriesIds = this.seriesIds.get();
    const maxPoints = Math.max(MIN_POINTS, Math.min(POINTS, Math.floor(ALL_POINTS / Math.max(1, seriesIds.length))));
    const none = seriesIds.length === 0 || toMs <= fromMs;
    if (none) this.loader.clear();
    else this.loader.request({ seriesIds, fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), maxPoints });
    const byMs = this.earlierByMs();
    if (none || byMs === null || toMs - byMs < 1) this.before.clear();
    else this.before.request({ seriesIds, fromMs: Math.max(0, Math.floor(fromMs - byMs)), toMs: Math.ceil(toMs - byMs), maxPoints });
  }
}

/** The track of a series at the earlier time. */
export function beforeTrack(seriesId: number): string {
  return `${seriesId}-before`;
}

const shiftedLines = new WeakMap<BandColumns, { readonly byMs: number; readonly line: Columns }>();

/** A line as if it had happened later; the same object while a pan leaves the distance as it is. */
function shifted(columns: BandColumns, byMs: number): Columns {
  const cached = shiftedLines.get(columns);
  if (cached?.byMs === byMs) return cached.line;
  const line: Columns = {
    ...(columns.validForMs === undefined ? {} : { validForMs: columns.validForMs }),
    x: columns.x.map((at) => at + byMs),
    y: columns.y,
  };
  shiftedLines.set(columns, { byMs, line });
  return line;
}

const bands = new WeakMap<HistoryColumns, BandColumns>();

/** Made once an answer: a pan or zoom draws the same arrays again. */
function band(columns: HistoryColumns, bucketMs: number): BandColumns {
  const cached = bands.get(columns) ?? makeBand(columns, bucketMs);
  bands.set(columns, cached);
  return cached;
}

/** Buckets as a line with its band; NaN is a gap. A bucket is drawn at its middle, a raw sample where it is. */
function makeBand({ atMs, min, max, mean }: HistoryColumns, bucketMs: number): BandColumns {
  const raw = min.every((low, i) => low === max[i] || Number.isNaN(low));
  const shift = raw ? 0 : bucketMs / 2;
  return { x: shift === 0 ? atMs : atMs.map((at) => at + shift), y: mean, low: min, high: max, validForMs: validForMsOf(atMs) };
}

export interface SeriesStatistics {
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  readonly last: number | null;
}

/** Statistics over the buckets within the span; all buckets are equally long, so the mean of their means is the mean over time covered. */
export function statistics(answer: HistoryAnswer, seriesId: number, span: TimeRange): SeriesStatistics {
  const columns = answer.columns.get(seriesId);
  let [low, high, sum, count] = [Infinity, -Infinity, 0, 0];
  let last: number | null = null;
  if (columns) {
    for (let i = lowerBound(columns.atMs, span.fromMs); i < columns.atMs.length && (columns.atMs[i] ?? Infinity) <= span.toMs; i += 1) {
      const mean = columns.mean[i] ?? Number.NaN;
      if (Number.isNaN(mean)) continue;
      low = Math.min(low, columns.min[i] ?? mean);
      high = Math.max(high, columns.max[i] ?? mean);
      sum += mean;
      count += 1;
      last = mean;
    }
  }
  return count === 0 ? { min: null, mean: null, max: null, last: null } : { min: low, mean: sum / count, max: high, last };
}
