import { deviceName, type DeviceRecord } from '@shared/model/device-record';
import type { DoctorItem } from '@shared/model/doctor';
import { isMessageId, message, type Message } from '@shared/text/message';

/** A doctor's line about a sensor. */
export function sensorItem(id: string, state: DoctorItem['state'], detail: Message, repair: Message | null = null): DoctorItem {
  return { id: `sensor.${id}`, group: 'sensor', name: sensorName(id), state, detail, repair };
}

/** What a sensor is called; one that there is no text for goes by its id. */
export function sensorName(id: string): Message {
  const name = `doctor.item.sensor.${id}`;
  return isMessageId(name) ? { id: name, params: {} } : id;
}

/** "a, b, c", in the reader's own punctuation. */
export function listOf(localized: readonly Message[]): Message {
  return localized.length === 0 ? '' : localized.reduce((list, next) => message('message.list', { list, next }));
}

/** The same line with the GPUs that are lost or missing named behind it; what is not there does not work. */
export function withoutAway(item: DoctorItem, known: readonly DeviceRecord[]): DoctorItem {
  const [lost, missing] = (['lost', 'missing'] as const).map((state) => known.filter((device) => device.state === state));
  if (!lost || !missing || lost.length + missing.length === 0) return item;
  let { detail } = item;
  if (lost.length > 0) detail = message('message.gpu.lost', { found: detail, gpus: lost.map(deviceName).join(', ') });
  if (missing.length > 0) {
    const named = missing.map((gpu) => message('message.gpu.lastSeen', { gpu: deviceName(gpu), seenAtMs: gpu.lastSeenMs }));
    detail = message('message.gpu.missing', { found: detail, gpus: listOf(named) });
  }
  const repair = message(missing.length > 0 ? 'message.gpu.seat' : 'message.gpu.reseat');
  return { ...item, state: item.state === 'works' ? 'partial' : item.state, detail, repair: item.repair ?? repair };
}
