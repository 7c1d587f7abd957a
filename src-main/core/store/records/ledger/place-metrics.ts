import { itPowerMetrics } from '@shared/energy/booking';
import { INFRASTRUCTURE_PLACE } from '@shared/energy/infrastructure-book';
import { ownId } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { ReadHandle } from '../../file/open';

const REST: MetricId = 'host.base.power';

/**
 * The metric that each place of the ledger is booked from, by the place's number. The ledger books devices; which power a device
 * tells is in its series, which stay when it leaves the room. A device of several powers is booked with their sum, which cannot
 * be parted afterwards: its key names them all.
 */
export function placeMetrics(db: ReadHandle): () => Map<number, string> {
  const places = db.query<{ id: number; device: string }>('SELECT id, device FROM ledger_place');
  const told = db.query<{ id: number; metric: string }>(
    `SELECT DISTINCT p.id, s.metric FROM ledger_place AS p JOIN series AS s ON s.device = p.device
     WHERE s.metric IN (${itPowerMetrics.map((metric) => `'${metric}'`).join(', ')}) ORDER BY p.id, s.metric`,
  );
  return () => {
    const metrics = new Map<number, string>();
    for (const { id, metric } of told.all()) {
      const others = metrics.get(id);
      metrics.set(id, others === undefined ? metric : `${others}+${metric}`);
    }
    return new Map(places.all().map(({ id, device }) => [id, keyOf(device, metrics.get(id))]));
  };
}

function keyOf(device: string, metrics: string | undefined): string {
  if (device === INFRASTRUCTURE_PLACE) return 'infrastructure';
  // Also where the meter of the whole is of the same device: what is booked there is what the parts leave of it.
  return ownId(device) === 'host' ? REST : (metrics ?? 'unknown');
}
