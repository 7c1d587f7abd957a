import type { Migration } from './migration';

/**
 * The places of the room: halls, rows, racks and nodes. What hangs below a node follows from the device ids of its series
 * and is not stored. The tree's revision lies in `meta.device_tree_revision`.
 */
export const deviceTree: Migration = {
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
