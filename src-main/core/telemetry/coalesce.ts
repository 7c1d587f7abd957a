import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { FrameSink } from '@shared/rpc/api';
import { systemClock, type Clock } from './clock';
import { toFrames, type SeriesColumn } from './frames';
import type { Telemetry, TelemetryBatch } from './telemetry';

/** At most four sends a second to one subscriber: more than the eye reads, few enough for a page and a port. */
export const COALESCE_MS = 250;
/** Samples of one series held between two sends; older ones give way (a training that reports every batch). */
const HELD_PER_SERIES = 512;

export interface Coalescer extends Disposable {
  push(batch: TelemetryBatch): void;
}

/**
 * Turns batches into frames: the first batch after a quiet time goes out at once, those within the next
 * {@link COALESCE_MS} together at its end. Disposing drops what is held and stops the timer.
 * @param seriesIds the series wanted; null = all.
 */
export function coalesce(
  send: (frame: TelemetryFrame) => void,
  seriesIds: readonly number[] | null,
  clock: Clock = systemClock,
): Coalescer {
  const wanted = seriesIds === null ? null : new Set(seriesIds);
  let held = new Map<number, Map<number, number | null>>();
  let timer: Disposable | null = null;
  let disposed = false;

  const flush = (): void => {
    timer = null;
    if (disposed || held.size === 0) return;
    const columns = [...held].map(([seriesId, byTime]) => toColumn(seriesId, byTime));
    held = new Map();
    timer = clock.setTimer(flush, COALESCE_MS);
    for (const frame of toFrames(columns)) send(frame);
  };

  return {
    push(batch) {
      if (disposed) return;
      for (const sample of batch.samples) {
        if (wanted !== null && !wanted.has(sample.seriesId)) continue;
        const byTime = held.get(sample.seriesId) ?? new Map<number, number | null>();
        held.set(sample.seriesId, byTime);
        byTime.set(sample.atMs, sample.value);
        if (byTime.size > HELD_PER_SERIES) byTime.delete(byTime.keys().next().value ?? sample.atMs);
      }
      if (timer === null) flush();
    },
    dispose() {
      disposed = true;
      timer?.dispose();
      held.clear();
    },
  };
}

function toColumn(seriesId: number, byTime: ReadonlyMap<number, number | null>): SeriesColumn {
  const entries = [...byTime].sort(([a], [b]) => a - b);
  return { seriesId, atMs: entries.map(([atMs]) => atMs), values: entries.map(([, value]) => value) };
}

/** Batches that wait for the backlog to be read: half a minute at 4 Hz. */
const MAX_WAITING = 120;

/**
 * A whole `telemetry.live` subscription: the backlog since `sinceMs` first, as fast as the page reads it, then live frames, no
 * sample twice or lost between. Dispose to end it.
 */
export function liveFrames(
  telemetry: Pick<Telemetry, 'backlog' | 'onBatch'>,
  params: { readonly sinceMs: number; readonly seriesIds: readonly number[] | null },
  sink: Pick<FrameSink<TelemetryFrame>, 'push' | 'ready'>,
  clock: Clock = systemClock,
): Disposable {
  const started = new DisposableStore();
  const coalescer = started.add(coalesce((frame) => sink.push(frame), params.seriesIds, clock));
  let waiting: TelemetryBatch[] | null = [];
  const goLive = (): void => {
    const batches = waiting ?? [];
    waiting = null;
    for (const batch of batches) coalescer.push(batch);
  };
  const backlog = telemetry.backlog(params.sinceMs, params.seriesIds);
  started.add(
    telemetry.onBatch((batch) => {
      waiting?.push(batch);
      if (waiting === null) coalescer.push(batch);
      // Pushed to a page that does not read, they are left out, and it asks anew for what it has not.
      else if (waiting.length > MAX_WAITING) goLive();
    }),
  );
  const send = async (): Promise<void> => {
    for (const frame of backlog) {
      await sink.ready();
      if (started.isDisposed) return;
      sink.push(frame);
    }
    goLive();
  };
  void send();
  return started;
}
