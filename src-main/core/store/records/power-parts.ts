import type { Log } from '@shared/base/log';
import { absences } from '@shared/model/device-event';
import { provenances } from '@shared/model/provenance';
import { MetricIdSchema } from '@shared/model/series';
import { z } from 'zod';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

/** A part of the room's power as it is remembered; `away` says why it is in no sum, null = it is expected to be read. */
const StoredPart = z.object({
  device: z.string(),
  metric: MetricIdSchema,
  label: z.string(),
  provenance: z.enum(provenances),
  away: z.enum(absences).nullable(),
});
export type StoredPart = z.infer<typeof StoredPart>;

export interface PowerPartTable {
  load(): StoredPart[];
  save(part: StoredPart): void;
  /** The device and all that hangs on it. */
  remove(device: string): void;
}

function openPowerPartTable(db: WriteHandle, log: Log): PowerPartTable {
  const select = db.query<{ device: string }>('SELECT device, metric, label, provenance, away FROM power_part');
  const put = db.change(
    `INSERT INTO power_part (device, metric, label, provenance, away) VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, metric)
     DO UPDATE SET label = excluded.label, provenance = excluded.provenance, away = excluded.away`,
  );
  const remove = db.change("DELETE FROM power_part WHERE device = ? OR substr(device, 1, length(?) + 1) = ? || '/'");
  return {
    load: () =>
      select.all().flatMap((row) => {
        const read = StoredPart.safeParse(row);
        if (read.success) return [read.data];
        log('warn', `the part ${row.device} of the room's power cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
        return [];
      }),
    save: ({ device, metric, label, provenance, away }) => db.transaction(() => void put.run(device, metric, label, provenance, away)),
    remove: (device) => db.transaction(() => void remove.run(device, device, device)),
  };
}

/**
 * `power_part`: what the sums of power are expected to be made of, so that a part which is silent after a restart is missed
 * and not forgotten. In the settings, what is left out of the sums is no longer a matter of GPUs: it moves from `gpu` to a
 * section of its own.
 */
const table: Migration = {
  version: 6,
  name: 'power parts',
  sql: `
    CREATE TABLE power_part (
      device TEXT NOT NULL,
      metric TEXT NOT NULL,
      label TEXT NOT NULL,
      provenance TEXT NOT NULL,
      -- lost or asleep: known, and in no sum; NULL = expected to be read.
      away TEXT,
      PRIMARY KEY (device, metric)
    ) STRICT, WITHOUT ROWID;
  `,
  run: moveExcluded,
};

function moveExcluded(db: WriteHandle): void {
  const row = db.query<{ value: string }>("SELECT value FROM settings WHERE section = 'gpu'").get();
  const devices = row && devicesIn(row.value);
  if (!devices) return;
  const excludedDevices = Object.keys(devices).filter((device) => {
    const own = devices[device];
    return typeof own === 'object' && own !== null && 'inItPower' in own && own.inItPower === false;
  });
  if (excludedDevices.length === 0) return;
  const put = db.change("INSERT INTO settings (section, value) VALUES ('power', ?) ON CONFLICT (section) DO NOTHING");
  put.run(JSON.stringify({ excludedDevices }));
}

/** Null for a text that is not understood: it stays as it is. */
function devicesIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const gpu: unknown = JSON.parse(text);
    if (typeof gpu !== 'object' || gpu === null || !('devices' in gpu)) return null;
    const { devices } = gpu;
    return typeof devices === 'object' && devices !== null ? { ...devices } : null;
  } catch {
    return null;
  }
}

/** What the sums of power are expected to be made of. */
export const powerParts = repository({ migrations: [table], write: ({ db, log }) => openPowerPartTable(db, log), ...noQueries });
