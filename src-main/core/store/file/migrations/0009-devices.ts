import type { Migration } from './migration';

/**
 * Which hardware has which label: `gpu0` is one card for good, told by its UUID, serial number or PCI address. Empty at
 * first; a label that was recorded before goes to the card that has its place when it is first listed.
 */
export const devices: Migration = {
  version: 9,
  name: 'devices',
  sql: `
    CREATE TABLE device (
      label TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      uuid TEXT,
      serial TEXT,
      bus TEXT,
      pci_id TEXT,
      model TEXT,
      first_seen_ms INTEGER NOT NULL,
      last_seen_ms INTEGER NOT NULL,
      away_since_ms INTEGER,
      removed_at_ms INTEGER
    ) STRICT, WITHOUT ROWID;
  `,
};
