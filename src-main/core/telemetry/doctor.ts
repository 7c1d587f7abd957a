import type { DoctorItem } from '@shared/model/doctor';
import { settledWithin, type Clock } from './clock';
import type { Collector } from './collector';
import { messageOf, type RecordingState } from './ingest';
import type { CollectorState } from './scheduler';

const ASK_LIMIT_MS = 5_000;

/**
 * What every collector says of itself, corrected by what the scheduler saw: a source that says it works but hangs or
 * throws is failing. Never rejects; a collector that does not answer in time is said to be failing.
 */
export async function collectorItems(clock: Clock, collectors: readonly Collector[], states: readonly CollectorState[]): Promise<DoctorItem[]> {
  const lists = await Promise.all(
    collectors.map(async (collector) => {
      const asked = (async () => collector.doctor())();
      const items = await settledWithin<readonly DoctorItem[]>(clock, asked, ASK_LIMIT_MS, (error) => [
        { id: `sensor.${collector.id}`, group: 'sensor', name: collector.id, state: 'failing', detail: messageOf(error), repair: null },
      ]);
      const seen = states.find((state) => state.id === collector.id);
      return items.map((item) => correct(item, seen));
    }),
  );
  return lists.flat();
}

function correct(item: DoctorItem, seen: CollectorState | undefined): DoctorItem {
  if (item.state !== 'works' || seen === undefined || (seen.state !== 'failing' && seen.state !== 'hung')) return item;
  return { ...item, state: 'failing', detail: seen.state === 'hung' ? `hung: ${seen.lastError ?? ''}` : (seen.lastError ?? '') };
}

/** Whether samples reach the disk. */
export function recordingItem(recording: RecordingState): DoctorItem {
  const kept = `${recording.waiting} samples wait in memory, ${recording.lost} are lost`;
  return {
    id: 'storage.recording',
    group: 'storage',
    name: 'Recording of samples',
    state: recording.works ? 'works' : 'failing',
    detail: recording.works ? 'one transaction a second' : `${recording.error ?? ''}; live values go on, ${kept}`,
    repair: recording.works ? null : 'Free space on the disk that holds the data folder; recording resumes by itself.',
  };
}
