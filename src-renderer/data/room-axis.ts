import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { RunRow } from '@shared/model/run-list';
import { MAX_SERIES_PER_QUERY, type Series } from '@shared/model/series';
import type { RpcClient } from '@shared/rpc/client';
import type { TimeRange } from '@shared/model/time-range';
import {
  appendMeans,
  appendRange,
  combine,
  concatenate,
  gapOf,
  unbroken,
  validForMsOf,
  type Columns,
  type GrowingColumns,
} from './columns';
import { HistoryLoader, type HistoryQuery } from './history-loader';
import { firstFailure, type Interruptible } from './interruption';
import { valueOf, type Loadable } from './loadable';
import type { AxisSpan, PaneFrame, PaneSource } from './pane-source';
import { SpanRuns } from './span-runs';
import { Store, type Readable } from './store';
import type { Telemetry } from './telemetry';
import { afterGesture, panToStart, spanOf, type AxisGesture, type TimeWindow } from './time-window';

export type PaneId = 'loss' | 'accuracy' | 'throughput' | 'power' | 'temperature' | 'ratio';

export type AxisMetric = Extract<
  MetricId,
  `train.${string}` | `${'it' | 'facility' | 'cpu' | 'gpu'}.power` | `${'cpu' | 'gpu' | 'sensor'}.temperature` | 'facility.power_ratio'
>;

export interface RoomTrack {
  readonly pane: PaneId;
  readonly metric: AxisMetric;
  /** How several devices' series become one line; `runs`: one after the other. */
  readonly combine: 'sum' | 'max' | 'runs';
  /** Reported per epoch, not per second: distance between samples is no gap. */
  readonly sparse: boolean;
}

const track = (pane: PaneId, metric: AxisMetric, how: RoomTrack['combine'], sparse = false): RoomTrack => ({
  pane,
  metric,
  combine: how,
  sparse,
});

/** The one time axis, top to bottom. A track's id is its metric. */
export const roomTracks: readonly RoomTrack[] = [
  track('loss', 'train.loss', 'runs', true),
  track('loss', 'train.val_loss', 'runs', true),
  track('accuracy', 'train.accuracy', 'runs', true),
  track('accuracy', 'train.val_accuracy', 'runs', true),
  track('throughput', 'train.throughput', 'runs', true),
  track('power', 'it.power', 'sum'),
  track('power', 'facility.power', 'sum'),
  track('power', 'cpu.power', 'sum'),
  track('power', 'gpu.power', 'sum'),
  track('temperature', 'cpu.temperature', 'max'),
  track('temperature', 'gpu.temperature', 'max'),
  track('temperature', 'sensor.temperature', 'max'),
  track('ratio', 'facility.power_ratio', 'max'),
];

export const paneIds: readonly PaneId[] = ['loss', 'accuracy', 'throughput', 'power', 'temperature', 'ratio'];

/** Where the whole room's series goes by another metric than its parts'. */
const wholeRoom: Readonly<Record<string, MetricId>> = { 'cpu.power': 'it.power.cpu', 'gpu.power': 'it.power.gpu' };

const LIVE_DEFAULT_MS = 60_000;
const HISTORY_POINTS = 1500;

export interface RoomAxisParts {
  readonly client: RpcClient;
  readonly telemetry: Telemetry;
  readonly series: Readable<Loadable<readonly Series[]>> & { wantRuns(runIds: readonly string[]): void };
  /** Those under way. */
  readonly runs: Readable<Loadable<readonly RunRow[]>>;
  readonly labelRun: (run: RunRow) => string;
  /** GPUs whose power counts in no sum; default none. */
  readonly excludedDevices?: () => readonly string[];
}

/** Joins what is live in memory with what SQLite holds into the lines of the room's time axis. */
export class RoomAxis implements PaneSource, Interruptible, Disposable {
  readonly window = new Store<TimeWindow>({ mode: 'live', spanMs: LIVE_DEFAULT_MS });
  private live: TimeWindow = this.window.get();
  private readonly stops = new DisposableStore();
  private readonly changes = new Emitter<void>('rethrow');
  private readonly history: HistoryLoader;
  private readonly runs: SpanRuns;
  /** Why the samples, or the history, do not come. */
  readonly failure: Interruptible['failure'];

