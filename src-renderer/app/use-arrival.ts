import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** How far down each step of the window's way was left. */
const left = new Map<string, number>();
let steps = 0;

/** What a page shows comes with its data; until then it is shorter than it was, and has no heading yet. */
const PATIENCE_MS = 5_000;

/** The name of the step that the window is at, kept with it by the browser. `isReturn` = the window was here before. */
function currentStep(): { readonly name: string; readonly isReturn: boolean } {
  const state: unknown = window.history.state;
  if (typeof state === 'object' && state !== null && 'step' in state && typeof state.step === 'string') {
    return { name: state.step, isReturn: true };
  }
  steps += 1;
  const name = `${performance.timeOrigin}-${steps}`;
  window.history.replaceState({ step: name }, '');
  return { name, isReturn: false };
}

/**
 * What a browser does when a page is opened, done for the pages behind #: a new one is shown from its top, one come back to where
 * it was left, and the focus goes to its heading, so that the keyboard and a screen reader start there. `place` = the page and its
 * parameters: what a page writes of its own view into the address is no arrival.
 */
export function useArrival(main: RefObject<HTMLElement | null>, hash: string, place: string): void {
  const step = useRef({ name: '', isReturn: false });
  const shown = useRef<string | null>(null);
  const isReturning = useRef(false);

  useLayoutEffect(() => {
    step.current = currentStep();
  }, [hash]);

  useLayoutEffect(() => {
    const isArrival = shown.current !== null && shown.current !== place;
    shown.current = place;
    const element = main.current;
    if (!isArrival || element === null) return undefined;
    const { name, isReturn } = step.current;
    isReturning.current = true;
    const stopScroll = scrollTo(element, isReturn ? (left.get(name) ?? 0) : 0, () => (isReturning.current = false));
    const stopFocus = focusHeading(element);
    return () => {
      stopScroll();
      stopFocus();
    };
  }, [main, place]);

  useEffect(() => {
    const element = main.current;
    if (element === null) return undefined;
    const onScroll = (): void => {
      if (!isReturning.current) left.set(step.current.name, element.scrollTop);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [main]);
}

/** Scrolls as far down as was left, once there is so much; a person who moves has the last word. */
function scrollTo(element: HTMLElement, top: number, onDone: () => void): () => void {
  const untilMs = performance.now() + PATIENCE_MS;
  let frame: number | null = null;
  const stop = (): void => {
    if (frame !== null) cancelAnimationFrame(frame);
    for (const kind of ['wheel', 'pointerdown', 'keydown']) window.removeEventListener(kind, stop);
    onDone();
  };
  const go = (): void => {
    frame = null;
    element.scrollTop = top;
    if (Math.abs(element.scrollTop - top) <= 1 || performance.now() > untilMs) stop();
    else frame = requestAnimationFrame(go);
  };
  for (const kind of ['wheel', 'pointerdown', 'keydown']) window.addEventListener(kind, stop, { passive: true });
  go();
  return stop;
}

/** Moves the focus to the page's heading once there is one, unless a person or the page itself has put it somewhere, or a dialog holds it. */
function focusHeading(main: HTMLElement): () => void {
  const stop = (): void => {
    watching.disconnect();
    clearTimeout(patience);
    window.removeEventListener('pointerdown', stop);
    window.removeEventListener('keydown', onKey);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') stop();
  };
  const look = (): void => {
    if (document.querySelector('[data-modal]') !== null) return;
    const focused = document.activeElement;
    const heading = main.querySelector<HTMLElement>('h1');
    if (focused !== main && main.contains(focused)) stop();
    else if (heading !== null) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      stop();
    }
  };
  const watching = new MutationObserver(look);
  const patience = setTimeout(stop, PATIENCE_MS);
  watching.observe(document.body, { childList: true, subtree: true });
  window.addEventListener('pointerdown', stop);
  window.addEventListener('keydown', onKey);
  look();
  return stop;
}
