import { TreeNode } from '@shared/model/device-tree';
import type { WriteHandle } from '../file/open';
import type { StoreLog } from './rows';

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

/** The writer's side of `device_tree`. */
export function openDeviceTreeTable(db: WriteHandle, log: StoreLog): DeviceTreeTable {
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
