import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { AppError } from '@shared/contract/errors';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { RpcClient } from '@shared/rpc/client';
import type { LiveChoice } from './live-choice';
import { LiveStream } from './live-stream';
import { SeriesBuffer } from './series-buffer';
import { Store, type Readable } from './store';

/** What the page keeps: the longest live window and a little more. */
const RETENTION_MS = 65 * 60_000;
/** Asked for again after a lost connection, since series do not all report at the same moment. */
const OVERLAP_MS = 5_000;

/** The live samples of the chosen series, one buffer each. Tells once a frame, after the whole frame is in. */
export class Telemetry implements Disposable {
  private readonly stopChoosing: () => void;
  private stream: LiveStream<'telemetry.live'> | null = null;
  private stopFailing: (() => void) | null = null;
  /** Why no samples come; null while they do. */
  readonly failure = new Store<AppError | null>(null);
  private readonly buffers = new Map<number, SeriesBuffer>();
  private readonly frames = new Emitter<void>('rethrow');
  private newestAtMs: number | null = null;

  /** @param choice followed as it changes; nothing is asked for while it is null */
  constructor(
    private readonly client: RpcClient,
    choice: Readable<LiveChoice> = new Store<LiveChoice>('all'),
  ) {
    this.stopChoosing = choice.subscribe(() => this.listen(choice.get()));
    this.listen(choice.get());
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

  /** Drops what is held of all other series: they were deleted. */
  keep(seriesIds: ReadonlySet<number>): void {
    for (const id of this.buffers.keys()) if (!seriesIds.has(id)) this.buffers.delete(id);
  }

  readonly resume = (): void => this.stream?.resume();

  dispose(): void {
    this.stopChoosing();
    this.stop();
    this.frames.clear();
  }

  private listen(choice: LiveChoice): void {
    this.stop();
    if (choice === null) return;
    const ids = choice === 'all' ? null : new Set(choice);
    if (ids) for (const id of this.buffers.keys()) if (!ids.has(id)) this.buffers.delete(id);
    const stream = new LiveStream(
      this.client,
      'telemetry.live',
      // At first all that the core still holds in memory, whatever this machine's clock says; later only what was missed.
      () => ({ sinceMs: this.newestAtMs === null ? 0 : Math.max(0, this.newestAtMs - OVERLAP_MS), seriesIds: ids && [...ids] }),
      (frame) => this.take(frame),
    );
    this.stream = stream;
    this.stopFailing = stream.failure.subscribe(() => this.failure.set(stream.failure.get()));
  }

  private stop(): void {
    this.stopFailing?.();
    this.stopFailing = null;
    this.stream?.dispose();
    this.stream = null;
    this.failure.set(null);
  }

  private take({ atMs, seriesIds, values }: TelemetryFrame): void {
    let setBack = false;
    seriesIds.forEach((id, row) => {
      const buffer = this.buffers.get(id) ?? new SeriesBuffer();
      this.buffers.set(id, buffer);
      atMs.forEach((at, i) => {
        const value = values[row * atMs.length + i] ?? Number.NaN;
        setBack = buffer.append(at, Number.isNaN(value) ? null : value) || setBack;
      });
    });
    const last = atMs.at(-1);
    if (last === undefined) return;
    this.newestAtMs = setBack ? last : Math.max(this.newestAtMs ?? last, last);
    // The newest of an hourly meter is older and holds still: what holds no more is ended by the core, with a gap.
    const oldestMs = this.newestAtMs - RETENTION_MS;
    for (const buffer of this.buffers.values()) buffer.dropBefore(Math.min(oldestMs, buffer.lastAtMs));
    this.frames.emit();
  }
}
