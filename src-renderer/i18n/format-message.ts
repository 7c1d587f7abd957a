import { isTime, plainNumber, type Message } from '@shared/text/message';
import { formatFor } from './format';
import type { Translate } from './use-texts';

/** What the core localized, in the window's language; names, paths, commands and foreign words as they are. */
export function formatMessage(t: Translate, localized: Message): string {
  if (typeof localized === 'string') return localized;
  const shown = (name: string, value: Message | number): string | number => {
    if (typeof value !== 'number') return formatMessage(t, value);
    return isTime(name)
      ? formatFor(t('app.language') === 'zh-CN' ? 'zh-CN' : 'en').dateTime(value)
      : Number.isInteger(value)
        ? value
        : plainNumber(value);
  };
  const values = Object.entries(localized.params).map(([name, value]) => [name, shown(name, value)] as const);
  return t(localized.id, Object.fromEntries(values));
}
