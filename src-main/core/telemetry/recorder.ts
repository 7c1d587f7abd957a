import type { Log } from '@shared/base/log';
import type { Sample } from '@shared/model/series';
import { english, messageOf, type Message } from '@shared/text/message';

export interface RecordingState {
  readonly works: boolean;
  /** Why nothing is recorded now; null when it works. */
  readonly error: Message | null;
  /** Samples waiting in memory to be recorded, and samples that had to be given up since the start. */
  readonly waiting: number;
  readonly lost: number;
}

/** While the disk refuses: at most this many samples wait (five minutes of eight GPUs at 10 Hz, about 10 MiB), and a new attempt is made this often. */
const MAX_WAITING = 200_000;
const RETRY_MS = 5_000;

export interface RecorderOptions {
  /** Stores all of them, or throws. */
  readonly commit: (samples: readonly Sample[]) => void;
  readonly monoMs: () => number;
  readonly log: Log;
  /** The recording stopped, or works again; `lost` are the samples that were given up meanwhile. */
  readonly onChange: (state: { readonly error: Message | null; readonly lost: number }) => void;
}

/** Hands samples to the store. While that refuses, they wait in memory, and it is asked again every few seconds. */
export class Recorder {
  private waiting: Sample[] = [];
  private lost = 0;
  /** What had been lost when the recording stopped. */
  private lostBefore = 0;
  private failure: Message | null = null;
  private retryAtMono = -Infinity;

  constructor(private readonly options: RecorderOptions) {}

  get state(): RecordingState {
    return { works: this.failure === null, error: this.failure, waiting: this.waiting.length, lost: this.lost };
  }

  /** The store refused lately and is not asked now. */
  get isResting(): boolean {
    return this.options.monoMs() < this.retryAtMono;
  }

  /** Samples of these series wait no more: they were deleted from the store. */
  forget(seriesIds: ReadonlySet<number>): void {
    this.waiting = this.waiting.filter(({ seriesId }) => !seriesIds.has(seriesId));
  }

  /** Makes one last attempt to record what waits. */
  close(): void {
    this.retryAtMono = -Infinity;
    if (this.waiting.length > 0) this.record([]);
  }

  record(samples: readonly Sample[]): void {
    const due = [...this.waiting, ...samples];
    if (!this.isResting) {
      try {
        this.options.commit(due);
        this.waiting = [];
        this.accepted();
        return;
      } catch (error) {
        this.refused(error);
      }
    }
    this.lost += Math.max(0, due.length - MAX_WAITING);
    this.waiting = due.slice(-MAX_WAITING);
  }

  private accepted(): void {
    this.retryAtMono = -Infinity;
    if (this.failure === null) return;
    this.options.log('info', 'recording works again');
    this.failure = null;
    this.options.onChange({ error: null, lost: this.lost - this.lostBefore });
  }

  /** The store refused something else than samples: they rest with it. */
  refused(error: unknown): void {
    const why = messageOf(error);
    this.retryAtMono = this.options.monoMs() + RETRY_MS;
    const before = this.failure;
    if (before === null || english(before) !== english(why))
      this.options.log('error', `samples cannot be recorded, live values go on: ${english(why)}`);
    this.failure = why;
    if (before !== null) return;
    this.lostBefore = this.lost;
    this.options.onChange({ error: why, lost: 0 });
  }
}
