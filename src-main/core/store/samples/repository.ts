import type { Series } from '@shared/model/series';
import type { Retention } from '@shared/model/settings';
import type { StorageStatus } from '@shared/model/storage';
import type { SqlValue } from '../file/open';
import { metrics, SERIES_WITH_METRIC } from '../records/metrics';
import { HandOver, repository, type ReadContext } from '../repository';
import { blocks } from './0002-blocks';
import { sparseSamples } from './0004-sparse-samples';
import { livingSeries } from './0016-living-series';
import { openCsvQuery, type CsvChunk, type CsvQuery } from './csv-export';
import { heldTimesOf, type HeldTimesQuery, type SeriesHeldTime } from './held-times';
import { openHistoryQueries, type HistoryAnswer, type HistoryQuery, type RawColumns } from './history';
import { openSampleTables, type SampleTables } from './samples';
import { readSeries, type SeriesRow } from './series-row';
import { openSql, type SqlAnswer, type SqlQueries } from './sql';
import { openStatusQuery } from './status';
import type { HistorySelection, SamplePage, SamplePageQuery, SeriesWanted } from './types';

/** Series and their samples: what was measured, when. */
export const samples = repository({
  migrations: [blocks, sparseSamples, livingSeries],
  write: (on): SampleTables => openSampleTables(on, on.of(metrics)),
  prepare,
  queries: {
    /**
     * One column set per id, in the order asked, of at most maxPoints (≥ 2) buckets; empty where there are no samples.
     * `bucketMs` = 1 when the raw samples fit (min = max = mean); else buckets begin at whole multiples of it and hold the
     * minimum, maximum and mean of all samples in them, also of those that the range cuts off the first and last. They are
     * made of the samples or of the coarsest rollup that divides them, which are the same to the last bit. Where samples have
     * expired, buckets are as wide as the finest rollup left. A silence of more than 3 s, two buckets and three usual
     * intervals of the series, to the grain of what the buckets are made of, is one entry of nulls more; so is a bucket in
     * which the source had no value. Aborting rejects with `cancelled`.
     */
    history({ queries }, query: HistoryQuery, check): HandOver<HistoryAnswer> {
      const answer = queries.history(query, check);
      const buffers = answer.columns.flatMap(({ atMs, min, max, mean }) => [atMs.buffer, min.buffer, max.buffer, mean.buffer]);
      return new HandOver(answer, [...new Set(buffers)]);
    },
    /** The first and last time of any sample (where samples have expired: the start of the first rollup); nulls when there is none. */
    extent: ({ queries }): { fromMs: number | null; toMs: number | null } => queries.extent(),
    /** Raw samples, series after series in the order asked, each oldest first. */
    columns: ({ queries }, selection: HistorySelection, check): RawColumns[] => queries.samples(selection, check),
    /** A bounded part of one series, for what goes through years of it; none of a series that is not there. */
    page({ queries }, { seriesId, fromMs, toMs, limit }: SamplePageQuery): SamplePage {
      const rows = queries.page(seriesId, fromMs, toMs, limit);
      return { atMs: Float64Array.from(rows, (row) => row.atMs), value: Float64Array.from(rows, (row) => row.value ?? NaN) };
    },
    /** How long each of the series is known over these spans, and for how much of that it held; only samples tell it, no rollup. */
    heldTimes: ({ queries }, query: HeldTimesQuery, check): SeriesHeldTime[] => heldTimesOf(queries, query, check),
    /** One chunk of an export; {@link csvChunks} asks for one after another. */
    csv: ({ csv }, query: CsvQuery, check): CsvChunk => csv(query, check),
    /** All series in the database, by id. */
    series: ({ allSeries }): Series[] => allSeries.all().flatMap((row) => readSeries(row, () => undefined) ?? []),
    /** The series of these ids and of these devices, by id. */
    find: ({ found }, { ids = [], devices = [] }: SeriesWanted): Series[] =>
      found.all(JSON.stringify(ids), JSON.stringify(devices)).flatMap((row) => readSeries(row, () => undefined) ?? []),
    /** What the history takes, and will take with this retention. */
    status: ({ status }, retention: Retention): Omit<StorageStatus, 'ledger'> => status(retention),
    /**
     * One SELECT over the file's tables and `samples(of_series, from_ms, to_ms)`, which holds every sample (sql.ts).
     * @throws {AppError} `invalid-input` with SQLite's own words; `too-large` above 10,000 rows
     */
    sql: (on, { sql, params = [] }: { readonly sql: string; readonly params?: readonly SqlValue[] }, check): SqlAnswer =>
      on.sql().query(sql, params, check),
  },
});

function prepare({ db, databasePath, binding, damaged, onClose }: ReadContext) {
  const queries = openHistoryQueries(db, damaged);
  let sql: SqlQueries | null = null;
  onClose(() => sql?.close());
  return {
    queries,
    csv: openCsvQuery(db, queries),
    allSeries: db.query<SeriesRow>(`SELECT ${SERIES_WITH_METRIC} ORDER BY s.id`),
    found: db.query<SeriesRow>(
      `SELECT ${SERIES_WITH_METRIC} WHERE s.id IN (SELECT value FROM json_each(?))
       OR s.device IN (SELECT value FROM json_each(?)) ORDER BY s.id`,
    ),
    status: openStatusQuery(db),
    /** Opened when it is first asked: it takes connections of its own. */
    sql: () => (sql ??= openSql(databasePath, binding)),
  };
}
