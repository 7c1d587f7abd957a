import type { DoctorItem } from '@shared/model/doctor';

/** A doctor's line about a sensor. */
export function sensorItem(id: string, name: string, state: DoctorItem['state'], detail: string, repair: string | null = null): DoctorItem {
  return { id: `sensor.${id}`, group: 'sensor', name, state, detail, repair };
}
