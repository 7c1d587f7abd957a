import { BlockReader, prepareStatements, type DamageFound } from './block-reader';
import { bucketWidth, gapThreshold, typicalInterval } from './buckets';
import { clip, firstAtLeast, joinColumns } from './columns';
import { floorTo, holdsSamples, HOUR_LEVEL, RAW_LEVEL, ROLLUPS, SPARSE, type Level } from './levels';
import { clipEntries, farMeanOf, isFar, joinEntries, type Entries } from './rollup-entries';
import type { ReadHandle } from '../file/open';
import type { HistorySelection } from './types';

/** Neighbours that the usual interval of a series is judged by. */
const INTERVAL_SAMPLES = 129;

export type HistoryQuery = HistorySelection & { readonly maxPoints: number };
/** One series' buckets, oldest first: as {@link HistoryColumns}, NaN for null. Raw samples have one array as all three. */
export interface BucketColumns {
  readonly seriesId: number;
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly min: Float64Array<ArrayBuffer>;
  readonly max: Float64Array<ArrayBuffer>;
  readonly mean: Float64Array<ArrayBuffer>;
}

export interface HistoryAnswer {
  readonly bucketMs: number;
  readonly columns: readonly BucketColumns[];
}
/** Times and values of one series, oldest first; NaN = the source had none. */
export interface RawColumns {
  readonly seriesId: number;
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

interface Row {
  readonly atMs: number;
  readonly value: number | null;
}

export interface HistoryQueries {
  history(query: HistoryQuery, check: () => void): HistoryAnswer;
  extent(): { fromMs: number | null; toMs: number | null };
  samples(selection: HistorySelection, check: () => void): RawColumns[];
  /** Samples of one series from `fromMs` to `toMs`, both inclusive, oldest first, at most `limit`. */
  page(seriesId: number, fromMs: number, toMs: number, limit: number): Row[];
}

/**
 * The queries of the history, over a connection that can only read; each is answered from one state of the database.
 * `check` is called between blocks, some milliseconds apart at most, and throws to give up. `damaged` is told of each
 * block that could not be read; the answer is the rest.
 */
export function openHistoryQueries(db: ReadHandle, damaged: (found: DamageFound) => void = () => undefined): HistoryQueries {
  const statements = prepareStatements(db);
  const known = db.query<{ id: number }>('SELECT id FROM series WHERE id IN (SELECT value FROM json_each(?))');
  const keptFrom = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?');
  const clustersOf = db.query<{ cluster: number; first: number; last: number }>(
    'SELECT cluster, min(slot_ms) AS first, max(slot_ms) AS last FROM block WHERE level = ? GROUP BY cluster',
  );
  const firstRow = db.query<{ atMs: number | null }>('SELECT min(at_ms) AS atMs FROM sample_recent');
  const lastRow = db.query<{ atMs: number | null }>('SELECT max(at_ms) AS atMs FROM sample_recent');

  /** A reader for these series; those that are not there (any more) have no samples. */
  const readerFor = (seriesIds: readonly number[]): { reader: BlockReader; live: Set<number> } => {
    const live = new Set(known.all(JSON.stringify(seriesIds)).map(({ id }) => id));
    return { reader: new BlockReader(statements, [...live], damaged), live };
  };

  /** From when on all samples of this level are kept, ms. */
  const keptFromMs = (level: number): number => Number(keptFrom.get(`kept_from_${level}`)?.value ?? -Infinity);

  function raw(reader: BlockReader, seriesId: number, { fromMs, toMs }: HistorySelection, check: () => void): BucketColumns {
    const { times, values } = concat(reader, seriesId, fromMs, toMs, check);
    const typicalMs = typicalInterval(times.subarray(0, INTERVAL_SAMPLES));
    const gapMs = gapThreshold(1, typicalMs);
    const gaps = gapsIn(times, gapMs, 0);
    if (gaps === 0) return { seriesId, atMs: times, min: values, max: values, mean: values };
    const columns = emptyColumns(seriesId, times.length + gaps);
    let at = 0;
    for (let i = 0; i < times.length; i++, at++) {
      const atMs = times[i] as number;
      if (i > 0 && atMs - (times[i - 1] as number) > gapMs) putNull(columns, at++, (times[i - 1] as number) + Math.max(1, typicalMs));
      columns.atMs[at] = atMs;
      columns.mean[at] = values[i] as number;
    }
    return { ...columns, min: columns.mean, max: columns.mean };
  }

  /** `entries`, joined where several lie in one bucket, with one of nulls more for each silence. */
  function bucketed(seriesId: number, entries: Entries, level: Level, bucketMs: number, typicalMs: number): BucketColumns {
    const gapMs = gapThreshold(bucketMs, typicalMs);
    const { starts, min, max, sum, count } = entries;
    const n = starts.length;
    const columns = emptyColumns(seriesId, n + gapsIn(starts, gapMs, level.widthMs - 1));
    let at = 0;
    for (let i = 0; i < n; at++) {
      const bucket = floorTo(starts[i] as number, bucketMs);
      const end = bucket + bucketMs;
      // Within one entry it is not known when: what is surely silent lies between its end and the start of the next.
      if (i > 0 && (starts[i] as number) - (starts[i - 1] as number) - level.widthMs + 1 > gapMs)
        putNull(columns, at++, floorTo(starts[i - 1] as number, bucketMs) + bucketMs);
      const from = i;
      let [low, high, total, numbers] = [Infinity, -Infinity, 0, 0];
      for (; i < n && (starts[i] as number) < end; i++) {
        const here = count[i] as number;
        if (here === 0) continue;
        if ((min[i] as number) < low) low = min[i] as number;
        if ((max[i] as number) > high) high = max[i] as number;
        total += sum[i] as number;
        numbers += here;
      }
      if (numbers === 0) putNull(columns, at, bucket);
      else {
        columns.atMs[at] = bucket;
        columns.min[at] = low;
        columns.max[at] = high;
        columns.mean[at] = isFar(low, high, numbers) ? farMeanOf(entries, from, i) : total / numbers;
      }
    }
    return {
      seriesId,
      atMs: columns.atMs.slice(0, at),
      min: columns.min.slice(0, at),
      max: columns.max.slice(0, at),
      mean: columns.mean.slice(0, at),
    };
  }

  /** Buckets over the samples themselves, or over the coarsest rollup that divides them. */
  function buckets(
    reader: BlockReader,
    seriesId: number,
    { fromMs, toMs }: HistorySelection,
    level: Level,
    bucketMs: number,
    check: () => void,
  ): BucketColumns {
    const startMs = floorTo(fromMs, bucketMs);
    const endMs = floorTo(toMs, bucketMs) + bucketMs;
    if (level.level !== RAW_LEVEL) {
      const entries = reader.entries(seriesId, level, startMs, endMs, check);
      return bucketed(seriesId, entries, level, bucketMs, typicalOf(entries, level));
    }
    const parts: Entries[] = [];
    let first: Float64Array | null = null;
    for (const hour of reader.hours(seriesId, startMs, endMs - 1)) {
      check();
      const entries = clipEntries(reader.rolledHour(seriesId, hour, bucketMs), startMs, endMs);
      if (entries.starts.length === 0) continue;
      parts.push(entries);
      if (first !== null) continue;
      const times = reader.hourTimes(seriesId, hour);
      const from = firstAtLeast(times, startMs);
      first = times.slice(from, Math.min(from + INTERVAL_SAMPLES, firstAtLeast(times, endMs)));
    }
    const typicalMs = typicalInterval(first ?? new Float64Array());
    return bucketed(seriesId, joinEntries(parts), { ...level, widthMs: bucketMs }, bucketMs, typicalMs);
  }

  /** The bucket's width and what it is made of, for this range: where raw samples have expired, at least the rollup left. */
  function planOf({ fromMs, toMs, maxPoints }: HistoryQuery): { bucketMs: number; level: Level } {
    const wantedMs = bucketWidth(fromMs, toMs, maxPoints);
    const kept = [{ level: RAW_LEVEL, widthMs: 1, slotMs: 1 }, ...ROLLUPS].filter(
      ({ level }) => level === HOUR_LEVEL || fromMs >= keptFromMs(level),
    );
    const usable = kept.filter(({ widthMs }) => wantedMs % widthMs === 0 && wantedMs >= widthMs);
    const level = usable.at(-1) ?? kept.find(({ widthMs }) => widthMs > wantedMs) ?? ROLLUPS[3];
    return { level, bucketMs: Math.max(wantedMs, level.widthMs) };
  }

  return {
    history: (query, check) =>
      db.snapshot(() => {
        const { seriesIds, fromMs, toMs, maxPoints } = query;
        const { reader, live } = readerFor(seriesIds);
        const rawKept = fromMs >= keptFromMs(RAW_LEVEL);
        const fits = rawKept && seriesIds.every((id) => !live.has(id) || reader.count(id, fromMs, toMs, maxPoints, check) <= maxPoints);
        if (fits) {
          const columns = seriesIds.map((id) => (live.has(id) ? raw(reader, id, query, check) : emptyColumns(id)));
          if (columns.every((column) => column.atMs.length <= maxPoints)) return { bucketMs: 1, columns };
        }
        const { level, bucketMs } = planOf(query);
        return {
          bucketMs,
          columns: seriesIds.map((id) => (live.has(id) ? buckets(reader, id, query, level, bucketMs, check) : emptyColumns(id))),
        };
      }),
    extent: () =>
      db.snapshot(() => {
        const { reader } = readerFor([]);
        const [froms, tos]: [number[], number[]] = [[], []];
        // Where the samples have expired, their rollups go on.
        for (const { level } of [{ level: RAW_LEVEL }, SPARSE, ...ROLLUPS]) {
          const spans = clustersOf.all(level);
          const first = Math.min(...spans.map((span) => span.first));
          const last = Math.max(...spans.map((span) => span.last));
          if (first < Math.min(...froms))
            froms.push(
              ...spans.filter((span) => span.first === first).flatMap(({ cluster }) => reader.spanOf(level, cluster, first)?.fromMs ?? []),
            );
          if (holdsSamples(level))
            tos.push(
              ...spans.filter((span) => span.last === last).flatMap(({ cluster }) => reader.spanOf(level, cluster, last)?.toMs ?? []),
            );
        }
        const [oldest, newest] = [firstRow.get()?.atMs ?? null, lastRow.get()?.atMs ?? null];
        if (oldest !== null) froms.push(oldest);
        if (newest !== null) tos.push(newest);
        return froms.length === 0 || tos.length === 0
          ? { fromMs: null, toMs: null }
          : { fromMs: Math.min(...froms), toMs: Math.max(...tos) };
      }),
    samples: ({ seriesIds, fromMs, toMs }, check) =>
      db.snapshot(() => {
        const { reader, live } = readerFor(seriesIds);
        return seriesIds.map((seriesId) => {
          check();
          if (!live.has(seriesId)) return { seriesId, atMs: new Float64Array(), value: new Float64Array() };
          const { times, values } = concat(reader, seriesId, fromMs, toMs, check);
          return { seriesId, atMs: times, value: values };
        });
      }),
    page: (seriesId, fromMs, toMs, limit) =>
      db.snapshot(() => {
        const { reader, live } = readerFor([seriesId]);
        const rows: Row[] = [];
        if (!live.has(seriesId)) return rows;
        for (const hour of reader.hours(seriesId, fromMs, toMs)) {
          const { times, values } = clip(reader.hour(seriesId, hour), fromMs, toMs);
          for (let i = 0; i < times.length; i++) {
            if (rows.length === limit) return rows;
            const value = values[i] as number;
            rows.push({ atMs: times[i] as number, value: Number.isNaN(value) ? null : value });
          }
        }
        return rows;
      }),
  };
}

function concat(
  reader: BlockReader,
  seriesId: number,
  fromMs: number,
  toMs: number,
  check: () => void,
): { times: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  return joinColumns(
    reader.hours(seriesId, fromMs, toMs).map((hour) => {
      check();
      return clip(reader.hour(seriesId, hour), fromMs, toMs);
    }),
  );
}

/** The usual interval of a series, ms, as its rollup tells it: with several samples an entry, their share of its width. */
function typicalOf({ starts, count }: Entries, { widthMs }: Level): number {
  const counts = [...count.subarray(0, INTERVAL_SAMPLES)].sort((a, b) => a - b);
  const usual = counts[counts.length >> 1] ?? 0;
  return usual > 1 ? widthMs / usual : typicalInterval(starts.subarray(0, INTERVAL_SAMPLES));
}

function emptyColumns(seriesId: number, n = 0): BucketColumns {
  return { seriesId, atMs: new Float64Array(n), min: new Float64Array(n), max: new Float64Array(n), mean: new Float64Array(n) };
}

/** How many neighbours are further apart than `gapMs`, the first of each being `longMs` long. */
function gapsIn(times: Float64Array, gapMs: number, longMs: number): number {
  let gaps = 0;
  for (let i = 1; i < times.length; i++) if ((times[i] as number) - (times[i - 1] as number) - longMs > gapMs) gaps++;
  return gaps;
}

function putNull(columns: BucketColumns, at: number, atMs: number): void {
  columns.atMs[at] = atMs;
  columns.min[at] = NaN;
  columns.max[at] = NaN;
  columns.mean[at] = NaN;
}
