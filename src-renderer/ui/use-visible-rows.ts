import { useCallback, useState } from 'react';

/** Rows are taken in and let go so many at a time, and this many are drawn beyond either edge. */
const BLOCK = 4;

interface Blocks {
  readonly first: number;
  readonly last: number;
}

export interface VisibleRows {
  /** Goes to the element that scrolls. */
  readonly scroller: (element: HTMLElement | null) => (() => void) | undefined;
  /** The first row to draw and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Which of `count` rows are in sight: a list of hundreds only ever draws some dozens.
 * @param rowPx height of every row, px
 * @param heightPx what is known of the list's height before it is there, px
 */
export function useVisibleRows(count: number, rowPx: number, heightPx: number): VisibleRows {
  const [blocks, setBlocks] = useState(() => inSight(0, heightPx, rowPx));
  const scroller = useCallback(
    (element: HTMLElement | null): (() => void) | undefined => {
      if (!element) return undefined;
      const look = (): void => {
        const next = inSight(element.scrollTop, element.clientHeight, rowPx);
        setBlocks((current) => (current.first === next.first && current.last === next.last ? current : next));
      };
      const observer = new ResizeObserver(look);
      observer.observe(element);
      element.addEventListener('scroll', look, { passive: true });
      return () => {
        observer.disconnect();
        element.removeEventListener('scroll', look);
      };
    },
    [rowPx],
  );
  const to = Math.min(count, (blocks.last + 2) * BLOCK);
  // A list that became shorter while it was scrolled down shows its end.
  const from = Math.max(0, Math.min((blocks.first - 1) * BLOCK, to - BLOCK));
  return { scroller, from, to };
}

function inSight(top: number, height: number, rowPx: number): Blocks {
  return { first: Math.floor(top / rowPx / BLOCK), last: Math.floor((top + height) / rowPx / BLOCK) };
}
