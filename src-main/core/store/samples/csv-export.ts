import type { ReadHandle } from '../file/open';
import { metricUnits } from '../records/metrics';
import type { Check } from '../repository';
import { CSV_HEADER, csvLine, csvSeriesFields, type CsvSeries } from './csv';
import type { HistoryQueries } from './history';
import type { HistorySelection } from './types';

/** Rows in one chunk of an export: about 200 kB of text. */
const CSV_ROWS = 2_000;

/** Where an export goes on: the position in `seriesIds` and the first time not yet exported. */
export interface CsvCursor {
  readonly index: number;
  readonly fromMs: number;
}

export interface CsvQuery {
  readonly selection: HistorySelection;
  /** Null = from the beginning. */
  readonly cursor: CsvCursor | null;
}

/** One chunk of an export. Nothing is held between chunks: who stops asking owes nothing. `next` null = that was the last. */
export interface CsvChunk {
  readonly text: string;
  readonly next: CsvCursor | null;
}

export function openCsvQuery(db: ReadHandle, queries: HistoryQueries): (query: CsvQuery, check: Check) => CsvChunk {
  const seriesOf = db.query<Omit<CsvSeries, 'unit'>>('SELECT device, label, metric, provenance FROM series WHERE id = ?');
  const unitOf = metricUnits(db);
  return ({ selection: { seriesIds, fromMs, toMs }, cursor }, check) => {
    let text = cursor === null ? CSV_HEADER : '';
    let room = CSV_ROWS;
    let at = cursor ?? { index: 0, fromMs };
    for (let id = seriesIds[at.index]; id !== undefined; id = seriesIds[at.index]) {
      check();
      if (room === 0) return { text, next: at };
      const series = seriesOf.get(id);
      const rows = series === undefined ? [] : queries.page(id, at.fromMs, toMs, room);
      const fields = series === undefined ? '' : csvSeriesFields({ ...series, unit: unitOf(series.metric) });
      for (const row of rows) text += csvLine(fields, row.atMs, row.value);
      const last = rows.at(-1);
      at = last !== undefined && rows.length === room ? { index: at.index, fromMs: last.atMs + 1 } : { index: at.index + 1, fromMs };
      room -= rows.length;
    }
    return { text, next: null };
  };
}

/**
 * CSV text in chunks (RFC 4180, CRLF; header first): time_utc,at_ms,device,label,metric,unit,provenance,value; series
 * after series, each oldest first. csv.ts says how a label that a spreadsheet would run as a formula is made harmless.
 *
 * The next chunk is fetched when it is asked for: a slow taker holds the export back, one that stops ends it.
 */
export async function* csvChunks(
  reader: { csv(query: CsvQuery, signal?: AbortSignal): Promise<CsvChunk> },
  selection: HistorySelection,
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  let cursor: CsvCursor | null = null;
  do {
    const chunk: CsvChunk = await reader.csv({ selection, cursor }, signal);
    yield chunk.text;
    cursor = chunk.next;
  } while (cursor !== null);
}
