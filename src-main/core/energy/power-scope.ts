import type { DeviceEvent } from '@shared/model/device-event';
import type { Power } from '@shared/model/settings';
import { message, type KeyedMessage } from '@shared/text/message';

/** What a change of the settings did to what the sums of power are made of: one event a device, so that a step in their history explains itself. */
export function scopeEvents(before: Power, after: Power, atMs: number): DeviceEvent[] {
  const [was, is] = [before.excludedDevices, after.excludedDevices];
  const event = (device: string, text: KeyedMessage): DeviceEvent => ({
    atMs,
    device,
    kind: 'power-scope',
    code: null,
    text,
    severity: 'info',
  });
  return [
    ...is.filter((device) => !was.includes(device)).map((device) => event(device, message('message.event.leftOut'))),
    ...was.filter((device) => !is.includes(device)).map((device) => event(device, message('message.event.counted'))),
  ];
}
