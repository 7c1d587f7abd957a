import type { Log } from '@shared/base/log';
import { runStatuses, type Run } from '@shared/model/run';
import { MAX_FACETS, rowOf, type RunFacets, type RunFilter, type RunPage, type RunQuery, type RunSort } from '@shared/model/run-list';
import { usualQuantities } from '@shared/model/run-scalars';
import type { Query, ReadHandle, SqlValue } from '../../file/open';
import { readRun, runColumns, type RunRow } from './rows';
import { outcomeName } from './run-index';

export interface RunListQueries {
  /** One page: what it costs depends on its length, not on how many runs there are. */
  page(query: RunQuery): RunPage;
  facets(): RunFacets;
}

/** SQL text and the values of its question marks. */
interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A list's order: first the runs that have the value, along its index, then those that have none. */
interface Order {
  readonly from: string;
  readonly with: Condition;
  readonly without: Condition | null;
  /** The columns of one index, in its order. */
  readonly columns: readonly string[];
}

const ALL = 'run r';
const NEWEST = 'r.created_at_ms DESC, r.key DESC';

const columnOf = { ended: 'ended_at_ms', name: 'name', energy: 'energy_j', cost: 'cost' } as const;

/** Lists of runs, on any connection that can read. */
export function runListQueries(db: ReadHandle, log: Log): RunListQueries {
  const prepared = new Map<string, Query<unknown>>();
  /** A page is asked for again and again with the same few texts. */
  const query = <Row>({ sql, values }: Condition): Row[] => {
    const known = prepared.get(sql) ?? db.query<unknown>(sql);
    if (prepared.size > 64) prepared.clear();
    prepared.set(sql, known);
    return known.all(...values) as Row[];
  };
  const count = (from: string, where: Condition): number =>
    query<{ n: number }>({ sql: `SELECT count(*) AS n FROM ${from} WHERE ${where.sql}`, values: where.values })[0]?.n ?? 0;
  const keys = (from: string, where: Condition, order: string, limit: number, offset: number): number[] =>
    query<{ key: number }>({
      sql: `SELECT r.key AS key FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
      values: [...where.values, limit, offset],
    }).map(({ key }) => key);
  const rows = (ordered: readonly number[]): Run[] => {
    const found = query<RunRow & { key: number }>({
      sql: `SELECT key, ${runColumns.join(', ')} FROM run WHERE key IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(ordered)],
    });
    const byKey = new Map(found.map((row) => [row.key, row]));
    return ordered.flatMap((key) => {
      const row = byKey.get(key);
      return row === undefined ? [] : [readRun(row, log)];
    });
  };

  return {
    page: ({ filter, sort, offset, limit }) =>
      db.snapshot(() => {
        const among = conditionOf(filter);
        const order = orderOf(sort);
        const direction = sort.direction === 'ascending' ? 'ASC' : 'DESC';
        const along = order.columns.map((column) => `${column} ${direction}`).join(', ');
        const first = keys(order.from, both(among, order.with), along, limit, offset);
        const short = limit - first.length;
        const rest =
          order.without === null || short === 0
            ? []
            : keys(
                ALL,
                both(among, order.without),
                NEWEST,
                short,
                first.length > 0 ? 0 : Math.max(0, offset - count(order.from, both(among, order.with))),
              );
        return { rows: rows([...first, ...rest]).map(rowOf), total: count(ALL, among) };
      }),
    facets: () =>
      db.snapshot(() => ({
        runs: count(ALL, { sql: 'TRUE', values: [] }),
        tags: query<{ tag: string; runs: number }>({
          sql: `SELECT tag, count(*) AS runs FROM run_tag GROUP BY tag ORDER BY tag LIMIT ${MAX_FACETS}`,
          values: [],
        }),
        kinds: query<{ name: string }>(distinct('run', 'kind')).map(({ name }) => name),
        scalars: query<{ name: string }>(distinct('run_scalar', 'name'))
          .map(({ name }) => name)
          .filter((name) => !usualQuantities.some((quantity) => name === outcomeName(quantity))),
        best: query<{ name: string }>(distinct('run_best', 'name')).map(({ name }) => name),
        params: query<{ name: string }>(distinct('run_param', 'name')).map(({ name }) => name),
      })),
  };
}

