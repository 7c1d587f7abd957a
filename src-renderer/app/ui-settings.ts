import { completeSection, defaultSettings, Ui, type Settings } from '@shared/model/settings';
import { valueOf, type Loadable } from '../data/loadable';
import type { Readable } from '../data/store';
import { resolveLanguage, setLanguage } from '../i18n';
import { setMeasures } from '../i18n/use-texts';

const KEY = 'coldaisle.ui';

/** Language, theme, clock and units as last seen, so that a page does not flash in another one before the core answers. */
export function rememberedUi(storage: Pick<Storage, 'getItem'>): Ui {
  try {
    const parsed = Ui.safeParse(completeSection('ui', JSON.parse(storage.getItem(KEY) ?? 'null')));
    return parsed.success ? parsed.data : defaultSettings.ui;
  } catch {
    return defaultSettings.ui;
  }
}

export function applyTheme(theme: Ui['theme'], page: Window): void {
  const dark = theme === 'dark' || (theme === 'system' && page.matchMedia('(prefers-color-scheme: dark)').matches);
  page.document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Keeps language, theme, clock and units as the settings say, for as long as the page lives, and as the system says where they say so. */
export function followUi(settings: Readable<Loadable<Settings>>, page: Window): void {
  const apply = (): void => {
    const ui = valueOf(settings.get())?.ui ?? rememberedUi(page.localStorage);
    applyTheme(ui.theme, page);
    setMeasures({ zone: ui.timeZone, temperature: ui.temperatureUnit });
    void setLanguage(resolveLanguage(ui.language, page.navigator.languages));
  };
  const take = (): void => {
    const ui = valueOf(settings.get())?.ui;
    if (ui) page.localStorage.setItem(KEY, JSON.stringify(ui));
    apply();
  };
  take();
  settings.subscribe(take);
  page.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  page.addEventListener('languagechange', apply);
}
