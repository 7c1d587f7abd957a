import i18next, { type TFunction } from 'i18next';
import type { DoctorItem } from '@shared/model/doctor';
import { english, type Message } from '@shared/text/message';
import { zhCN } from '../../src-renderer/i18n/chinese';
import { en } from '../../src-renderer/i18n/english';
import { formatMessage } from '../../src-renderer/i18n/format-message';

const window = i18next.createInstance();
void window.init({
  lng: 'zh-CN',
  resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  initAsync: false,
});
const fixed = (language: string): TFunction => window.getFixedT(language);

/** As the window shows it. */
export const inWindow = (localized: Message, language: 'en' | 'zh-CN'): string => formatMessage(fixed(language), localized);

export interface SpokenItem extends Pick<DoctorItem, 'id' | 'group' | 'state'> {
  readonly name: string;
  readonly detail: string;
  readonly repair: string | null;
}

/** A doctor's line as the terminal has it. */
export function spoken(item: DoctorItem): SpokenItem {
  return { ...item, name: english(item.name), detail: english(item.detail), repair: item.repair === null ? null : english(item.repair) };
}

/** What a part says of itself, in English. */
export async function doctorOf(part: { doctor(): Promise<readonly DoctorItem[]> }): Promise<SpokenItem[]> {
  return (await part.doctor()).map(spoken);
}

const words =
  'an and are but by cannot did do does from has here in is it its no none not of on only or that the there this to was were with without'.split(
    ' ',
  );
/**
 * Words that no name, path or command has: where they stand, somebody speaks English. Not in capitals: IT is a power here. The
 * settings (`none=-1`) and dotted names (`name.with.dots`) that a text shows how to write are no words.
 */
export const ENGLISH = new RegExp(
  `(?<!\\.)\\b(${words.map((word) => `[${word.charAt(0).toUpperCase()}${word.charAt(0)}]${word.slice(1)}`).join('|')})\\b(?!=|\\.\\w)`,
);

/** What a Chinese reader would still be told in English. */
export function englishIn(item: DoctorItem): string[] {
  return [item.name, item.detail, ...(item.repair === null ? [] : [item.repair])]
    .map((localized) => inWindow(localized, 'zh-CN'))
    .filter((text) => ENGLISH.test(text));
}
