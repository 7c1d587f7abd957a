import { isTextList } from '@shared/model/param';
import type { Log } from '@shared/base/log';
import { isFinal, type Run } from '@shared/model/run';
import { bestOf, outcomeOf, scalarsOf, usualQuantities } from '@shared/model/run-scalars';
import type { Change, WriteHandle } from '../../file/open';
import { readRun, runColumns, type RunRow } from './rows';

/** What {@link searchText}, the columns and the tables below are made by; another number makes them anew at the next opening. */
const INDEX_VERSION = 5;
const VERSION_KEY = 'run_index_version';

/** What follows from a run's row, for lists to filter and sort by. */
export interface RunIndex {
  /** To be called inside the transaction that writes the row. */
  put(key: number, run: Run): void;
  /** What was written last did not last: its transaction was undone. */
  undone(): void;
}

type Value = string | number;
type Values = ReadonlyMap<string, Value>;

/** What stands in the tables of a run, in their order, and in its columns. */
interface Written {
  readonly parts: readonly Values[];
  readonly columns: string;
}

const NOTHING: Values = new Map();
const isStorable = (value: Value): boolean => typeof value === 'string' || Number.isFinite(value);

/**
 * Opens the index of runs, and makes it when this build makes it another way than the one before did. The values of a run under
 * way change several times a second: only what is another than the last that was written is written.
 */
export function openRunIndex(db: WriteHandle, log: Log): RunIndex {
  const tables = [namedValues(db, 'run_scalar'), namedValues(db, 'run_param'), tagTable(db), namedValues(db, 'run_best')] as const;
  const setColumns = db.change('UPDATE run SET search = ?, energy_j = ?, cost = ?, unbilled = ? WHERE key = ?');
  /** Of living runs: what was written last. */
  const written = new Map<number, Written>();

  const put = (key: number, run: Run): void => {
    const [scalars, best] = [scalarsOf(run), bestOf(run)];
    const parts = [
      [...Object.entries(scalars), ...outcomes(scalars, best)],
      paramValues(run),
      run.tags.map((tag): [string, Value] => [tag, 0]),
      Object.entries(best),
    ] as const;
    const columns = [searchText(run), finite(run.energy?.itJ.value), finite(run.energy?.cost.value), Number(isUnbilled(run))] as const;
    const before = written.get(key);
    const now: Written = {
      parts: parts.map((entries) => new Map(entries.filter(([, value]) => isStorable(value)))),
      columns: JSON.stringify(columns),
    };
    tables.forEach((table, i) => table.replace(key, now.parts[i] ?? NOTHING, before?.parts[i]));
    if (now.columns !== before?.columns) setColumns.run(...columns, key);
    if (isFinal(run.status)) written.delete(key);
    else written.set(key, now);
  };

  makeAnew(db, log, put);
  return { put, undone: () => written.clear() };
}

/** What an outcome's value is called in `run_scalar`; no scalar's name has such a character. */
export const outcomeName = (quantity: string): string => `\u007f${quantity}`;

function outcomes(scalars: Record<string, number>, best: Record<string, number>): [string, Value][] {
  return usualQuantities.flatMap((quantity): [string, Value][] => {
    const found = outcomeOf({ scalars, best }, quantity);
    return found === null ? [] : [[outcomeName(quantity), found.value]];
  });
}

/** Everything that a text may be looked for in. */
function searchText({ id, name, notes, kind, recipe, engine, tags, params }: Run): string {
  const values = Object.entries(params).map(([param, value]) => `${param}=${String(value)}`);
  return [name ?? '', recipe, engine, kind, id, ...tags, ...values, notes].join('\n').toLowerCase();
}

/** Its core, or the one that was to make the bill right after the end, was lost. */
function isUnbilled({ status, failure, energy, interruptions }: Run): boolean {
  if (!isFinal(status) || energy?.final === true) return false;
  return failure?.code === 'core-lost' || interruptions.length > 0 || energy !== null;
}

function paramValues({ params }: Run): [string, Value][] {
  return Object.entries(params).flatMap(([name, value]): [string, Value][] =>
    value === null ? [] : [[name, typeof value === 'boolean' ? Number(value) : isTextList(value) ? value.join(', ') : value]],
  );
}

interface PartTable {
  /** Writes what differs from what stands there; `before` left out = that is not known. */
  replace(key: number, values: Values, before: Values | undefined): void;
}

function partTable(clear: Change, put: (key: number, name: string, value: Value) => void, remove: Change): PartTable {
  return {
    replace(key, values, before) {
      if (before === undefined) clear.run(key);
      else for (const name of before.keys()) if (!values.has(name)) remove.run(key, name);
      for (const [name, value] of values) if (before?.get(name) !== value) put(key, name, value);
    },
  };
}

function namedValues(db: WriteHandle, table: 'run_scalar' | 'run_param' | 'run_best'): PartTable {
  const put = db.change(`INSERT OR REPLACE INTO ${table} (run_key, name, value) VALUES (?, ?, ?)`);
  return partTable(
    db.change(`DELETE FROM ${table} WHERE run_key = ?`),
    (key, name, value) => put.run(key, name, value),
    db.change(`DELETE FROM ${table} WHERE run_key = ? AND name = ?`),
  );
}

function tagTable(db: WriteHandle): PartTable {
  const put = db.change('INSERT OR REPLACE INTO run_tag (run_key, tag) VALUES (?, ?)');
  return partTable(
    db.change('DELETE FROM run_tag WHERE run_key = ?'),
    (key, tag) => put.run(key, tag),
    db.change('DELETE FROM run_tag WHERE run_key = ? AND tag = ?'),
  );
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function makeAnew(db: WriteHandle, log: Log, put: (key: number, run: Run) => void): void {
  const version = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?').get(VERSION_KEY)?.value;
  if (version === String(INDEX_VERSION)) return;
  const all = db.query<RunRow & { key: number }>(`SELECT key, ${runColumns.join(', ')} FROM run WHERE key > ? ORDER BY key LIMIT 500`);
  db.transaction(() => {
    for (let rows = all.all(-1); rows.length > 0; rows = all.all(rows.at(-1)?.key ?? Infinity))
      for (const row of rows) put(row.key, readRun(row, log));
    db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
      VERSION_KEY,
      String(INDEX_VERSION),
    );
  });
}
