import type { DoctorItem } from '@shared/model/doctor';
import type { Retention } from '@shared/model/settings';
import { message, messageOf } from '@shared/text/message';
import type { StoreReader } from '../store/types';
import { listOf } from '../telemetry/collectors/items';

/** Whether every block of the history can be read, and which series are the first of those that something was set apart of. */
export async function blocksItem(reader: Pick<StoreReader, 'samples'>, retention: Retention): Promise<DoctorItem> {
  const item = { id: 'storage.blocks', group: 'storage', name: message('doctor.item.storage.blocks') } as const;
  try {
    const { quarantined, quarantinedSeries, samples } = await reader.samples.status(retention);
    if (quarantined === 0) {
      const detail = message('message.blocks.works', { samples: message('message.count.samples', { count: samples }) });
      return { ...item, state: 'works', detail, repair: null };
    }
    const found = message('message.blocks.damaged', { count: quarantined, table: 'quarantine' });
    const { first, count } = quarantinedSeries;
    const named = listOf(first.map(({ device, metric }) => `${device} ${metric}`));
    const series = count > first.length ? message('message.blocks.more', { series: named, count: count - first.length }) : named;
    const detail = first.length === 0 ? found : message('message.blocks.named', { found, series });
    return { ...item, state: 'failing', detail, repair: message('message.blocks.repair') };
  } catch (error) {
    return { ...item, state: 'failing', detail: messageOf(error), repair: null };
  }
}
