import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { TelemetryFrame } from '@shared/contract/streams';
import type { RpcClient } from '@shared/rpc/client';
import { SeriesBuffer } from './series-buffer';

/** What the page keeps: the longest live window and a little more. */
const RETENTION_MS = 65 * 60_000;
/** Asked for again after a lost connection, since series do not all report at the same moment. */
const OVERLAP_MS = 5_000;

/** All live samples of the page, one buffer a series. Tells once a frame, after the whole frame is in. */
export class Telemetry implements Disposable {
  private readonly subscription: Disposable;
  private readonly buffers = new Map<number, SeriesBuffer>();
  private readonly frames = new Emitter<void>();
  private newestAtMs: number | null = null;

  constructor(client: RpcClient) {
    this.subscription = client.subscribe(
      'telemetry.live',
      // At first all that the core still holds in memory, whatever this machine's clock says; later only what was missed.
      () => ({ sinceMs: this.newestAtMs === null ? 0 : Math.max(0, this.newestAtMs - OVERLAP_MS), seriesIds: null }),
      { onFrame: (frame) => this.take(frame) },
    );
  }

  /** Time of the newest sample of any series, ms since the epoch; null before the first. It is the clock of the live axis. */
  get nowMs(): number | null {
    return this.newestAtMs;
  }

  /** Time of the oldest sample held of any series; null before the first. */
  get oldestMs(): number | null {
    let oldest = Infinity;
    for (const buffer of this.buffers.values()) oldest = Math.min(oldest, buffer.firstAtMs);
    return Number.isFinite(oldest) ? oldest : null;
  }

  buffer(seriesId: number): SeriesBuffer | null {
    return this.buffers.get(seriesId) ?? null;
  }

  onFrame(listener: () => void): Disposable {
    return this.frames.on(listener);
  }

  dispose(): void {
    this.subscription.dispose();
    this.frames.clear();
  }

  /** Takes one columnar frame in: `values[i][j]` belongs to `seriesIds[i]` at `atMs[j]`, null = asked and had none. */
  private take(frame: TelemetryFrame): void {
    frame.seriesIds.forEach((id, row) => {
      const values = frame.values[row] ?? [];
      const buffer = this.buffers.get(id) ?? new SeriesBuffer();
      this.buffers.set(id, buffer);
      frame.atMs.forEach((at, i) => buffer.append(at, values[i] ?? null));
    });
    const last = frame.atMs.at(-1);
    if (last === undefined) return;
    const setBack = this.newestAtMs !== null && last < this.newestAtMs - OVERLAP_MS - 60_000;
    this.newestAtMs = setBack ? last : Math.max(this.newestAtMs ?? last, last);
    for (const buffer of this.buffers.values()) buffer.dropBefore(this.newestAtMs - RETENTION_MS);
    this.frames.emit();
  }
}
