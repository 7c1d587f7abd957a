import type { Disposable } from '@shared/base/disposable';
import type { AppError } from '@shared/contract/errors';
import type { RpcClient } from '@shared/rpc/client';
import { Store } from './store';

export interface CsvSelection {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

export type CsvState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly bytes: number; readonly rows: number }
  | { readonly kind: 'done'; readonly rows: number }
  | { readonly kind: 'failed'; readonly error: AppError };

/** Gathers an export stream into one file. One at a time; starting anew or cancelling drops what was gathered. */
export class CsvExport implements Disposable {
  readonly state = new Store<CsvState>({ kind: 'idle' });
  private subscription: Disposable | null = null;

  constructor(
    private readonly client: RpcClient,
    private readonly save: (file: Blob, name: string) => void,
  ) {}

  start(selection: CsvSelection): void {
    this.subscription?.dispose();
    let pieces: string[] = [];
    let bytes = 0;
    let lines = 0;
    this.state.set({ kind: 'running', bytes: 0, rows: 0 });
    this.subscription = this.client.subscribe('history.csv', { ...selection, seriesIds: [...selection.seriesIds] }, {
      onFrame: ({ text }, first) => {
        // Subscribed anew after a lost connection: the export begins again.
        if (first) [pieces, bytes, lines] = [[], 0, 0];
        pieces.push(text);
        bytes += text.length;
        for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lines += 1;
        this.state.set({ kind: 'running', bytes, rows: Math.max(0, lines - 1) });
      },
      onEnd: (error) => {
        this.subscription = null;
        if (error) {
          this.state.set({ kind: 'failed', error });
          return;
        }
        this.save(new Blob(pieces, { type: 'text/csv;charset=utf-8' }), csvName(selection));
        this.state.set({ kind: 'done', rows: Math.max(0, lines - 1) });
      },
    });
  }

  cancel(): void {
    this.subscription?.dispose();
    this.subscription = null;
    this.state.set({ kind: 'idle' });
  }

  dispose(): void {
    this.cancel();
  }
}

/** File name with the range in UTC, safe on every file system: coldaisle_20261123T140000Z_20261123T150000Z.csv */
export function csvName({ fromMs, toMs }: CsvSelection): string {
  const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  return `coldaisle_${stamp(fromMs)}_${stamp(toMs)}.csv`;
}
