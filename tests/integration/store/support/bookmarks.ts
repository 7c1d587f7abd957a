import type { Migration } from '../../../../src-main/core/store/file/migration';
import { migrations } from '../../../../src-main/core/store/repositories';
import { repository } from '../../../../src-main/core/store/repository';

/** A kind of record that no build has: its step of the schema, what can be written, what can be asked. All of it is here. */
export interface Bookmark {
  readonly atMs: number;
  readonly text: string;
}

const table: Migration = {
  version: migrations.length + 1,
  name: 'bookmarks',
  sql: 'CREATE TABLE bookmark (at_ms INTEGER NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT;',
};

export const bookmarks = repository({
  migrations: [table],
  write({ db }) {
    const put = db.change('INSERT INTO bookmark (at_ms, text) VALUES (?, ?)');
    return { add: ({ atMs, text }: Bookmark): void => db.transaction(() => void put.run(atMs, text)) };
  },
  prepare: ({ db }) => ({
    db,
    since: db.query<Bookmark>('SELECT at_ms AS atMs, text FROM bookmark WHERE at_ms >= ? ORDER BY at_ms'),
  }),
  queries: {
    since: ({ since }, fromMs: number): Bookmark[] => since.all(fromMs),
    count: ({ since }): number => since.all(0).length,
    // A connection that can only ask, and does not know it.
    sneak: ({ db }): unknown => db.query("INSERT INTO bookmark VALUES (1, 'from the reader') RETURNING text").all(),
    means: ({ db }): string[] => Object.keys(db).sort(),
    later: async ({ since }, fromMs: number): Promise<string> => {
      await Promise.resolve();
      return since.all(fromMs)[0]?.text ?? 'none';
    },
  },
});
