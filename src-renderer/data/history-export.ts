import type { Disposable } from '@shared/base/disposable';
import type { AppError } from '@shared/contract/errors';
import type { RpcClient } from '@shared/rpc/client';
import { Store } from './store';

export const exportFormats = ['csv', 'openmetrics', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportSelection {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly rows: number }
  | { readonly kind: 'done'; readonly rows: number }
  | { readonly kind: 'failed'; readonly error: AppError };

const kinds: Record<ExportFormat, { readonly ending: string; readonly type: string }> = {
  csv: { ending: 'csv', type: 'text/csv;charset=utf-8' },
  openmetrics: { ending: 'om', type: 'application/openmetrics-text;version=1.0.0;charset=utf-8' },
  parquet: { ending: 'parquet', type: 'application/vnd.apache.parquet' },
};

/** Gathers an export stream into one file. One at a time; starting anew or cancelling drops what was gathered. */
export class HistoryExport implements Disposable {
  readonly state = new Store<ExportState>({ kind: 'idle' });
  private subscription: Disposable | null = null;

  constructor(
    private readonly client: RpcClient,
    private readonly save: (file: Blob, name: string) => void,
  ) {}

  start(selection: ExportSelection, format: ExportFormat = 'csv'): void {
    this.subscription?.dispose();
    let pieces: BlobPart[] = [];
    let rows = 0;
    this.state.set({ kind: 'running', rows: 0 });
    const take = (piece: BlobPart, rowsNow: number, first: boolean): void => {
      // Subscribed anew after a lost connection: the export begins again.
      if (first) pieces = [];
      pieces.push(piece);
      rows = rowsNow;
      this.state.set({ kind: 'running', rows });
    };
    const onEnd = (error: AppError | null): void => {
      this.subscription = null;
      if (error) {
        this.state.set({ kind: 'failed', error });
        return;
      }
      this.save(new Blob(pieces, { type: kinds[format].type }), exportName(selection, format));
      this.state.set({ kind: 'done', rows });
    };
    const params = { ...selection, seriesIds: [...selection.seriesIds] };
    let lines = 0;
    this.subscription =
      format === 'csv'
        ? this.client.subscribe('history.csv', params, {
            onFrame: ({ text }, first) => {
              if (first) lines = 0;
              for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lines += 1;
              take(text, Math.max(0, lines - 1), first);
            },
            onEnd,
          })
        : this.client.subscribe(
            'history.export',
            { ...params, format },
            {
              onFrame: ({ bytes, rows: rowsNow }, first) => take(bytes, rowsNow, first),
              onEnd,
            },
          );
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
export function exportName({ fromMs, toMs }: ExportSelection, format: ExportFormat): string {
  const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  return `coldaisle_${stamp(fromMs)}_${stamp(toMs)}.${kinds[format].ending}`;
}
