import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { RpcClient } from '@shared/rpc/client';
import { firstFailure, type Interruptible } from './interruption';
import { MAX_LIVE_SERIES } from './live-choice';
import { LiveStream } from './live-stream';

/** How far back the first frame reaches: far enough for a source that is asked every few seconds. */
const VALID_FOR_MS = 10_000;

/** A sample this much older than the one before was taken by a clock that was set back since. */
const CLOCK_SET_BACK_MS = 10_000;

export interface LiveValue {
  /** Wall clock, ms. */
  readonly atMs: number;
  /** Null = the source was asked then and had none. */
  readonly value: number | null;
}

/** The newest value of each of many series and nothing older: what a map of a room needs, at 16 bytes a series. */
export class LiveValues implements Interruptible, Disposable {
  private readonly stops = new DisposableStore();
  private readonly changes = new Emitter<void>('rethrow');
  private readonly streams: readonly LiveStream<'telemetry.live'>[];
  /** Why no values come. */
  readonly failure: Interruptible['failure'];
  private readonly index = new Map<number, number>();
  private readonly at: Float64Array;
  private readonly values: Float64Array;
  private newestAtMs: number | null = null;

  /** @param nowMs the core's clock as far as the page knows it, ms since the epoch */
  constructor(client: RpcClient, seriesIds: readonly number[], nowMs: () => number) {
    const ids = [...new Set(seriesIds)];
    ids.forEach((id, i) => this.index.set(id, i));
    this.at = new Float64Array(ids.length).fill(-Infinity);
    this.values = new Float64Array(ids.length).fill(Number.NaN);
    const parts = Array.from({ length: Math.ceil(ids.length / MAX_LIVE_SERIES) }, (_, i) =>
      ids.slice(i * MAX_LIVE_SERIES, (i + 1) * MAX_LIVE_SERIES),
    );
    this.streams = parts.map((part) =>
      this.stops.add(
        new LiveStream(
          client,
          'telemetry.live',
          () => ({ sinceMs: Math.max(0, Math.floor(nowMs()) - VALID_FOR_MS), seriesIds: part }),
          (frame) => this.take(frame),
        ),
      ),
    );
    this.failure = firstFailure(this.streams.map(({ failure }) => failure));
  }

  /** Time of the newest value of any of the series, ms; null before the first. */
  get nowMs(): number | null {
    return this.newestAtMs;
  }

  /** The newest value; null where none has come. */
  get(seriesId: number): LiveValue | null {
    const i = this.index.get(seriesId);
    const atMs = i === undefined ? -Infinity : (this.at[i] ?? -Infinity);
    if (i === undefined || atMs === -Infinity) return null;
    const value = this.values[i] ?? Number.NaN;
    return { atMs, value: Number.isNaN(value) ? null : value };
  }

  readonly resume = (): void => this.streams.forEach((stream) => stream.resume());

  /** Once a frame, after the whole frame is in. */
  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  dispose(): void {
    this.stops.dispose();
    this.changes.clear();
  }

  private take({ atMs, seriesIds, values }: TelemetryFrame): void {
    const last = atMs.length - 1;
    const lastAtMs = atMs[last];
    if (lastAtMs === undefined) return;
    const rows = Array.from(seriesIds, (id) => this.index.get(id));
    // A value that its meter dates back is no clock that was set: that one goes back for what was newer before.
    const isSetBack = rows.some((i) => i !== undefined && (this.at[i] ?? -Infinity) > lastAtMs + CLOCK_SET_BACK_MS);
    rows.forEach((i, row) => {
      if (i === undefined || (!isSetBack && (this.at[i] ?? -Infinity) > lastAtMs)) return;
      this.at[i] = lastAtMs;
      this.values[i] = values[row * atMs.length + last] ?? Number.NaN;
    });
    this.newestAtMs = isSetBack ? lastAtMs : Math.max(this.newestAtMs ?? lastAtMs, lastAtMs);
    this.changes.emit();
  }
}
