import { deviceName, type DeviceRecord } from '@shared/model/device-record';
import type { DoctorItem } from '@shared/model/doctor';
import { isPhraseId, phrase, type Said } from '@shared/phrases/phrase';

/** A doctor's line about a sensor. */
export function sensorItem(id: string, state: DoctorItem['state'], detail: Said, repair: Said | null = null): DoctorItem {
  return { id: `sensor.${id}`, group: 'sensor', name: sensorName(id), state, detail, repair };
}

/** What a sensor is called; one that there is no text for goes by its id. */
export function sensorName(id: string): Said {
  const name = `doctor.item.sensor.${id}`;
  return isPhraseId(name) ? { id: name, params: {} } : id;
}

/** "a, b, c", in the reader's own punctuation. */
export function listOf(said: readonly Said[]): Said {
  return said.length === 0 ? '' : said.reduce((list, next) => phrase('said.list', { list, next }));
}

/** The same line with the GPUs that are lost or missing named behind it; what is not there does not work. */
export function withoutAway(item: DoctorItem, known: readonly DeviceRecord[]): DoctorItem {
  const [lost, missing] = (['lost', 'missing'] as const).map((state) => known.filter((device) => device.state === state));
  if (!lost || !missing || lost.length + missing.length === 0) return item;
  let { detail } = item;
  if (lost.length > 0) detail = phrase('said.gpu.lost', { found: detail, gpus: lost.map(deviceName).join(', ') });
  if (missing.length > 0) {
    const named = missing.map((gpu) => phrase('said.gpu.lastSeen', { gpu: deviceName(gpu), seenAtMs: gpu.lastSeenMs }));
    detail = phrase('said.gpu.missing', { found: detail, gpus: listOf(named) });
  }
  const repair = phrase(missing.length > 0 ? 'said.gpu.seat' : 'said.gpu.reseat');
  return { ...item, state: item.state === 'works' ? 'partial' : item.state, detail, repair: item.repair ?? repair };
}
