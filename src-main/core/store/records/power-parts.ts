import { absences } from '@shared/model/device-event';
import { provenances } from '@shared/model/provenance';
import { MetricIdSchema } from '@shared/model/series';
import { z } from 'zod';
import type { WriteHandle } from '../file/open';
import type { StoreLog } from './rows';

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

/** The writer's side of `power_part`. */
export function openPowerPartTable(db: WriteHandle, log: StoreLog): PowerPartTable {
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
