import { writeSync } from 'node:fs';
import { openReader } from '../../../../src-main/core/store/reader';
import { openWriter } from '../../../../src-main/core/store/writer';
import { exportChunks } from '../../../../src-main/core/transfer/export';
import { importFile } from '../../../../src-main/core/transfer/import';

/** Imports a file, then exports all of it in each format to nowhere, and says how much memory it held: `<data folder> <file> [<reader program>]`. */
async function main(dataDir: string, path: string, workerPath: string | undefined): Promise<void> {
  const writer = openWriter({ dataDir, log: () => undefined });
  const say = (what: string, ...figures: number[]): void =>
    void writeSync(1, `${[what, ...figures, process.memoryUsage.rss()].join(' ')}\n`);
  const result = await importFile({
    writer,
    dataDir,
    path,
    format: null,
    rules: [],
    timeColumn: null,
    reportPath: null,
    batch: Number(process.env.IMPORT_BATCH ?? 20_000),
    onProgress: ({ line, samples }) => say('at', line, samples),
  });
  say('imported', result.line, result.samples);
  if (workerPath !== undefined) {
    const reader = openReader({ databasePath: writer.path, workerPath });
    const series = writer.samples.listSeries();
    for (const format of ['csv', 'openmetrics', 'parquet'] as const) {
      for await (const { rows } of exportChunks({
        reader,
        series,
        format,
        selection: { seriesIds: series.map(({ id }) => id), fromMs: 0, toMs: 4e12 },
      }))
        say(format, rows, 0);
    }
    await reader.close();
  }
  writer.close();
}

void main(process.argv[2] ?? '', process.argv[3] ?? '', process.argv[4]);
