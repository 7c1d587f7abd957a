import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync, type WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '@shared/contract/errors';
import { folderError } from '../../core/store/file/errors';
import { withArchive } from '../../core/transfer/archive';
import { exportPieces } from '../../core/transfer/export';
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
    const part = `${path}.part`;
    const out = createWriteStream(part);
    const failed = once(out, 'error').then(([error]: unknown[]) => {
      throw folderError(error, path);
    });
    // Whoever waits for it below hears of it; nobody need to.
    failed.catch(() => undefined);
    const tell = progressLine(terminal);
    let rows = 0;
    let size = 0;
    try {
      for await (const piece of exportPieces({ reader, series: all, format: request.format, selection, signal })) {
        await Promise.race([written(out, piece.bytes), failed]);
        rows = piece.rows;
        size += piece.bytes.byteLength;
        tell(() => `${request.file}  ${count(rows, 'sample')}  ${bytes(size)}`);
      }
      out.end();
      await Promise.race([finished(out), failed]);
      renameSync(part, path);
    } catch (error) {
      throw folderError(error, path);
    } finally {
      out.destroy();
      rmSync(part, { force: true });
    }
    terminal.setLive('');
    terminal.line(`${request.file}: ${count(rows, 'sample')} of ${count(chosen.length, 'series', 'series')}, ${bytes(size)}`);
    return 0;
  });
}

/** Waits until the file has taken it, so that a slow disk holds the export back. */
function written(out: WriteStream, piece: Uint8Array): Promise<void> {
  return new Promise((done) => void out.write(piece, () => done()));
}