  constructor(private readonly parts: RoomAxisParts) {
    this.history = this.stops.add(new HistoryLoader(parts.client));
    this.failure = firstFailure([parts.telemetry.failure, this.history.failure]);
    this.runs = this.stops.add(new SpanRuns(parts.client, parts.runs));
    const changed = (): void => this.changed();
    this.stops.add(
      parts.telemetry.onFrame(() => {
        if (this.window.get().mode === 'live' || this.isFilling()) changed();
      }),
    );
    this.stops.add(this.runs.onChange(changed));
    for (const source of [parts.series, this.window, this.history.state]) this.stops.defer(source.subscribe(changed));
    this.changed();
  }

  /** The clock of the axis: the newest sample's time, or this machine's until there is one. */
  get nowMs(): number {
    return this.parts.telemetry.nowMs ?? Date.now();
  }

  /** Moves the window as the hand says; `reset` follows live again, as wide as before. */
  apply(gesture: AxisGesture): void {
    const window = this.window.get();
    const resolved = gesture.kind === 'start' ? panToStart(window, this.parts.telemetry.oldestMs ?? this.nowMs, this.nowMs) : gesture;
    this.window.set(afterGesture(window, resolved, this.nowMs, this.live));
  }

  /** Follows the newest `spanMs`. */
  follow(spanMs: number): void {
    this.live = { mode: 'live', spanMs };
    this.window.set(this.live);
  }

  readonly resume = (): void => {
    this.parts.telemetry.resume();
    this.history.resume();
  };

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  read(): PaneFrame {
    const span = spanOf(this.window.get(), this.nowMs);
    const runs = this.runsWithin(span);
    const byMetric = this.seriesByMetric(runs);
    const tracks = new Map<string, Columns>();
    for (const def of roomTracks) {
      const devices = new Map<string, Columns[]>();
      for (const series of byMetric.get(def.metric) ?? []) {
        const columns = this.columnsOf(series.id, span, def.sparse);
        if (columns.x.length > 0) devices.set(series.device, [...(devices.get(series.device) ?? []), columns]);
      }
      const perDevice = [...devices.values()].map(concatenate);
      tracks.set(def.metric, def.combine === 'runs' ? concatenate(perDevice) : combine(perDevice, def.combine));
    }
    return {
      from: span.fromMs,
      to: span.toMs,
      tracks,
      spans: runs.map((run) => this.spanOfRun(run)),
      isGrowing: true,
      ...this.tolerances(span),
    };
  }

  /** What a line of the shown span is made of. */
  seriesOf(metric: string): readonly Series[] {
    return this.seriesByMetric(this.runsWithin(spanOf(this.window.get(), this.nowMs))).get(metric) ?? [];
  }

  dispose(): void {
    this.stops.dispose();
    this.changes.clear();
  }

  private changed(): void {
    const span = spanOf(this.window.get(), this.nowMs);
    this.runs.want(span, this.nowMs);
    this.parts.series.wantRuns(this.runsWithin(span).map(({ id }) => id));
    const query = this.historyNeeded();
    if (query) this.history.request(query);
    this.changes.emit();
  }

  /** A fixed window whose right edge lies at or beyond the newest sample still fills. */
  private isFilling(): boolean {
    const window = this.window.get();
    return window.mode === 'fixed' && window.toMs >= this.nowMs - 1500;
  }

  /** A query to SQLite, when the window begins before memory does and the answer in hand does not cover it finely enough. */
  private historyNeeded(): HistoryQuery | null {
    const { fromMs, toMs } = spanOf(this.window.get(), this.nowMs);
    const oldest = this.parts.telemetry.oldestMs;
    if (oldest === null || !this.needsHistory({ fromMs, toMs })) return null;
    const endMs = Math.min(toMs, this.nowMs);
    if (endMs <= fromMs) return null;
    const seriesIds = [...this.seriesByMetric(this.runsWithin({ fromMs, toMs })).values()]
      .flat()
      .map((series) => series.id)
      .sort((a, b) => a - b)
      .slice(0, MAX_SERIES_PER_QUERY);
    if (seriesIds.length === 0) return null;
    const lastAnswer = this.history.state.get().answer;
    const neededTo = Math.min(endMs, oldest);
    const fineEnough = lastAnswer !== null && lastAnswer.query.toMs - lastAnswer.query.fromMs <= (toMs - fromMs) * 3;
    if (lastAnswer && fineEnough && this.answers(lastAnswer.query, seriesIds, fromMs, neededTo)) return null;
    // A margin on both sides lets the hand pan a little without a new query, and a live window move along.
    const margin = (toMs - fromMs) / 4;
    const step = Math.max(1000, Math.ceil(margin / 5));
    return {
      seriesIds,
      fromMs: Math.max(0, Math.floor((fromMs - margin) / step) * step),
      toMs: Math.ceil((Math.min(toMs + margin, this.nowMs) + 1) / step) * step,
      maxPoints: HISTORY_POINTS,
    };
  }

