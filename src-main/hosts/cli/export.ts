import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { withArchive } from '../../core/transfer/archive';
import { exportChunks } from '../../core/transfer/export';
import { writeExport } from '../../core/transfer/export-file';
import { selectSeries } from '../../core/transfer/selection';
import { bytes, count, progressLine } from './progress-line';
import type { TransferContext } from './transfer';

export interface ExportRequest {
  readonly dataDir: string | null;
  readonly file: string;
  readonly format: 'csv' | 'openmetrics' | 'parquet';
  /** ms since the epoch; null = from the first, to the last sample. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly series: readonly number[];
  readonly devices: readonly string[];
  readonly metrics: readonly string[];
}

/** Writes the selection to a file, which is there under its name when it is whole. Works beside a running Coldaisle. */
export async function exportHere(request: ExportRequest, { dataDir, readerWorker, terminal, signal }: TransferContext): Promise<number> {
  const path = resolve(request.file);
  if (existsSync(path)) throw new AppError('conflict', `${path} exists already and is left as it is. Choose another name.`);
  return withArchive(dataDir, readerWorker, false, async ({ reader }) => {
    const all = await reader.samples.series();
    const chosen = selectSeries(all, { ids: request.series, devices: request.devices, metrics: request.metrics });
    const extent = await reader.samples.extent();
    const fromMs = request.fromMs ?? extent.fromMs ?? 0;
    const toMs = request.toMs ?? extent.toMs ?? 0;
    const selection = { seriesIds: chosen.map(({ id }) => id), fromMs, toMs };
    const tell = progressLine(terminal);
    const chunks = exportChunks({ reader, series: all, format: request.format, selection, signal });
    const written = await writeExport(path, `${path}.part`, chunks, ({ rows, bytes: size }) =>
      tell(() => `${request.file}  ${count(rows, 'sample')}  ${bytes(size)}`),
    );
    terminal.setLive('');
    terminal.line(
      `${request.file}: ${count(written.rows, 'sample')} of ${count(chosen.length, 'series', 'series')}, ${bytes(written.bytes)}`,
    );
    return 0;
  });
}
