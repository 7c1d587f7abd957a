import { isTextList } from '@shared/model/param';
import type { Log } from '@shared/base/log';
import { isFinal, type Run } from '@shared/model/run';
import { scalarsOf } from '@shared/model/run-scalars';
import type { WriteHandle } from '../../file/open';
import { readRun, runColumns, type RunRow } from './rows';

/** What {@link searchText}, the columns and the tables below are made by; another number makes them anew at the next opening. */
const INDEX_VERSION = 2;
const VERSION_KEY = 'run_index_version';

/** What follows from a run's row, for lists to filter and sort by. */
export interface RunIndex {
  /** To be called inside the transaction that writes the row. */
  put(key: number, run: Run): void;
  /** What was written last did not last: its transaction was undone. */
  undone(): void;
}

type Value = string | number;

/**
 * Opens the index of runs, and makes it when this build makes it another way than the one before did. The values of a run under
 * way change several times a second: only what is another than the last that was written is written.
 */
export function openRunIndex(db: WriteHandle, log: Log): RunIndex {
  const tables = [namedValues(db, 'run_scalar'), namedValues(db, 'run_param'), tagTable(db)] as const;
  const setColumns = db.change('UPDATE run SET search = ?, energy_j = ?, cost = ?, unbilled = ? WHERE key = ?');
  /** Of living runs: what was written last. */
  const written = new Map<number, string[]>();

  const put = (key: number, run: Run): void => {
    const parts = [Object.entries(scalarsOf(run)), paramValues(run), run.tags.map((tag): [string, Value] => [tag, 0])] as const;
    const columns = [searchText(run), finite(run.energy?.itJ.value), finite(run.energy?.cost.value), Number(isUnbilled(run))] as const;
    const before = written.get(key);
    const now = [...parts, columns].map((part) => JSON.stringify(part));
    parts.forEach((entries, i) => {
      if (now[i] !== before?.[i]) tables[i]?.replace(key, entries);
    });
    if (now[parts.length] !== before?.[parts.length]) setColumns.run(...columns, key);
    if (isFinal(run.status)) written.delete(key);
    else written.set(key, now);
  };

  makeAnew(db, log, put);
  return { put, undone: () => written.clear() };
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
  replace(key: number, entries: readonly (readonly [string, Value])[]): void;
}

function namedValues(db: WriteHandle, table: 'run_scalar' | 'run_param'): PartTable {
  const clear = db.change(`DELETE FROM ${table} WHERE run_key = ?`);
  const insert = db.change(`INSERT INTO ${table} (run_key, name, value) VALUES (?, ?, ?)`);
  return {
    replace(key, entries) {
      clear.run(key);
      for (const [name, value] of entries) if (typeof value === 'string' || Number.isFinite(value)) insert.run(key, name, value);
    },
  };
}

function tagTable(db: WriteHandle): PartTable {
  const clear = db.change('DELETE FROM run_tag WHERE run_key = ?');
  const insert = db.change('INSERT OR IGNORE INTO run_tag (run_key, tag) VALUES (?, ?)');
  return {
    replace(key, entries) {
      clear.run(key);
      for (const [tag] of entries) insert.run(key, tag);
    },
  };
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