  private answers(query: HistoryQuery, seriesIds: readonly number[], fromMs: number, toMs: number): boolean {
    const have = new Set(query.seriesIds);
    return (
      query.fromMs <= fromMs && query.toMs >= toMs && seriesIds.every((id) => have.has(id) || this.parts.telemetry.buffer(id) !== null)
    );
  }

  private needsHistory(span: TimeRange): boolean {
    const oldest = this.parts.telemetry.oldestMs;
    return oldest !== null && span.fromMs < oldest - RUN_MAX_GAP_MS;
  }

  private runsWithin(span: TimeRange): RunRow[] {
    return this.runs.runs.filter(
      (run) => run.startedAtMs !== null && run.startedAtMs <= span.toMs && (run.endedAtMs ?? this.nowMs) >= span.fromMs,
    );
  }

  private spanOfRun(run: RunRow): AxisSpan {
    return { id: run.id, from: run.startedAtMs ?? this.nowMs, to: run.endedAtMs ?? this.nowMs, label: this.parts.labelRun(run) };
  }

  private seriesByMetric(runs: readonly RunRow[]): Map<string, Series[]> {
    const wanted = new Set<string>(roomTracks.map((def) => def.metric));
    const runDevices = new Set(runs.map((run) => `run/${run.id}`));
    const result = new Map<string, Series[]>();
    const excluded = this.parts.excludedDevices?.() ?? [];
    const all = valueOf(this.parts.series.get()) ?? [];
    for (const series of all) {
      if (series.metric === 'gpu.power' && excluded.includes(series.device)) continue;
      if (!wanted.has(series.metric) || (series.device.startsWith('run/') && !runDevices.has(series.device))) continue;
      result.set(series.metric, [...(result.get(series.metric) ?? []), series]);
    }
    // A room of several nodes has a series of its own for the whole: the line is that one, not the sum of it and its parts.
    for (const metric of wanted) {
      const whole = all.filter((series) => series.device === ROOM_DEVICE && series.metric === (wholeRoom[metric] ?? metric));
      if (whole.length > 0) result.set(metric, whole);
    }
    return result;
  }

  private columnsOf(seriesId: number, span: TimeRange, sparse: boolean): Columns {
    const buffer = this.parts.telemetry.buffer(seriesId);
    const validFor = buffer && !sparse ? { validForMs: validForMsOf(buffer.columns().at) } : {};
    const answer = this.history.state.get().answer;
    const past = this.needsHistory(span) ? answer?.columns.get(seriesId) : undefined;
    if (buffer && !past) {
      const { at, values } = buffer.columns();
      const whole = unbroken(at, values, span.fromMs, span.toMs, sparse ? Infinity : gapOf(at));
      if (whole) return { ...whole, ...validFor };
    }
    const result: GrowingColumns = { x: [], y: [], ...validFor };
    if (answer && past) {
      const until = buffer && buffer.length > 0 ? buffer.firstAtMs : Infinity;
      const end = past.atMs.findIndex((at) => at >= until);
      const at = end === -1 ? past.atMs : past.atMs.subarray(0, end);
      // History names its gaps.
      appendRange(result, at, past.mean, span.fromMs, span.toMs, Infinity);
    }
    if (buffer) {
      const { at, values } = buffer.columns();
      const gapMs = Math.max(gapOf(at), past && answer ? answer.bucketMs * 1.6 : 0);
      // Beside coarse history, live samples are drawn as coarse: a line must not change its nature where memory begins.
      if (answer && past && !sparse && answer.bucketMs > 1500)
        appendMeans(result, at, values, span.fromMs, span.toMs, answer.bucketMs, gapMs);
      else appendRange(result, at, values, span.fromMs, span.toMs, sparse ? Infinity : gapMs);
    }
    return result;
  }

  private tolerances(span: TimeRange): Pick<PaneFrame, 'tolerance' | 'edgeTolerance'> {
    const bucketMs = this.needsHistory(span) ? (this.history.state.get().answer?.bucketMs ?? 0) : 0;
    const edgeTolerance = Math.max(RUN_MAX_GAP_MS, bucketMs);
    return { tolerance: Math.max(edgeTolerance, (span.toMs - span.fromMs) / 200), edgeTolerance };
  }
}
