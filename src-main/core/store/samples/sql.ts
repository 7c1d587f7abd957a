import { AppError } from '@shared/contract/errors';
import { DamagedBlock } from './codec/bits';
import { openHistoryQueries } from './history';
import { openForReading, type ReadHandle, type SqlValue } from '../file/open';

/** Rows that one query may bring back. */
const MAX_SQL_ROWS = 10_000;
/** Samples that are handed over between two looks at whether the query still stands. */
const ROWS_A_CHUNK = 3_600;

export interface SqlAnswer {
  readonly columns: string[];
  readonly rows: SqlValue[][];
}

export interface SqlQueries {
  /** @throws {AppError} `invalid-input` (SQLite's own words), `too-large` */
  query(sql: string, params: readonly SqlValue[], check: () => void): SqlAnswer;
  close(): void;
}

/**
 * Plain SQL over all samples. Beside the tables of the file there is
 *
 *   samples(of_series, from_ms, to_ms) → series_id, at_ms, value
 *
 * with each argument optional: of one series or all, both times inclusive; value NULL = the source had none. Joined with
 * `series` it answers what no chart does. It reads whole blocks, so give it the series and the time where they are known.
 */
export function openSql(path: string, binding: string | null): SqlQueries {
  const outer = openForReading(path, binding);
  // SQLite lets no statement start on a connection inside a table's own rows: those come from a second one.
  const inner: ReadHandle = openForReading(path, binding);
  let check: () => void = () => undefined;
  registerSamples(outer, inner, () => check());
  return {
    query(sql, params, checking) {
      check = checking;
      try {
        const rows = outer
          .query<Record<string, SqlValue>>(`SELECT * FROM (${sql.replace(/[\s;]+$/, '')}\n) LIMIT ${MAX_SQL_ROWS + 1}`)
          .all(...params);
        if (rows.length > MAX_SQL_ROWS)
          throw new AppError('too-large', `The answer has more than ${MAX_SQL_ROWS} rows. Add a LIMIT, a GROUP BY or a WHERE.`);
        return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)) };
      } catch (error) {
        if (error instanceof AppError || !(error instanceof Error) || error instanceof DamagedBlock) throw error;
        if (!('code' in error) || error.code === 'SQLITE_ERROR') throw new AppError('invalid-input', error.message, { cause: error });
        throw error;
      } finally {
        check = () => undefined;
      }
    },
    close() {
      outer.close();
      inner.close();
    },
  };
}

/** Makes `samples` known on `outer`; its rows are read through `inner`, another connection to the same file. */
export function registerSamples(outer: ReadHandle, inner: ReadHandle, check: () => void = () => undefined): void {
  const queries = openHistoryQueries(inner);
  const ids = inner.query<{ id: number }>('SELECT id FROM series ORDER BY id');
  outer.table('samples', ['series_id', 'at_ms', 'value'], ['of_series', 'from_ms', 'to_ms'], function* (ofSeries, fromMs, toMs) {
    const { fromMs: firstMs, toMs: lastMs } = queries.extent();
    if (firstMs === null || lastMs === null) return;
    const endMs = Math.min(Number(toMs ?? lastMs), lastMs);
    for (const seriesId of ofSeries === null ? ids.all().map(({ id }) => id) : [Number(ofSeries)]) {
      for (let nextMs = Math.max(Number(fromMs ?? firstMs), firstMs); nextMs <= endMs;) {
        check();
        const page = queries.page(seriesId, nextMs, endMs, ROWS_A_CHUNK);
        for (const { atMs, value } of page) yield [seriesId, atMs, value];
        const last = page.at(-1);
        if (last === undefined || page.length < ROWS_A_CHUNK) break;
        nextMs = last.atMs + 1;
      }
    }
  });
}
