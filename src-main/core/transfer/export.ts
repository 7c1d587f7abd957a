import { assertNever } from '@shared/base/assert-never';
import type { ExportFormat } from '@shared/model/export';
import { metricIds } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import { csvChunks } from '../store/samples/csv-export';
import type { HistorySelection, SamplePage } from '../store/samples/types';
import type { StoreReader } from '../store/types';
import { openMetricsEnd, openMetricsHead, openMetricsLine, openMetricsSeries } from './openmetrics-text';
import { familyName } from './names';
import { ParquetChunks } from './parquet';

export interface ExportOptions {
  readonly reader: Pick<StoreReader, 'samples'>;
  /** What the ids of the selection mean; an id that is not among them is left out. */
  readonly series: readonly Series[];
  readonly format: ExportFormat;
  readonly selection: HistorySelection;
  readonly signal?: AbortSignal;
}

/** A part of the file, and how many samples are in it so far. */
export interface ExportChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
}

/** Samples asked of the reader at once: about half a megabyte of OpenMetrics. */
const PAGE_SAMPLES = 8_192;

/**
 * Every sample of the selection, at full resolution, as a file in chunks. A chunk is made when it is taken, and no more
 * than one page of samples (for Parquet one row group) is held meanwhile, however long the range.
 *
 * Series come in the order asked; in OpenMetrics, where a family may not be interrupted, by metric first.
 * @throws {AppError} as the reader
 */
export async function* exportChunks(options: ExportOptions): AsyncGenerator<ExportChunk, void> {
  switch (options.format) {
    case 'csv':
      return yield* csv(options);
    case 'openmetrics':
      return yield* openMetrics(options);
    case 'parquet':
      return yield* parquet(options);
    default:
      return assertNever(options.format);
  }
}

const encoder = new TextEncoder();

async function* csv({ reader, selection, signal }: ExportOptions): AsyncGenerator<ExportChunk, void> {
  let lines = 0;
  for await (const text of csvChunks(reader.samples, selection, signal)) {
    // A label with a line break in it counts as two; it is a figure of progress.
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
    yield { bytes: encoder.encode(text), rows: Math.max(0, lines - 1) };
  }
}

async function* openMetrics(options: ExportOptions): AsyncGenerator<ExportChunk, void> {
  let rows = 0;
  for (const members of byFamily(chosenSeries(options))) {
    const [first] = members;
    if (first !== undefined) yield { bytes: encoder.encode(openMetricsHead(first)), rows };
    for (const series of members) {
      const head = openMetricsSeries(series);
      for await (const page of pages(options, series)) {
        let text = '';
        for (let i = 0; i < page.atMs.length; i++) text += openMetricsLine(head, page.atMs[i] as number, page.value[i] as number);
        rows += page.atMs.length;
        yield { bytes: encoder.encode(text), rows };
      }
    }
  }
  yield { bytes: encoder.encode(openMetricsEnd), rows };
}

async function* parquet(options: ExportOptions): AsyncGenerator<ExportChunk, void> {
  const file = new ParquetChunks();
  for (const series of chosenSeries(options)) {
    for await (const page of pages(options, series)) {
      const bytes = file.add(series, page);
      if (bytes !== null) yield { bytes, rows: file.rows };
    }
  }
  yield { bytes: file.finish(), rows: file.rows };
}

/** The catalogue's families in its order, then those of other sources by name. */
function byFamily(chosen: readonly Series[]): Series[][] {
  const place = ({ metric }: Series): number => metricIds.findIndex((id) => id === metric) >>> 0;
  const families = new Map<string, Series[]>();
  const inOrder = [...chosen].sort((a, b) => place(a) - place(b) || a.metric.localeCompare(b.metric, 'en'));
  for (const series of inOrder) families.set(familyName(series), [...(families.get(familyName(series)) ?? []), series]);
  return [...families.values()];
}

function chosenSeries({ series, selection }: ExportOptions): Series[] {
  const byId = new Map(series.map((entry) => [entry.id, entry]));
  return selection.seriesIds.flatMap((id) => byId.get(id) ?? []);
}

/** The samples of one series, a page at a time; none of a page is empty. */
async function* pages({ reader, selection: { fromMs, toMs }, signal }: ExportOptions, { id }: Series): AsyncGenerator<SamplePage, void> {
  for (let nextMs = fromMs; nextMs <= toMs;) {
    const page = await reader.samples.page({ seriesId: id, fromMs: nextMs, toMs, limit: PAGE_SAMPLES }, signal);
    const lastMs = page.atMs.at(-1);
    if (lastMs === undefined) return;
    yield page;
    if (page.atMs.length < PAGE_SAMPLES) return;
    nextMs = lastMs + 1;
  }
}
