import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import { message, messageOf, type KeyedMessage } from '@shared/text/message';
import { settledWithin, type Clock } from './clock';
import type { Collector } from './collector';
import { sensorItem } from './collectors/items';
import type { RecordingState } from './recorder';
import type { CollectorState } from './scheduler';

/** What the doctor judges a source by. */
export type SeenState = Pick<CollectorState, 'id' | 'state' | 'lastError' | 'answers' | 'last'>;

const ASK_LIMIT_MS = 5_000;

/**
 * What every collector says of itself, corrected by what the scheduler saw: a source that says it works but hangs, throws,
 * was never read or gave no value is failing, and one of whose devices some gave none works in part. Never rejects; a collector that does not answer in time is said to be failing.
 */
export async function collectorItems(clock: Clock, collectors: readonly Collector[], states: readonly SeenState[]): Promise<DoctorItem[]> {
  const lists = await Promise.all(
    collectors.map(async (collector) => {
      const asked = (async () => collector.doctor())();
      const items = await settledWithin<readonly DoctorItem[]>(clock, asked, ASK_LIMIT_MS, (error) => [
        sensorItem(collector.id, 'failing', messageOf(error)),
      ]);
      const seen = states.find((state) => state.id === collector.id);
      return items.map((item) => correct(item, seen));
    }),
  );
  return lists.flat();
}

/** Which of its source's readings a line of the doctor speaks for, by their metrics. What is not here speaks for itself. */
const metricsOf: Readonly<Record<string, RegExp>> = {
  'sensor.cpu': /^cpu\.load$/,
  'sensor.frequency': /^cpu\.frequency$/,
  'sensor.memory': /^(memory|swap)\./,
  'sensor.disk': /^disk\.(read|write)$/,
  'sensor.disk-temperature': /^disk\.temperature$/,
  'sensor.network': /^network\./,
  'sensor.temperature': /^(cpu|sensor)\.temperature$/,
  'sensor.rapl': /^(cpu|dram)\.power$/,
  'sensor.fans': /^fan\.speed$/,
  'sensor.pressure': /^pressure\./,
};
/** Rates and what is counted between two reads are not there at the first. */
const JUDGED_AFTER = 2;

/** "works" only of what worked when it was last read. */
function correct(item: DoctorItem, seen: SeenState | undefined): DoctorItem {
  if ((item.state !== 'works' && item.state !== 'partial') || seen === undefined) return item;
  switch (seen.state) {
    case 'hung':
      return { ...item, state: 'failing', detail: message('message.hung', { why: seen.lastError ?? '' }) };
    case 'failing':
      return { ...item, state: 'failing', detail: seen.lastError ?? '' };
    case 'waiting':
      return { ...item, state: 'failing', detail: message('message.notReadYet', { found: item.detail }) };
    case 'ok':
      return seen.answers < JUDGED_AFTER ? item : withoutSilent(item, seen.last);
  }
}

/** Names the devices that gave no value when last read. */
function withoutSilent(item: DoctorItem, last: readonly Reading[]): DoctorItem {
  const own = last.filter(({ metric }) => metricsOf[item.id]?.test(metric) === true);
  const silent = [...new Set(own.map(({ device }) => device))].filter((device) =>
    own.every((reading) => reading.device !== device || reading.value === null),
  );
  if (silent.length === 0) return item;
  if (own.every(({ device }) => silent.includes(device)))
    return { ...item, state: 'failing', detail: message('message.noValue', { found: item.detail }) };
  return { ...item, state: 'partial', detail: message('message.noValueOf', { found: item.detail, devices: silent.join(', ') }) };
}

/** Whether samples reach the disk. */
export function recordingItem(recording: RecordingState): DoctorItem {
  const { works, error, waiting, lost } = recording;
  return {
    id: 'storage.recording',
    group: 'storage',
    name: message('doctor.item.storage.recording'),
    state: works ? 'works' : 'failing',
    detail: works
      ? message('message.recording.works')
      : message('message.recording.failing', { error: error ?? '', waiting: samples(waiting), lost: samples(lost) }),
    repair: works ? null : message('message.recording.repair'),
  };
}

const samples = (count: number): KeyedMessage => message('message.count.samples', { count });
