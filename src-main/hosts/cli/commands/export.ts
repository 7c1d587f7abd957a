import { dataOption, defineCommand } from '../command';
import { withTransfer } from '../transfer';
import { UsageError } from '../usage';
import { list, moment } from '../values';
import type { ExportRequest } from '../export';

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write out recorded samples at full resolution',
  missing: 'Which file? export FILE',
  define: (cli) =>
    cli
      .argument('<FILE>')
      .option('--format <FORMAT>', "csv, openmetrics or parquet, default: from the file's ending")
      .option('--from <T>', 'as 2026-11-23T14:00, or 6h for six hours ago; default: all')
      .option('--to <T>', 'the same')
      .option('--device <D>', 'names separated by commas, * for any text')
      .option('--metric <M>', 'the same')
      .option('--series <N>', 'numbers separated by commas')
      .addOption(dataOption()),
  check: ({ data, format, from, to, device, metric, series }, file): ExportRequest => {
    const nowMs = Date.now();
    const fromMs = moment('--from', from, nowMs);
    const toMs = moment('--to', to, nowMs);
    if (fromMs !== null && toMs !== null && toMs <= fromMs) throw new UsageError('--to must be after --from.');
    return {
      dataDir: data ?? null,
      file,
      format: exportFormat(format, file),
      fromMs,
      toMs,
      series: list(series).map(seriesNumber),
      devices: list(device),
      metrics: list(metric),
    };
  },
  run: (request, context) =>
    withTransfer(request.dataDir, context, async (transfer) => (await import('../export')).exportHere(request, transfer)),
});

const endings: Readonly<Record<string, ExportRequest['format']>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.om': 'openmetrics',
  '.prom': 'openmetrics',
  '.txt': 'openmetrics',
  '.openmetrics': 'openmetrics',
};

function exportFormat(typed: string | undefined, file: string): ExportRequest['format'] {
  if (typed === 'csv' || typed === 'openmetrics' || typed === 'parquet') return typed;
  if (typed !== undefined) throw new UsageError(`Unknown format "${typed}". There are: csv, openmetrics, parquet.`);
  const format = endings[/\.[a-z]+$/i.exec(file)?.[0].toLowerCase() ?? ''];
  if (format === undefined) throw new UsageError('Which format? --format csv, openmetrics or parquet.');
  return format;
}

function seriesNumber(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new UsageError(`--series ${typed}: a series has a whole number from 1.`);
  return Number(typed);
}
