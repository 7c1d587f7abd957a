import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import type { SeriesKey } from '@shared/model/series';
import type { ExportFormat } from '@shared/model/export';
import { exportChunks } from '../../../../src-main/core/transfer/export';
import { importFile, type ImportOptions, type ImportResult } from '../../../../src-main/core/transfer/import';
import type { StoreReader, StoreWriter } from '../../../../src-main/core/store/types';
import { bundleEntry } from '../../../helpers/bundle';
import { afterThisTest } from '../../store/support/stores';
import { samplesOf } from '../../store/support/stores';

/** Everything in a store, by what its series are called. */
export async function contents(writer: StoreWriter, reader: StoreReader): Promise<Record<string, [number, number | null][]>> {
  const result: Record<string, [number, number | null][]> = {};
  for (const { id, device, metric, provenance, label } of writer.samples.listSeries()) {
    const samples = await samplesOf(reader, { seriesIds: [id], fromMs: 0, toMs: 4e12 });
    result[JSON.stringify([device, metric, provenance, label])] = samples.map(({ atMs, value }) => [atMs, value]);
  }
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function exportTo(path: string, format: ExportFormat, writer: StoreWriter, reader: StoreReader): Promise<number> {
  const series = writer.samples.listSeries();
  let rows = 0;
  for await (const chunk of exportChunks({
    reader,
    series,
    format,
    selection: { seriesIds: series.map(({ id }) => id), fromMs: 0, toMs: 4e12 },
  })) {
    await appendFile(path, chunk.bytes);
    rows = chunk.rows;
  }
  return rows;
}

export function importInto(writer: StoreWriter, dataDir: string, path: string, over: Partial<ImportOptions> = {}): Promise<ImportResult> {
  return importFile({ writer, dataDir, path, format: null, rules: [], timeColumn: null, reportPath: null, ...over });
}

/** Writes an OpenMetrics file of so many lines of samples, ten GPUs one after another. Returns the number of samples a GPU has. */
export function writeOpenMetrics(path: string, lines: number, fromMs: number): number {
  const each = lines / 10;
  const file = openSync(path, 'w');
  writeSync(file, '# TYPE coldaisle_gpu_power_watts gauge\n');
  for (let gpu = 0; gpu < 10; gpu++) {
    for (let at = 0; at < each; at += 1000) {
      let text = '';
      for (let i = at; i < Math.min(each, at + 1000); i++)
        text += `coldaisle_gpu_power_watts{device="gpu${gpu}",label="NVIDIA H100 80GB HBM3",provenance="measured"} ${100 + ((i * 7919 + gpu) % 50_000) / 1000} ${fromMs / 1000 + i}\n`;
      writeSync(file, text);
    }
  }
  writeSync(file, '# EOF\n');
  closeSync(file);
  return each;
}

/** One of the programs beside this file as a process of its own, killed after the test. */
export async function startHere(
  name: string,
  nodeOptions: readonly string[],
  ...args: string[]
): Promise<{ child: ChildProcessWithoutNullStreams; output: () => string; ended: Promise<number | null> }> {
  const program = await bundleEntry(`tests/integration/transfer/support/${name}.ts`);
  const child = spawn(process.execPath, [...nodeOptions, program, ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  afterThisTest(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => output, ended };
}

export const keyOf = (series: SeriesKey): string => JSON.stringify([series.device, series.metric, series.provenance, series.label]);
