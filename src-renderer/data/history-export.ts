import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { ErrorCode } from '@shared/contract/errors';
import type { ExportEntry, ExportRequest } from '@shared/model/export';
import type { RpcClient } from '@shared/rpc/client';
import { toAppError } from './loadable';
import { Store } from './store';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly rows: number }
  | { readonly kind: 'done'; readonly rows: number }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/** The export this window began: the core writes it, here stands how far it is. One at a time. */
export class HistoryExport implements Disposable {
  readonly state = new Store<ExportState>({ kind: 'idle' });
  private readonly stops = new DisposableStore();
  private id: string | null = null;
  /** Counts starts and cancels: an answer to an earlier one is not this window's any more. */
  private attempt = 0;
  private entries: readonly ExportEntry[] = [];

  /** @param fetchFile has the browser fetch a file of the core's at this address */
  constructor(
    private readonly client: RpcClient,
    private readonly fetchFile: (url: string) => void,
  ) {
    this.stops.add(
      client.subscribe(
        'exports.live',
        {},
        {
          onFrame: ({ exports }, first) => {
            this.entries = exports;
            // A core that began anew knows nothing of it, and will never tell of its end.
            if (first && this.id !== null && !exports.some(({ id }) => id === this.id)) this.lose();
            else this.follow();
          },
        },
      ),
    );
  }

  async start(request: ExportRequest): Promise<void> {
    this.id = null;
    const attempt = ++this.attempt;
    this.state.set({ kind: 'running', rows: 0 });
    try {
      const { id, url } = await this.client.call('export.start', request);
      if (attempt !== this.attempt) {
        this.end(id);
        return;
      }
      if (id === null) {
        this.state.set({ kind: 'idle' });
        return;
      }
      this.id = id;
      if (url !== null) this.fetchFile(url);
      this.follow();
    } catch (error) {
      if (attempt === this.attempt) this.state.set({ kind: 'failed', code: toAppError(error).code });
    }
  }

  /** Also of one that the core has not answered yet. */
  cancel(): void {
    const { id } = this;
    this.id = null;
    this.attempt += 1;
    this.state.set({ kind: 'idle' });
    this.end(id);
  }

  /** The core goes on with it: a window that is closed or shows another page ends no export. */
  dispose(): void {
    this.stops.dispose();
  }

  private end(id: string | null): void {
    if (id !== null) void this.client.call('export.cancel', { id }).catch(() => undefined);
  }

  private lose(): void {
    this.id = null;
    if (this.state.get().kind === 'running') this.state.set({ kind: 'failed', code: 'disconnected' });
  }

  private follow(): void {
    const entry = this.entries.find(({ id }) => id === this.id);
    if (entry === undefined) return;
    switch (entry.state) {
      case 'waiting':
      case 'writing':
        this.state.set({ kind: 'running', rows: entry.rows });
        break;
      case 'done':
        this.state.set({ kind: 'done', rows: entry.rows });
        break;
      case 'cancelled':
        this.state.set({ kind: 'idle' });
        break;
      case 'failed':
        this.state.set({ kind: 'failed', code: entry.error?.code ?? 'internal' });
        break;
    }
  }
}
