import { temperatureUnits } from '@shared/model/display-unit';
import type { Ui } from '@shared/model/settings';
import { navPages } from '../pages';
import { go } from '../router';
import type { Command, CommandContext } from './command';

function look(context: CommandContext, change: Partial<Ui>): void {
  // What the core refuses is shown where settings are; the window goes on looking as it did.
  context.services.settingsChanges.make(({ ui }) => ({ ui: { ...ui, ...change } })).catch(() => undefined);
}

/** What belongs to the window as a whole: its pages, and how it looks. */
export const windowCommands: readonly Command[] = [
  { id: 'palette', title: 'command.palette', icon: 'search', key: 'Mod+K', run: ({ show }) => show('palette') },
  ...navPages.map(({ id, title, icon, key, to }): Command => ({ id: `page.${id}`, title, icon, key, run: () => go(to) })),
  // A desktop's window has no button of a browser's for the way back.
  { id: 'back', title: 'command.back', icon: 'back', key: 'Alt+ArrowLeft', run: () => window.history.back() },
  { id: 'shortcuts', title: 'app.shortcuts.title', icon: 'keyboard', key: '?', run: ({ show }) => show('shortcuts') },
  { id: 'theme.light', title: 'command.theme.light', icon: 'settings', run: (context) => look(context, { theme: 'light' }) },
  { id: 'theme.dark', title: 'command.theme.dark', icon: 'settings', run: (context) => look(context, { theme: 'dark' }) },
  { id: 'theme.system', title: 'command.theme.system', icon: 'settings', run: (context) => look(context, { theme: 'system' }) },
  { id: 'language.en', title: 'command.language.en', icon: 'settings', run: (context) => look(context, { language: 'en' }) },
  { id: 'language.zh', title: 'command.language.zh', icon: 'settings', run: (context) => look(context, { language: 'zh-CN' }) },
  { id: 'clock.local', title: 'command.clock.local', icon: 'settings', run: (context) => look(context, { timeZone: 'local' }) },
  { id: 'clock.utc', title: 'command.clock.utc', icon: 'settings', run: (context) => look(context, { timeZone: 'utc' }) },
  ...temperatureUnits.map((unit): Command => ({
    id: `temperature.${unit}`,
    title: `command.temperature.${unit}`,
    icon: 'settings',
    run: (context) => look(context, { temperatureUnit: unit }),
  })),
];
