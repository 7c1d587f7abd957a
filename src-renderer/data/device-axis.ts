import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import { MAX_SERIES_PER_QUERY, type HistoryColumns } from '@shared/model/series';
import type { RpcClient } from '@shared/rpc/client';
import type { TimeRange } from '@shared/model/time-range';
import { appendRange, gapOf, lowerBound, unbroken, validForMsOf, type Columns, type GrowingColumns } from './columns';
import { HistoryLoader } from './history-loader';
import { firstFailure, type Interruptible } from './interruption';
import type { LiveChoice } from './live-choice';
import type { PaneFrame, PaneSource } from './pane-source';
import { Store } from './store';
import { Telemetry } from './telemetry';
import { afterGesture, panToStart, spanOf, type AxisGesture, type TimeWindow } from './time-window';

const LIVE_DEFAULT_MS = 5 * 60_000;
const HISTORY_POINTS = 1200;

/** What one sample, or one bucket of history, says of a quantity that holds until the next. Nulls: asked and had none. */
export interface HeldSample {
  readonly atMs: number;
  /** When the next one begins, ms. */
  readonly untilMs: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** "Asked and had none" is null in an answer and NaN in a column of doubles. */
const toNull = (value: number | null | undefined): number | null =>
  value === undefined || value === null || Number.isNaN(value) ? null : value;

/** All series of one device over one time axis: live from the core's memory, older ones from the database. A track's id is its series' id. */
export class DeviceAxis implements PaneSource, Interruptible, Disposable {
  readonly window: Store<TimeWindow> = new Store<TimeWindow>({ mode: 'live', spanMs: LIVE_DEFAULT_MS });
  private live: TimeWindow = this.window.get();
  private readonly stops = new DisposableStore();
  private readonly changes = new Emitter<void>('rethrow');
  private readonly telemetry: Telemetry;
  private readonly history: HistoryLoader;
  private readonly choice = new Store<LiveChoice>(null);
  /** Why its samples, or its history, do not come. */
  readonly failure: Interruptible['failure'];
  private seriesIds: readonly number[] = [];
  private hasBegun = false;

  /** @param clockMs the core's clock as far as the page knows it, ms since the epoch */
  constructor(
    client: RpcClient,
    private readonly clockMs: () => number,
  ) {
    this.telemetry = this.stops.add(new Telemetry(client, this.choice));
    this.history = this.stops.add(new HistoryLoader(client));
    this.failure = firstFailure([this.telemetry.failure, this.history.failure]);
    this.stops.add(
      this.telemetry.onFrame(() => {
        const window = this.window.get();
        // With the first frame it shows what must be asked for: of a window that is past nothing else tells.
        const isFirst = !this.hasBegun;
        this.hasBegun = true;
        if (isFirst || window.mode === 'live' || window.toMs >= this.nowMs - 1500) this.changed();
      }),
    );
    for (const source of [this.window, this.history.state]) this.stops.defer(source.subscribe(() => this.changed()));
  }

  /** Shows these series: at most as many as one query may name. What is held of those shown before, and the window, stay. */
  show(seriesIds: readonly number[]): void {
    const ids = seriesIds.slice(0, MAX_SERIES_PER_QUERY);
    if (ids.length === this.seriesIds.length && ids.every((id, i) => id === this.seriesIds[i])) return;
    this.seriesIds = ids;
    this.choice.set(ids.length > 0 ? ids : null);
    this.changed();
  }

  get nowMs(): number {
    return Math.max(this.clockMs(), this.telemetry.nowMs ?? 0);
  }

  get span(): TimeRange {
    return spanOf(this.window.get(), this.nowMs);
  }

  apply(gesture: AxisGesture): void {
    const window = this.window.get();
    const resolved = gesture.kind === 'start' ? panToStart(window, this.telemetry.oldestMs ?? this.nowMs, this.nowMs) : gesture;
    this.window.set(afterGesture(window, resolved, this.nowMs, this.live));
  }

  /** Follows the newest `spanMs`. */
  follow(spanMs: number): void {
    this.live = { mode: 'live', spanMs };
    this.window.set(this.live);
  }

  readonly resume = (): void => {
    this.telemetry.resume();
    this.history.resume();
  };

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  /** The newest value and its time, ms; null before the first. */
  latest(seriesId: number): { readonly atMs: number; readonly value: number | null } | null {
    const buffer = this.telemetry.buffer(seriesId);
    if (!buffer || buffer.length === 0) return null;
    const value = buffer.columns().values.at(-1) ?? Number.NaN;
    return { atMs: buffer.lastAtMs, value: Number.isNaN(value) ? null : value };
  }

  read(): PaneFrame {
    const span = this.span;
    const tracks = new Map<string, Columns>();
    for (const id of this.seriesIds) tracks.set(String(id), this.columns(id, span));
    const bucketMs = this.needsHistory(span) ? (this.history.state.get().answer?.bucketMs ?? 0) : 0;
    const edgeTolerance = Math.max(RUN_MAX_GAP_MS, bucketMs);
    return {
      from: span.fromMs,
      to: span.toMs,
      tracks,
      spans: [],
      isGrowing: true,
      tolerance: Math.max(edgeTolerance, (span.toMs - span.fromMs) / 200),
      edgeTolerance,
    };
  }

