import type { Said } from '@shared/phrases/phrase';
import type { Translate } from './use-texts';

/** What the core said, in the window's language; names, paths, commands and foreign words as they are. */
export function say(t: Translate, said: Said): string {
  if (typeof said === 'string') return said;
  const values = Object.entries(said.params).map(([name, value]) => [name, typeof value === 'number' ? value : say(t, value)] as const);
  return t(said.id, Object.fromEntries(values));
}
