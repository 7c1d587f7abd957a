import { MetricDefinition } from '@shared/model/metric';
import { metrics as catalogue, isMetricId, metricIds, metricOf } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import type { Migration } from '../file/migration';
import type { Change, Query, ReadHandle, WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

interface MetricRow {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly kind: string;
  readonly digits: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly better: string | null;
}

/** A row of `series` with what is known of its metric: to be put after SELECT. */
export const SERIES_WITH_METRIC = `s.id, s.device, s.metric, s.provenance, s.label,
  m.name, m.unit, m.kind, m.digits, m.low, m.high, m.better FROM series s LEFT JOIN metric m ON m.id = s.metric`;

/** The definition in a row of {@link SERIES_WITH_METRIC}; undefined for the catalogue's, and where nothing sound is stored. */
export function definitionOf(row: Readonly<Record<string, unknown>>): MetricDefinition | undefined {
  const { metric, name, unit, kind, digits, low, high, better } = row;
  if (typeof metric === 'string' && isMetricId(metric)) return undefined;
  const range = typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
  const parsed = MetricDefinition.safeParse({ name, unit, kind, digits, range, ...(typeof better === 'string' ? { better } : {}) });
  return parsed.success ? parsed.data : undefined;
}

/** The unit of one metric by its id, for whoever has no series in hand. */
export function metricUnits(db: ReadHandle): (metric: string) => string {
  const select = db.query<{ unit: string }>('SELECT unit FROM metric WHERE id = ?');
  return (metric) => (isMetricId(metric) ? metricOf({ metric }).unit : (select.get(metric)?.unit ?? ''));
}

export interface Metrics {
  /**
   * Notes what a metric is. One that is known in another unit stays what it is: values of two units never share a name.
   * To be called inside a transaction.
   * @returns the id to record under: its own, or one with the unit in it
   */
  ensure(key: Pick<SeriesKey, 'metric' | 'definition'>): string;
}

class MetricTable implements Metrics {
  private readonly select: Query<MetricRow>;
  private readonly put: Change;

  constructor(db: WriteHandle) {
    this.select = db.query<MetricRow>('SELECT id, name, unit, kind, digits, low, high, better FROM metric WHERE id = ?');
    this.put = db.change(
      `INSERT INTO metric (id, name, unit, kind, digits, low, high, better) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
       SET name = excluded.name, unit = excluded.unit, kind = excluded.kind, digits = excluded.digits, low = excluded.low, high = excluded.high, better = excluded.better`,
    );
    db.transaction(() => {
      for (const id of metricIds) this.write(id, catalogue[id]);
    });
  }

  ensure({ metric, definition }: Pick<SeriesKey, 'metric' | 'definition'>): string {
    if (isMetricId(metric) || definition === undefined) return metric;
    const known = this.select.get(metric);
    if (known === undefined || known.unit === '' || known.unit === definition.unit) {
      this.write(metric, definition, known);
      return metric;
    }
    // Nothing is said against the unit that it has.
    if (definition.unit === '') return metric;
    const apart = `${metric} [${definition.unit}]`;
    this.write(apart, definition);
    return apart;
  }

  private write(id: string, { name, unit, kind, digits, range, better = undefined }: MetricDefinition, known = this.select.get(id)): void {
    const row: MetricRow = { id, name, unit, kind, digits, low: range?.[0] ?? null, high: range?.[1] ?? null, better: better ?? null };
    const { low, high } = row;
    const same =
      known?.name === name &&
      known.unit === unit &&
      known.kind === kind &&
      known.digits === digits &&
      known.low === low &&
      known.high === high &&
      known.better === row.better;
    if (!same) this.put.run(id, name, unit, kind, digits, low, high, row.better);
  }
}

/**
 * What is known of each metric. Those of the catalogue are written by every build that opens the file (above), so
 * that another build, or a person with plain SQL, reads the name and unit of a metric that it has never heard of. A series
 * whose metric has no row is shown with its id.
 */
const table: Migration = {
  version: 7,
  name: 'metrics',
  sql: `
    CREATE TABLE metric (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      unit TEXT NOT NULL,
      kind TEXT NOT NULL,
      digits INTEGER NOT NULL,
      -- Values outside are none; NULL = every number may be meant.
      low REAL,
      high REAL,
      -- 'lower' or 'higher'; NULL = neither.
      better TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};

/** What is known of each metric. */
export const metrics = repository({
  migrations: [table],
  write({ db }): Metrics {
    const stored = new MetricTable(db);
    return { ensure: (key) => stored.ensure(key) };
  },
  ...noQueries,
});