/** The different values of a column that an index begins with, each found by one step down that index. */
function distinct(table: string, column: string): Condition {
  const next = (after: string): string => `SELECT min(${column}) FROM ${table} ${after}`;
  return {
    sql: `WITH RECURSIVE each (name) AS (
            ${next('')} UNION ALL SELECT (${next(`WHERE ${column} > each.name`)}) FROM each WHERE each.name IS NOT NULL LIMIT ${MAX_FACETS}
          ) SELECT name FROM each WHERE name IS NOT NULL`,
    values: [],
  };
}

function both(one: Condition, other: Condition): Condition {
  return { sql: `${one.sql} AND ${other.sql}`, values: [...one.values, ...other.values] };
}

function conditionOf({ status, kind, text, tags, fromMs, toMs, parent }: RunFilter): Condition {
  const parts: Condition[] = [];
  const add = (sql: string, ...values: SqlValue[]): void => void parts.push({ sql, values });
  if (status !== undefined) {
    const named = 'r.status IN (SELECT value FROM json_each(?))';
    // A status of another version counts as failed, which is how it is shown.
    if (status.includes('failed'))
      add(`(${named} OR r.status NOT IN (SELECT value FROM json_each(?)))`, JSON.stringify(status), JSON.stringify(runStatuses));
    else add(named, JSON.stringify(status));
  }
  if (kind !== undefined) add('r.kind IN (SELECT value FROM json_each(?))', JSON.stringify(kind));
  for (const word of (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)) add('instr(r.search, ?) > 0', word);
  for (const tag of tags ?? []) add('r.key IN (SELECT run_key FROM run_tag WHERE tag = ?)', tag);
  if (fromMs !== undefined)
    // By the index of ends: what is under way now and what ended since is little, however long the list.
    add('r.key IN (SELECT key FROM run WHERE ended_at_ms >= ? UNION ALL SELECT key FROM run WHERE ended_at_ms IS NULL)', fromMs);
  if (toMs !== undefined) add('r.created_at_ms <= ?', toMs);
  if (parent !== undefined) add('r.parent = ?', parent);
  return { sql: ['TRUE', ...parts.map(({ sql }) => sql)].join(' AND '), values: parts.flatMap(({ values }) => values) };
}

function orderOf({ by }: RunSort): Order {
  switch (by) {
    case 'created':
      return { from: ALL, with: { sql: 'TRUE', values: [] }, without: null, columns: ['r.created_at_ms', 'r.key'] };
    case 'status':
      return { from: ALL, with: { sql: 'TRUE', values: [] }, without: null, columns: ['r.status', 'r.key'] };
    case 'ended':
    case 'name':
    case 'energy':
    case 'cost': {
      const column = `r.${columnOf[by]}`;
      return {
        from: ALL,
        with: { sql: `${column} IS NOT NULL`, values: [] },
        without: { sql: `${column} IS NULL`, values: [] },
        columns: by === 'ended' ? [column, 'r.created_at_ms', 'r.key'] : [column, 'r.key'],
      };
    }
    default: {
      const told = by.slice(by.indexOf(':') + 1);
      const isOutcome = by.startsWith('outcome:');
      const name = isOutcome ? outcomeName(told) : told;
      const table = isOutcome || by.startsWith('scalar:') ? 'run_scalar' : by.startsWith('best:') ? 'run_best' : 'run_param';
      return {
        // In this order, so that it goes along the index of values.
        from: `${table} v CROSS JOIN run r ON r.key = v.run_key`,
        with: { sql: 'v.name = ?', values: [name] },
        without: { sql: `NOT EXISTS (SELECT 1 FROM ${table} v WHERE v.run_key = r.key AND v.name = ?)`, values: [name] },
        columns: ['v.value', 'v.run_key'],
      };
    }
  }
}
