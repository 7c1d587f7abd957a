import type { Log } from '@shared/base/log';
import { SavedView, type ViewState } from '@shared/model/saved-view';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

interface ViewRow {
  readonly id: number;
  readonly name: string;
  readonly savedAtMs: number;
  readonly view: string;
}

export interface SavedViewTable {
  /** By name. What cannot be read stays in the file and is left out, with a line in the log. */
  load(): SavedView[];
  add(name: string, savedAtMs: number, view: ViewState): void;
  /** What it shows from now on. @returns whether it is there */
  change(id: number, savedAtMs: number, view: ViewState): boolean;
  /** @returns whether it is there */
  rename(id: number, name: string): boolean;
  remove(id: number): void;
  /** Which one has a name, in whatever case; null = none. */
  idOf(name: string): number | null;
}

function openSavedViewTable(db: WriteHandle, log: Log): SavedViewTable {
  const select = db.query<ViewRow>('SELECT id, name, saved_at_ms AS savedAtMs, view FROM saved_view ORDER BY name, id');
  const named = db.query<{ id: number }>('SELECT id FROM saved_view WHERE name = ?');
  const insert = db.change('INSERT INTO saved_view (name, saved_at_ms, view) VALUES (?, ?, ?)');
  const update = db.change('UPDATE saved_view SET saved_at_ms = ?, view = ? WHERE id = ?');
  const rename = db.change('UPDATE saved_view SET name = ? WHERE id = ?');
  const remove = db.change('DELETE FROM saved_view WHERE id = ?');
  return {
    load: () =>
      select.all().flatMap((row) => {
        const read = SavedView.safeParse({ ...row, view: parseJson(row.view) });
        if (read.success) return [read.data];
        log('warn', `the saved view ${row.id} cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      }),
    add: (name, savedAtMs, view) => db.transaction(() => void insert.run(name, savedAtMs, JSON.stringify(view))),
    change: (id, savedAtMs, view) => db.transaction(() => update.run(savedAtMs, JSON.stringify(view), id) > 0),
    rename: (id, name) => db.transaction(() => rename.run(name, id) > 0),
    remove: (id) => db.transaction(() => void remove.run(id)),
    idOf: (name) => named.get(name)?.id ?? null,
  };
}

const table: Migration = {
  version: 27,
  name: 'saved views',
  sql: `
    CREATE TABLE saved_view (
      -- Never given twice: a window that still holds one that is gone must not change another.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      saved_at_ms INTEGER NOT NULL,
      -- A JSON object (model/saved-view.ts).
      view TEXT NOT NULL
    ) STRICT;
  `,
};

/** The views of History that persons keep by name. */
export const savedViews = repository({ migrations: [table], write: ({ db, log }) => openSavedViewTable(db, log), ...noQueries });
