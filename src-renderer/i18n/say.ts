import { isTime, type Said } from '@shared/phrases/phrase';
import { formatFor } from './format';
import type { Translate } from './use-texts';

/** What the core said, in the window's language; names, paths, commands and foreign words as they are. */
export function say(t: Translate, said: Said): string {
  if (typeof said === 'string') return said;
  const shown = (name: string, value: Said | number): string | number => {
    if (typeof value !== 'number') return say(t, value);
    return isTime(name) ? formatFor(t('app.language') === 'zh-CN' ? 'zh-CN' : 'en').dateTime(value) : value;
  };
  const values = Object.entries(said.params).map(([name, value]) => [name, shown(name, value)] as const);
  return t(said.id, Object.fromEntries(values));
}
