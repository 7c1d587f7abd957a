import type { DoctorItem } from '@shared/model/doctor';
import { phrase, saidBy } from '@shared/phrases/phrase';
import { settledWithin, type Clock } from './clock';
import type { Collector } from './collector';
import { sensorItem } from './collectors/items';
import type { RecordingState } from './ingest';
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
        sensorItem(collector.id, 'failing', saidBy(error)),
      ]);
      const seen = states.find((state) => state.id === collector.id);
      return items.map((item) => correct(item, seen));
    }),
  );
  return lists.flat();
}

function correct(item: DoctorItem, seen: CollectorState | undefined): DoctorItem {
  if (item.state !== 'works' || seen === undefined || (seen.state !== 'failing' && seen.state !== 'hung')) return item;
  const why = seen.lastError ?? '';
  return { ...item, state: 'failing', detail: seen.state === 'hung' ? phrase('said.hung', { why }) : why };
}

/** Whether samples reach the disk. */
export function recordingItem(recording: RecordingState): DoctorItem {
  const { works, error, waiting, lost } = recording;
  return {
    id: 'storage.recording',
    group: 'storage',
    name: phrase('doctor.item.storage.recording'),
    state: works ? 'works' : 'failing',
    detail: works ? phrase('said.recording.works') : phrase('said.recording.failing', { error: error ?? '', waiting, lost }),
    repair: works ? null : phrase('said.recording.repair'),
  };
}
