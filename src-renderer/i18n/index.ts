import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Ui } from '@shared/model/settings';
import { en } from './english';

export type Language = 'en' | 'zh-CN';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    keySeparator: false;
    nsSeparator: false;
  }
}

const NAMESPACE = 'translation';

/** Every key of the catalogues; texts are only ever asked for by one of these. */
export type TextKey = keyof typeof en;

/** English is there from the start: what a translation lacks is told in it. */
async function fetchCatalogue(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, NAMESPACE)) return;
  const { zhCN } = await import('./chinese');
  i18next.addResourceBundle(language, NAMESPACE, zhCN);
}

/** Starts i18next in this language. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    supportedLngs: ['en', 'zh-CN'],
    resources: { en: { [NAMESPACE]: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLanguage(language);
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  if (i18next.language === language) return;
  await fetchCatalogue(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** `system` follows the browser's first language that there is a catalogue for. */
export function resolveLanguage(choice: Ui['language'], preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
