import { useEffect, type RefObject } from 'react';
import type { Picking } from './picking';

function deviceOf(event: Event): string | null {
  const tile = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-device]') : null;
  return tile?.dataset['device'] ?? null;
}

/** Has the tiles below an element picked by a click (while picking) or by Space, and shows which are. */
export function usePicks(root: RefObject<HTMLElement | null>, { isOn, picked, pick }: Picking): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const take = (event: Event): void => {
      const device = deviceOf(event);
      if (device === null) return;
      event.preventDefault();
      pick(device);
    };
    const onClick = (event: MouseEvent): void => {
      if (isOn) take(event);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === ' ' && !event.ctrlKey && !event.altKey && !event.metaKey) take(event);
    };
    element.addEventListener('click', onClick);
    element.addEventListener('keydown', onKey);
    return () => {
      element.removeEventListener('click', onClick);
      element.removeEventListener('keydown', onKey);
    };
  }, [root, isOn, pick]);

  useEffect(() => {
    const tiles = [...(root.current?.querySelectorAll<HTMLElement>('[data-device]') ?? [])];
    for (const tile of tiles) tile.toggleAttribute('data-picked', picked.includes(tile.dataset['device'] ?? ''));
  });
}
