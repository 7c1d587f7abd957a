import type { Disposable } from '@shared/base/disposable';
import { isAppError, type AppError } from '@shared/contract/errors';
import type { HistoryColumns } from '@shared/model/series';
import { CancellationSource } from '@shared/rpc/cancellation';
import type { RpcClient } from '@shared/rpc/client';
import { toAppError } from './loadable';
import { Store } from './store';

/** At most 256 series; times in whole ms since the epoch, `toMs` after `fromMs`; `maxPoints` 2 to 10,000 a series. */
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

/** Each answer is checked as it arrives; a small one is checked within a frame. */
const SERIES_A_CALL = 24;

export interface HistoryState {
  /** The last answer that arrived; stays while a newer one is on its way. */
  readonly answer: HistoryAnswer | null;
  readonly busy: boolean;
  readonly error: AppError | null;
}

/**
 * Asks for history as the shown range changes: waits until the hand rests, cancels the question before, drops stale answers,
 * asks again when a lost connection is back.
 */
export class HistoryLoader implements Disposable {
  readonly state = new Store<HistoryState>({ answer: null, busy: false, error: null });
  private readonly reconnect: Disposable;
  private wanted: HistoryQuery | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private pending: CancellationSource | null = null;

  /** @param restMs how long the range must stand still before it is asked for */
  constructor(
    private readonly client: RpcClient,
    private readonly restMs = 120,
  ) {
    this.reconnect = client.onConnected((connected) => {
      if (connected && this.wanted && this.state.get().busy) this.ask(this.wanted);
    });
  }

  /** Asks for this, unless it is what was last asked for. */
  request(query: HistoryQuery): void {
    if (this.wanted && sameQuery(this.wanted, query)) return;
    this.wanted = query;
    this.stopPending();
    this.state.set({ ...this.state.get(), busy: true, error: null });
    this.timer = setTimeout(() => this.ask(query), this.restMs);
  }

  /** Asks the last question again, now. */
  refresh(): void {
    if (this.wanted) this.ask(this.wanted);
  }

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
    this.state.set({ ...this.state.get(), busy: true, error: null });
    const parts: number[][] = [];
    for (let from = 0; from < query.seriesIds.length; from += SERIES_A_CALL) parts.push(query.seriesIds.slice(from, from + SERIES_A_CALL));
    Promise.all(parts.map((seriesIds) => this.client.call('history.query', { ...query, seriesIds }, source.token))).then(
      (outputs) => {
        if (this.pending !== source) return;
        this.pending = null;
        const columns = new Map(outputs.flatMap((output) => output.columns.map((column) => [column.seriesId, column] as const)));
        this.state.set({ answer: { query, bucketMs: Math.max(...outputs.map((output) => output.bucketMs)), columns }, busy: false, error: null });
      },
      (error: unknown) => {
        if (this.pending !== source || isAppError(error, 'disconnected')) return;
        this.pending = null;
        this.state.set({ ...this.state.get(), busy: false, error: toAppError(error) });
      },
    );
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
    a.fromMs === b.fromMs && a.toMs === b.toMs && a.maxPoints === b.maxPoints && a.seriesIds.length === b.seriesIds.length && a.seriesIds.every((id, i) => id === b.seriesIds[i])
  );
}
