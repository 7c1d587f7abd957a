import type { Disposable } from '@shared/base/disposable';
import { isAppError, type AppError } from '@shared/contract/errors';
import type { HistoryColumns } from '@shared/model/series';
import type { Cancellation } from '@shared/rpc/api';
import { CancellationSource } from '@shared/rpc/cancellation';
import type { RpcClient } from '@shared/rpc/client';
import type { Interruptible } from './interruption';
import { isLasting } from './live-stream';
import { toAppError } from './loadable';
import { nextFrame } from './next-frame';
import { Store, type Readable } from './store';

/** At most MAX_SERIES_PER_QUERY series; times in whole ms since the epoch, `toMs` after `fromMs`; `maxPoints` 2 to 10,000 a series. */
export interface HistoryQuery {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxPoints: number;
}

export interface HistoryAnswer {
  readonly query: HistoryQuery;
  readonly bucketMs: number;
  readonly columns: ReadonlyMap<number, HistoryColumns>;
}

/** Points of all series that one call brings: what is checked and made ready to draw within a frame, even where two arrive in one. */
const POINTS_A_CALL = 4_000;
/** So many calls are on their way at once, each next one asked in another frame: the page is never handed more at once than it can take. */
const CALLS_AT_ONCE = 2;

/** After a query that failed, ms; growing up to the second. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export interface HistoryState {
  /** The last answer that arrived; stays while a newer one is on its way. */
  readonly answer: HistoryAnswer | null;
  readonly busy: boolean;
  readonly error: AppError | null;
}

/**
 * Asks for history as the shown range changes: waits until the hand rests, cancels the query before, drops stale answers,
 * asks again when a lost connection is back, and after growing waits where it failed. Why it failed is told until an answer comes.
 */
export class HistoryLoader implements Disposable, Interruptible {
  readonly state = new Store<HistoryState>({ answer: null, busy: false, error: null });
  readonly failure: Readable<AppError | null> = { get: () => this.state.get().error, subscribe: this.state.subscribe };
  private readonly reconnect: Disposable;
  private wanted: HistoryQuery | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private pending: CancellationSource | null = null;
  private waitMs = FIRST_WAIT_MS;

  /**
   * @param restMs how long the range must stand still before it is asked for
   * @param onColumns hears of each series as it arrives, while the others are still on their way
   */
  constructor(
    private readonly client: RpcClient,
    private readonly restMs = 120,
    private readonly onColumns: (columns: HistoryColumns, bucketMs: number) => void = () => undefined,
  ) {
    this.reconnect = client.onConnected((connected) => {
      const { busy, error } = this.state.get();
      if (connected && this.wanted && (busy || error)) this.ask(this.wanted);
    });
  }

  /** Asks for this, unless it is what was last asked for. */
  request(query: HistoryQuery): void {
    if (this.wanted && sameQuery(this.wanted, query)) return;
    this.wanted = query;
    this.waitMs = FIRST_WAIT_MS;
    this.stopPending();
    this.state.set({ ...this.state.get(), busy: true, error: null });
    this.timer = setTimeout(() => this.ask(query), this.restMs);
  }

  /** Asks the last query again, now. */
  readonly refresh = (): void => {
    if (this.wanted) this.ask(this.wanted);
  };

  readonly resume = (): void => {
    if (!this.state.get().error) return;
    this.waitMs = FIRST_WAIT_MS;
    this.refresh();
  };

  clear(): void {
    this.wanted = null;
    this.stopPending();
    this.state.set({ answer: null, busy: false, error: null });
  }

  dispose(): void {
    this.stopPending();
    this.reconnect.dispose();
  }

  private ask(query: HistoryQuery): void {
    this.stopPending();
    const source = new CancellationSource();
    this.pending = source;
    this.state.set({ ...this.state.get(), busy: true });
    this.gather(query, source.token).then(
      (answer) => {
        if (this.pending !== source) return;
        this.pending = null;
        this.waitMs = FIRST_WAIT_MS;
        this.state.set({ answer, busy: false, error: null });
      },
      (error: unknown) => {
        if (this.pending !== source || isAppError(error, 'disconnected')) return;
        this.pending = null;
        // The other calls of a failed query would bring nothing that is used.
        source.cancel();
        this.failed(query, toAppError(error));
      },
    );
  }

  private failed(query: HistoryQuery, error: AppError): void {
    this.state.set({ ...this.state.get(), busy: false, error });
    if (isLasting(error)) return;
    this.timer = setTimeout(() => this.ask(query), this.waitMs);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
  }

  /** Asks for some series after the other. */
  private async gather(query: HistoryQuery, cancellation: Cancellation): Promise<HistoryAnswer> {
    const size = Math.max(1, Math.floor(POINTS_A_CALL / query.maxPoints));
    const columns = new Map<number, HistoryColumns>();
    let bucketMs = 0;
    let next = 0;
    let asked = 0;
    const askOn = async (): Promise<void> => {
      while (next < query.seriesIds.length) {
        const seriesIds = query.seriesIds.slice(next, next + size);
        next += size;
        asked += 1;
        if (asked > CALLS_AT_ONCE) await nextFrame();
        const output = await this.client.call('history.query', { ...query, seriesIds }, cancellation);
        bucketMs = Math.max(bucketMs, output.bucketMs);
        for (const column of output.columns) {
          columns.set(column.seriesId, column);
          this.onColumns(column, output.bucketMs);
        }
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, askOn));
    return { query, bucketMs, columns };
  }

  private stopPending(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.pending?.cancel();
    this.pending = null;
  }
}

function sameQuery(a: HistoryQuery, b: HistoryQuery): boolean {
  return (
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    a.maxPoints === b.maxPoints &&
    a.seriesIds.length === b.seriesIds.length &&
    a.seriesIds.every((id, i) => id === b.seriesIds[i])
  );
}