  /** A quantity that goes in steps over the shown span, oldest first: each sample, or bucket of history, until the next. */
  steps(seriesId: number): HeldSample[] {
    const span = this.span;
    const result: HeldSample[] = [];
    const add = (atMs: number, longestMs: number, min: number | null, max: number | null, mean: number | null): void => {
      const before = result.at(-1);
      if (before) result[result.length - 1] = { ...before, untilMs: Math.min(before.untilMs, atMs) };
      result.push({ atMs, untilMs: Math.min(span.toMs, atMs + longestMs), min, max, mean });
    };
    const { past, bucketMs, untilMs } = this.past(seriesId, span);
    if (past) {
      const longestMs = bucketMs > 1 ? Math.max(RUN_MAX_GAP_MS, bucketMs) : gapOf(past.atMs);
      for (let i = Math.max(0, lowerBound(past.atMs, span.fromMs) - 1); i < past.atMs.length; i += 1) {
        const at = past.atMs[i] ?? 0;
        if (at > span.toMs || at >= untilMs) break;
        add(at, longestMs, toNull(past.min[i]), toNull(past.max[i]), toNull(past.mean[i]));
      }
    }
    const buffer = this.telemetry.buffer(seriesId);
    if (buffer) {
      const { at, values } = buffer.columns();
      const longestMs = gapOf(at);
      for (let i = Math.max(0, lowerBound(at, span.fromMs) - 1); i < at.length && (at[i] ?? Infinity) <= span.toMs; i += 1) {
        const value = toNull(values[i]);
        add(at[i] ?? 0, longestMs, value, value, value);
      }
    }
    return result.filter((sample) => sample.untilMs > span.fromMs);
  }

  dispose(): void {
    this.stops.dispose();
    this.changes.clear();
  }

  private changed(): void {
    this.request();
    this.changes.emit();
  }

  private request(): void {
    const span = this.span;
    if (!this.needsHistory(span)) return;
    // A margin lets the hand pan a little, and a live window move along, without a new query.
    const margin = (span.toMs - span.fromMs) / 4;
    const lastQuery = this.history.state.get().answer?.query;
    const all = lastQuery !== undefined && this.seriesIds.every((id) => lastQuery.seriesIds.includes(id));
    const fine = all && lastQuery.toMs - lastQuery.fromMs <= (span.toMs - span.fromMs) * 3;
    const until = Math.min(span.toMs, this.telemetry.oldestMs ?? this.nowMs);
    if (lastQuery && fine && lastQuery.fromMs <= span.fromMs && lastQuery.toMs >= until) return;
    const step = Math.max(1000, Math.ceil(margin / 5));
    const fromMs = Math.max(0, Math.floor((span.fromMs - margin) / step) * step);
    const toMs = Math.ceil((Math.min(span.toMs + margin, this.nowMs) + 1) / step) * step;
    if (toMs > fromMs) this.history.request({ seriesIds: this.seriesIds, fromMs, toMs, maxPoints: HISTORY_POINTS });
  }

  private needsHistory(span: TimeRange): boolean {
    const oldest = this.telemetry.oldestMs;
    return this.seriesIds.length > 0 && oldest !== null && span.fromMs < oldest - RUN_MAX_GAP_MS;
  }

  private past(
    seriesId: number,
    span: TimeRange,
  ): { readonly past: HistoryColumns | undefined; readonly bucketMs: number; readonly untilMs: number } {
    const answer = this.needsHistory(span) ? this.history.state.get().answer : null;
    return {
      past: answer?.columns.get(seriesId),
      bucketMs: answer?.bucketMs ?? 0,
      untilMs: this.telemetry.buffer(seriesId)?.firstAtMs ?? Infinity,
    };
  }

  private columns(seriesId: number, span: TimeRange): Columns {
    const { past, bucketMs, untilMs } = this.past(seriesId, span);
    const live = this.telemetry.buffer(seriesId)?.columns();
    const validForMs = Math.max(bucketMs, validForMsOf(live && live.at.length > 1 ? live.at : (past?.atMs ?? [])));
    const maxGapMs = live ? Math.max(gapOf(live.at), bucketMs * 1.6) : Infinity;
    const whole = live && !past ? unbroken(live.at, live.values, span.fromMs, span.toMs, maxGapMs) : null;
    if (whole) return { ...whole, validForMs };
    const result: GrowingColumns = { x: [], y: [], validForMs };
    if (past) {
      const end = lowerBound(past.atMs, untilMs);
      // History names its gaps.
      appendRange(result, past.atMs.subarray(0, end), past.mean, span.fromMs, span.toMs, Infinity);
    }
    if (live) appendRange(result, live.at, live.values, span.fromMs, span.toMs, maxGapMs);
    return result;
  }
}
