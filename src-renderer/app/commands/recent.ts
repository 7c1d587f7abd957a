const KEY = 'coldaisle.recent';
const MAX_RECENT = 6;

/** What was chosen last, newest first, by the ids of the palette's items. */
export function recentIds(storage: Pick<Storage, 'getItem'>): readonly string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MAX_RECENT) : [];
  } catch {
    return [];
  }
}

export function keepRecent(storage: Pick<Storage, 'getItem' | 'setItem'>, id: string): void {
  storage.setItem(KEY, JSON.stringify([id, ...recentIds(storage).filter((other) => other !== id)].slice(0, MAX_RECENT)));
}
