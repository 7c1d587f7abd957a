import type { WriteHandle } from '../open';
import type { Migration } from './migration';

/**
 * `power_part`: what the sums of power are expected to be made of, so that a part which is silent after a restart is missed
 * and not forgotten. In the settings, what is left out of the sums is no longer a matter of GPUs: it moves from `gpu` to a
 * section of its own.
 */
export const powerParts: Migration = {
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
