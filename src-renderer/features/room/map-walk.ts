import { toDisposable, type Disposable } from '@shared/base/disposable';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const directions: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
/** A step aside counts this much more than a step ahead, so that a line is followed to its end. */
const ASIDE = 4;

/** Index of the box that lies next in a direction; `from` itself where there is none. */
export function nextBox(boxes: readonly Box[], from: number, direction: Direction): number {
  const start = boxes[from];
  if (!start) return from;
  const centre = (box: Box): readonly [number, number] => [box.left + box.width / 2, box.top + box.height / 2];
  const [x, y] = centre(start);
  let best = from;
  let least = Infinity;
  boxes.forEach((box, i) => {
    const [toX, toY] = centre(box);
    const [dx, dy] = [toX - x, toY - y];
    const ahead = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
    if (i === from || ahead <= 1) return;
    const cost = ahead + ASIDE * aside;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}

/**
 * Makes everything with data-walk one stop of the Tab key: arrows go to the neighbour, Home and End to the first and last,
 * Escape from a tile to its node. Enter is the link's own. What one starts at gets the focus where nothing else has it, as after
 * coming back to the map: whoever types elsewhere while the map changes goes on typing.
 * @param onFocus hears the data-walk of what has the focus
 */
export function walkable(root: HTMLElement, startAt: string | null, onFocus: (id: string) => void): Disposable {
  const all = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[data-walk]')];
  let current: HTMLElement | null = null;
  const settle = (element: HTMLElement): void => {
    current?.setAttribute('tabindex', '-1');
    current = element;
    element.setAttribute('tabindex', '0');
  };
  const onFocusIn = (event: FocusEvent): void => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-walk]') : null;
    if (!element) return;
    settle(element);
    onFocus(element.dataset['walk'] ?? '');
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !(event.target instanceof HTMLElement)) return;
    const elements = all();
    const from = elements.indexOf(event.target);
    if (from === -1) return;
    const direction = directions[event.key];
    let next: HTMLElement | undefined;
    if (direction)
      next =
        elements[
          nextBox(
            elements.map((element) => element.getBoundingClientRect()),
            from,
            direction,
          )
        ];
    else if (event.key === 'Home') next = elements[0];
    else if (event.key === 'End') next = elements.at(-1);
    else if (event.key === 'Escape') next = event.target.closest('[data-node]')?.querySelector<HTMLElement>('[data-walk]') ?? undefined;
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const elements = all();
  const first = elements.find((element) => element.dataset['walk'] === startAt);
  const stop = first ?? elements[0];
  if (stop) settle(stop);
  // A new page may have given the focus to its own frame, for those who hear it.
  if (document.activeElement?.matches('body, main, h1') === true) first?.focus();
  root.addEventListener('focusin', onFocusIn);
  root.addEventListener('keydown', onKey);
  return toDisposable(() => {
    root.removeEventListener('focusin', onFocusIn);
    root.removeEventListener('keydown', onKey);
    current?.setAttribute('tabindex', '-1');
  });
}
