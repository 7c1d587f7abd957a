import { useEffect, useState } from 'react';
import { isChinese, type PaletteItem, type SoundsLike } from './find';

/** Tells what Chinese names sound like, once its table of characters is there; null where none is Chinese. */
export function usePinyin(items: readonly PaletteItem[]): SoundsLike | null {
  const isWanted = items.some(isChinese);
  const [loaded, setLoaded] = useState<{ readonly soundsLike: SoundsLike } | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    import('./pinyin').then(
      (module) => {
        if (isHere) setLoaded(module);
      },
      // The palette goes on finding by characters and English names.
      () => undefined,
    );
    return () => {
      isHere = false;
    };
  }, [isWanted]);
  return isWanted ? (loaded?.soundsLike ?? null) : null;
}
