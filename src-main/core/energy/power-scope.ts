import type { DeviceEvent } from '@shared/model/device-event';
import { leftOutOf } from '@shared/model/gpu-settings';
import type { Gpu } from '@shared/model/settings';
import { phrase, type Phrase } from '@shared/phrases/phrase';

/** What a change of the settings did to what IT power is made of: one event a GPU, so that a step in its history explains itself. */
export function scopeEvents(before: Gpu, after: Gpu, atMs: number): DeviceEvent[] {
  const [was, is] = [leftOutOf(before), leftOutOf(after)];
  const event = (device: string, text: Phrase): DeviceEvent => ({ atMs, device, kind: 'power-scope', code: null, text, severity: 'info' });
  return [
    ...is.filter((device) => !was.includes(device)).map((device) => event(device, phrase('said.event.leftOut'))),
    ...was.filter((device) => !is.includes(device)).map((device) => event(device, phrase('said.event.counted'))),
  ];
}
