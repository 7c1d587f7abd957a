import type { Log } from '@shared/base/log';
import { z } from 'zod';
import { CollectorId, CollectorSettings } from '@shared/model/collector';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

/** What a person set of a collector. One of this machine that nobody touched has none. */
const StoredCollector = z.object({
  id: CollectorId,
  kind: z.string(),
  /** Null = as its kind is called. */
  name: z.string().nullable(),
  enabled: z.boolean(),
  settings: CollectorSettings,
});
export type StoredCollector = z.infer<typeof StoredCollector>;

export interface CollectorTable {
  /** In the order they were added. What cannot be read stays in the file and is left out, with a line in the log. */
  load(): StoredCollector[];
  save(collector: StoredCollector): void;
  remove(id: string): void;
}

function openCollectorTable(db: WriteHandle, log: Log): CollectorTable {
  const select = db.query<{ id: string; kind: string; name: string | null; enabled: number; settings: string }>(
    'SELECT id, kind, name, enabled, settings FROM collector ORDER BY rowid',
  );
  const put = db.change(
    `INSERT INTO collector (id, kind, name, enabled, settings) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)
     DO UPDATE SET name = excluded.name, enabled = excluded.enabled, settings = excluded.settings`,
  );
  const remove = db.change('DELETE FROM collector WHERE id = ?');
  return {
    load: () =>
      select.all().flatMap((row) => {
        const read = StoredCollector.safeParse({ ...row, enabled: row.enabled !== 0, settings: parseJson(row.settings) });
        if (read.success) return [read.data];
        log('warn', `the collector ${row.id} cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      }),
    save: ({ id, kind, name, enabled, settings }) =>
      db.transaction(() => void put.run(id, kind, name, enabled ? 1 : 0, JSON.stringify(settings))),
    remove: (id) => db.transaction(() => void remove.run(id)),
  };
}

const table: Migration = {
  version: 19,
  name: 'collectors',
  sql: `
    CREATE TABLE collector (
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      -- NULL = as its kind is called.
      name TEXT,
      enabled INTEGER NOT NULL,
      -- A JSON object: parameter → value, by the kind's own schema.
      settings TEXT NOT NULL
    ) STRICT;
  `,
};

/** What is read, and how, as a person set it. */
export const collectors = repository({ migrations: [table], write: ({ db, log }) => openCollectorTable(db, log), ...noQueries });
