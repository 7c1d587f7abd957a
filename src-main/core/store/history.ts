import type { HistoryColumns } from '@shared/model/series';
import { bucketWidth, gapThreshold, typicalInterval } from './buckets';
import type { ReadHandle } from './open';
import type { HistorySelection } from './types';

/** Rows fetched between two looks at the cancel flag: some milliseconds of work. */
const ROWS_A_CHUNK = 10_000;
/** Neighbours that the usual interval of a series is judged by. */
const INTERVAL_SAMPLES = 129;

export type HistoryQuery = HistorySelection & { readonly maxPoints: number };
export interface HistoryAnswer {
  bucketMs: number;
  columns: HistoryColumns[];
}
/** Times and values of one series, oldest first; NaN = NULL (SQLite stores no NaN). */
export interface RawColumns {
  readonly seriesId: number;
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

interface Bucket {
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}
interface Row {
  readonly atMs: number;
  readonly value: number | null;
}

export interface Questions {
  history(query: HistoryQuery, check: () => void): HistoryAnswer;
  extent(): { fromMs: number | null; toMs: number | null };
  samples(selection: HistorySelection, check: () => void): RawColumns[];
  /** Samples of one series from `fromMs` to `toMs`, both inclusive, oldest first, at most `limit`. */
  page(seriesId: number, fromMs: number, toMs: number, limit: number): Row[];
}

/**
 * The questions of the history, over a connection that can only read. `check` is called between chunks of some
 * milliseconds and throws to give up.
 */
export function openQuestions(db: ReadHandle): Questions {
  const inRange = 'series_id = ? AND at_ms BETWEEN ? AND ?';
  const bucketSql = (table: string): string =>
    `SELECT min(value) AS low, max(value) AS high, avg(value) AS mean, min(at_ms) AS firstMs, max(at_ms) AS lastMs FROM ${table} WHERE ${inRange}`;
  const settledBucket = db.query<Bucket>(bucketSql('sample'));
  const anyBucket = db.query<Bucket>(bucketSql('sample_all'));
  const settledBefore = db.query<{ value: string }>("SELECT value FROM meta WHERE key = 'settled_before_ms'");
  const rows = db.query<Row>(`SELECT at_ms AS atMs, value FROM sample_all WHERE ${inRange} ORDER BY at_ms LIMIT ?`);
  const countUpTo = db.query<{ n: number }>(`SELECT count(*) AS n FROM (SELECT 1 FROM sample_all WHERE ${inRange} LIMIT ?)`);
  const first = db.query<{ atMs: number | null }>(`SELECT min(atMs) AS atMs FROM (${endOf('sample', 'ASC')} UNION ALL ${endOf('sample_recent', 'ASC')})`);
  const last = db.query<{ atMs: number | null }>(`SELECT max(atMs) AS atMs FROM (${endOf('sample', 'DESC')} UNION ALL ${endOf('sample_recent', 'DESC')})`);
  const extent = db.query<{ fromMs: number | null; toMs: number | null }>(
    `SELECT min(low) AS fromMs, max(high) AS toMs FROM (
       SELECT (SELECT min(at_ms) FROM sample WHERE series_id = series.id) AS low, (SELECT max(at_ms) FROM sample WHERE series_id = series.id) AS high FROM series
       UNION ALL SELECT (SELECT min(at_ms) FROM sample_recent), (SELECT max(at_ms) FROM sample_recent))`,
  );

  const page: Questions['page'] = (seriesId, fromMs, toMs, limit) => rows.all(seriesId, fromMs, toMs, limit);

  /** All rows of a series in the range, a chunk at a time. */
  function* chunks(seriesId: number, fromMs: number, toMs: number, check: () => void): Generator<Row[]> {
    for (let nextMs = fromMs; nextMs <= toMs; ) {
      check();
      const chunk = page(seriesId, nextMs, toMs, ROWS_A_CHUNK);
      yield chunk;
      const end = chunk.at(-1);
      if (end === undefined || chunk.length < ROWS_A_CHUNK) return;
      nextMs = end.atMs + 1;
    }
  }

  function raw(seriesId: number, { fromMs, toMs }: HistorySelection, check: () => void): HistoryColumns {
    const found = [...chunks(seriesId, fromMs, toMs, check)].flat();
    const typicalMs = typicalInterval(found.slice(0, INTERVAL_SAMPLES).map((row) => row.atMs));
    const gapMs = gapThreshold(1, typicalMs);
    const columns = emptyColumns(seriesId);
    let previousMs = Infinity;
    for (const { atMs, value } of found) {
      if (atMs - previousMs > gapMs) push(columns, previousMs + Math.max(1, typicalMs), null, null, null);
      push(columns, atMs, value, value, value);
      previousMs = atMs;
    }
    return columns;
  }

  function bucketed(seriesId: number, { fromMs, toMs }: HistorySelection, bucketMs: number, settledBeforeMs: number, check: () => void): HistoryColumns {
    const columns = emptyColumns(seriesId);
    // Only where the series has samples: most of a wide range may lie before the first.
    const firstMs = first.get(seriesId, fromMs, toMs, seriesId, fromMs, toMs)?.atMs ?? null;
    const lastMs = last.get(seriesId, fromMs, toMs, seriesId, fromMs, toMs)?.atMs ?? null;
    if (firstMs === null || lastMs === null) return columns;
    const gapMs = gapThreshold(bucketMs, typicalInterval(page(seriesId, firstMs, lastMs, INTERVAL_SAMPLES).map((row) => row.atMs)));
    let previous: { startMs: number; lastMs: number } | null = null;
    for (let startMs = Math.floor(firstMs / bucketMs) * bucketMs; startMs <= lastMs; startMs += bucketMs) {
      check();
      const endMs = Math.min(startMs + bucketMs - 1, lastMs);
      const bucket = (endMs < settledBeforeMs ? settledBucket : anyBucket).get(seriesId, Math.max(startMs, firstMs), endMs);
      if (bucket === undefined || bucket.firstMs === null || bucket.lastMs === null) continue;
      if (previous !== null && bucket.firstMs - previous.lastMs > gapMs) push(columns, previous.startMs + bucketMs, null, null, null);
      push(columns, startMs, bucket.low, bucket.high, bucket.mean);
      previous = { startMs, lastMs: bucket.lastMs };
    }
    return columns;
  }

  return {
    history(query, check) {
      const { seriesIds, fromMs, toMs, maxPoints } = query;
      const fits = seriesIds.every((id) => {
        check();
        return (countUpTo.get(id, fromMs, toMs, maxPoints + 1)?.n ?? 0) <= maxPoints;
      });
      if (fits) {
        const columns = seriesIds.map((id) => raw(id, query, check));
        if (columns.every((column) => column.atMs.length <= maxPoints)) return { bucketMs: 1, columns };
      }
      // Read before the buckets: samples that settle meanwhile are then looked for in both tables, never in neither.
      const settledBeforeMs = Number(settledBefore.get()?.value ?? 0);
      const bucketMs = bucketWidth(fromMs, toMs, maxPoints);
      return { bucketMs, columns: seriesIds.map((id) => bucketed(id, query, bucketMs, settledBeforeMs, check)) };
    },
    extent: () => extent.get() ?? { fromMs: null, toMs: null },
    samples: ({ seriesIds, fromMs, toMs }, check) =>
      seriesIds.map((seriesId) => {
        const atMs: number[] = [];
        const value: number[] = [];
        for (const chunk of chunks(seriesId, fromMs, toMs, check)) {
          for (const row of chunk) {
            atMs.push(row.atMs);
            value.push(row.value ?? NaN);
          }
        }
        return { seriesId, atMs: Float64Array.from(atMs), value: Float64Array.from(value) };
      }),
    page,
  };
}

/** The first or last sample of a series in a range, by its key: one seek. */
function endOf(table: string, order: 'ASC' | 'DESC'): string {
  return `SELECT * FROM (SELECT at_ms AS atMs FROM ${table} WHERE series_id = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms ${order} LIMIT 1)`;
}

function emptyColumns(seriesId: number): HistoryColumns {
  return { seriesId, atMs: [], min: [], max: [], mean: [] };
}

function push(columns: HistoryColumns, atMs: number, min: number | null, max: number | null, mean: number | null): void {
  columns.atMs.push(atMs);
  columns.min.push(min);
  columns.max.push(max);
  columns.mean.push(mean);
}
