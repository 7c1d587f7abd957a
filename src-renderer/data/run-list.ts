import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { isFinal } from '@shared/model/run';
import { newestFirst, type RunFilter, type RunPage, type RunRow, type RunSort } from '@shared/model/run-list';
import type { StreamFrame } from '@shared/contract';
import type { RpcClient } from '@shared/rpc/client';
import { LiveStream } from './live-stream';
import { failed, LOADING, ready, toAppError, type Loadable } from './loadable';
import { Store } from './store';

export const RUNS_PER_PAGE = 50;
/** Changes of the list within this are asked for once, ms. */
const REST_MS = 200;

export interface RunListQuery {
  readonly filter: RunFilter;
  readonly sort: RunSort;
  readonly offset: number;
}

/** One page of the list of runs, asked for anew when the list changes; figures of runs under way come by the stream. */
export class RunList implements Disposable {
  readonly page = new Store<Loadable<RunPage>>(LOADING);
  readonly query: Store<RunListQuery>;
  private readonly stops = new DisposableStore();
  private readonly answered = new Emitter<void>('rethrow');
  /** Of each living run: what the list depends on. */
  private readonly seen = new Map<string, string>();
  private queryNumber = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly client: RpcClient,
    query: Partial<RunListQuery> = {},
  ) {
    this.query = new Store({ filter: {}, sort: newestFirst, offset: 0, ...query });
    this.stops.add(new LiveStream(client, 'runs.live', {}, (frame, first) => this.onFrame(frame, first)));
    this.stops.defer(this.query.subscribe(() => this.reload()));
    this.stops.defer(() => {
      if (this.timer !== null) clearTimeout(this.timer);
    });
    this.reload();
  }

  /** Hears whenever the list was asked for anew, not of the figures of runs under way. */
  onAnswer(listener: () => void): Disposable {
    return this.answered.on(listener);
  }

  /** Another filter or order begins at the first page. */
  change(change: Partial<RunListQuery>): void {
    this.query.set({ ...this.query.get(), offset: 0, ...change });
  }

  readonly reload = (): void => {
    const queryNumber = (this.queryNumber += 1);
    const { filter, sort, offset } = this.query.get();
    this.client.call('runs.list', { filter, sort, offset, limit: RUNS_PER_PAGE }).then(
      (page) => {
        if (queryNumber !== this.queryNumber) return;
        // What stood on the last page may have been deleted.
        if (page.rows.length === 0 && offset > 0 && page.total > 0)
          this.query.set({ ...this.query.get(), offset: Math.floor((page.total - 1) / RUNS_PER_PAGE) * RUNS_PER_PAGE });
        else {
          this.page.set(ready(page));
          this.answered.emit();
        }
      },
      (error: unknown) => {
        if (queryNumber === this.queryNumber) this.page.set(failed(toAppError(error)));
      },
    );
  };

  dispose(): void {
    this.queryNumber += 1;
    this.stops.dispose();
    this.answered.clear();
  }

  private onFrame({ runs, deleted }: StreamFrame<'runs.live'>, first: boolean): void {
    let changed = deleted.length > 0;
    if (first) {
      // Connected anew: what happened meanwhile is not told.
      changed = changed || this.seen.size > 0 || this.page.get().state === 'failed';
      this.seen.clear();
    }
    for (const run of runs) {
      const before = this.seen.get(run.id);
      const now = listed(run);
      if (before !== now && !(first && !changed)) changed = true;
      if (isFinal(run.status)) this.seen.delete(run.id);
      else this.seen.set(run.id, now);
    }
    const page = this.page.get();
    if (page.state === 'ready' && runs.length > 0) {
      const now = new Map(runs.map((run) => [run.id, run]));
      if (page.value.rows.some(({ id }) => now.has(id)))
        this.page.set(ready({ ...page.value, rows: page.value.rows.map((row) => now.get(row.id) ?? row) }));
    }
    if (changed) this.reloadSoon();
  }

  private reloadSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.reload();
    }, REST_MS);
  }
}

/** What decides whether a run is on a list, and where, beside its figures: those are taken along when it ends. */
function listed({ status, name, tags }: RunRow): string {
  return JSON.stringify([status, name, tags]);
}
