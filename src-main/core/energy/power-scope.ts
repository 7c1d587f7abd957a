import { BY_PERSON, type EventInput } from '@shared/model/event';
import type { Power } from '@shared/model/settings';
import { message, type KeyedMessage } from '@shared/text/message';

/** What a change of the settings did to what the sums of power are made of: one event a device, so that a step in their history explains itself. */
export function scopeEvents(before: Power, after: Power, atMs: number): EventInput[] {
  const [was, is] = [before.excludedDevices, after.excludedDevices];
  const event = (device: string, text: KeyedMessage): EventInput => ({
    atMs,
    device,
    kind: 'power.scope',
    text,
    severity: 'info',
    by: BY_PERSON,
  });
  return [
    ...is.filter((device) => !was.includes(device)).map((device) => event(device, message('message.event.leftOut'))),
    ...was.filter((device) => !is.includes(device)).map((device) => event(device, message('message.event.counted'))),
  ];
}
