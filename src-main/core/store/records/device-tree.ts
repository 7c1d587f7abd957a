import type { Log } from '@shared/base/log';
import { TreeNode } from '@shared/model/device-tree';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

/** The places of the room and how often they were edited. */
export interface StoredTree {
  readonly revision: number;
  readonly places: readonly TreeNode[];
}

export interface DeviceTreeTable {
  /** Null before the first save. */
  load(): StoredTree | null;
  /** Replaces the whole tree in one transaction. */
  save(tree: StoredTree): void;
}

const REVISION = 'device_tree_revision';

function openDeviceTreeTable(db: WriteHandle, log: Log): DeviceTreeTable {
  const selectAll = db.query<{ id: string }>('SELECT id, parent, kind, name, position, unit, height_u AS heightU FROM device_tree');
  const insert = db.change('INSERT INTO device_tree (id, parent, kind, name, position, unit, height_u) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const clear = db.change('DELETE FROM device_tree');
  const selectRevision = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?');
  const putRevision = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');

  return {
    load() {
      const stored = selectRevision.get(REVISION);
      if (stored === undefined) return null;
      const places = selectAll.all().flatMap((row) => {
        const read = TreeNode.safeParse(row);
        if (read.success) return read.data;
        log('warn', `the place ${row.id} of the room cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      });
      const revision = Number(stored.value);
      return { revision: Number.isSafeInteger(revision) && revision >= 0 ? revision : 0, places };
    },
    save: ({ revision, places }) =>
      db.transaction(() => {
        clear.run();
        for (const { id, parent, kind, name, position, unit, heightU } of places)
          insert.run(id, parent, kind, name, position, unit, heightU);
        putRevision.run(REVISION, String(revision));
      }),
  };
}

/**
 * The places of the room: halls, rows, racks and nodes. What hangs below a node follows from the device ids of its series
 * and is not stored. The tree's revision lies in `meta.device_tree_revision`.
 */
const table: Migration = {
  version: 3,
  name: 'device tree',
  sql: `
    CREATE TABLE device_tree (
      id TEXT NOT NULL PRIMARY KEY,
      parent TEXT REFERENCES device_tree (id) DEFERRABLE INITIALLY DEFERRED,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      unit INTEGER,
      height_u INTEGER
    ) STRICT, WITHOUT ROWID;
  `,
};

/** The places of the room. */
export const deviceTree = repository({ migrations: [table], write: ({ db, log }) => openDeviceTreeTable(db, log), ...noQueries });
