import type { Log } from '@shared/base/log';
import { Series } from '@shared/model/series';
import { firstIssue } from '../file/json';
import { definitionOf } from '../records/metrics';

/** A row of {@link SERIES_WITH_METRIC}. */
export type SeriesRow = Readonly<Record<string, unknown>>;

/** A series as stored, whether or not its metric is known here; null, with a log line, for a row that is none. */
export function readSeries(row: SeriesRow, log: Log): Series | null {
  const definition = definitionOf(row);
  const { id, device, metric, provenance, label } = row;
  const parsed = Series.safeParse({ id, device, metric, provenance, label, ...(definition === undefined ? {} : { definition }) });
  if (parsed.success) return parsed.data;
  log('warn', `a stored series is not valid and not shown (${firstIssue(parsed.error)}): ${JSON.stringify(row)}`);
  return null;
}
