import type { Log } from '@shared/base/log';
import { StoredDevice } from '@shared/model/device-record';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

export interface DeviceTable {
  load(): StoredDevice[];
  /** In one transaction; a label that is there is replaced. */
  save(devices: readonly StoredDevice[]): void;
}

export const SELECT_DEVICES = `SELECT label AS device, kind, uuid, serial, bus, pci_id AS pciId, model, first_seen_ms AS firstSeenMs,
  last_seen_ms AS lastSeenMs, away_since_ms AS awaySinceMs, removed_at_ms AS removedAtMs FROM device ORDER BY label`;

function openDeviceTable(db: WriteHandle, log: Log): DeviceTable {
  const selectAll = db.query<{ device: string }>(SELECT_DEVICES);
  const put = db.change(
    `INSERT OR REPLACE INTO device (label, kind, uuid, serial, bus, pci_id, model, first_seen_ms, last_seen_ms, away_since_ms, removed_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const whole = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
  return {
    load: () =>
      selectAll.all().flatMap((row) => {
        const read = StoredDevice.safeParse(row);
        if (read.success) return read.data;
        log('warn', `the device ${row.device} cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      }),
    save: (devices) =>
      db.transaction(() => {
        for (const { device, kind, uuid, serial, bus, pciId, model, firstSeenMs, lastSeenMs, awaySinceMs, removedAtMs } of devices) {
          put.run(
            device,
            kind,
            uuid,
            serial,
            bus,
            pciId,
            model,
            whole(firstSeenMs),
            whole(lastSeenMs),
            whole(awaySinceMs),
            whole(removedAtMs),
          );
        }
      }),
  };
}

/**
 * Which hardware has which label: `gpu0` is one card for good, told by its UUID, serial number or PCI address. Empty at
 * first; a label that was recorded before goes to the card that has its place when it is first listed.
 */
const table: Migration = {
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

/** Which hardware has which label. */
export const devices = repository({ migrations: [table], write: ({ db, log }) => openDeviceTable(db, log), ...noQueries });
