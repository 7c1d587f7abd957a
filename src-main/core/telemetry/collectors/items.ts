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
