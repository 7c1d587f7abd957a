import { BY_PERSON, type EventInput } from '@shared/model/event';
import type { Settings, SettingsSection } from '@shared/model/settings';
import { message, type KeyedMessage } from '@shared/text/message';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { eventsService } from './service';

/** What a person set that figures or recording depend on; how the window looks, and which devices count (`power.scope`), is not told here. */
const told = {
  tariff: message('message.event.settings.tariff'),
  carbon: message('message.event.settings.carbon'),
  facility: message('message.event.settings.facility'),
  cooling: message('message.event.settings.cooling'),
  host: message('message.event.settings.host'),
  gpu: message('message.event.settings.gpu'),
  retention: message('message.event.settings.retention'),
} satisfies Partial<Record<SettingsSection, KeyedMessage>>;
const sectionsTold = Object.keys(told) as (keyof typeof told)[];

/** Null when nothing that is told of is other than before. */
export function settingsEvent(before: Settings, after: Settings, atMs: number): EventInput | null {
  const sections = sectionsTold.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (sections.length === 0) return null;
  const [first, ...others] = sections.map((name) => told[name]);
  if (!first) return null;
  const list = others.reduce((all, next) => message('message.list', { list: all, next }), first);
  return {
    atMs,
    device: 'settings',
    kind: 'settings.changed',
    severity: 'info',
    text: message('message.event.settings', { sections: list }),
    values: { sections: sections.join(' ') },
    by: BY_PERSON,
  };
}

/** Tells of settings that a person changed, so that a step in a curve explains itself. */
export const settingsEventsService = defineService({
  name: 'settingsEvents',
  needs: [settingsService, eventsService],
  start({ settings, events }, { onStop }) {
    let before = settings.current;
    const listening = settings.onChange((after) => {
      const event = settingsEvent(before, after, Date.now());
      before = after;
      if (event) events.add(event);
    });
    onStop(() => listening.dispose());
  },
});
