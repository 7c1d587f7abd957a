import { useEffect, useEffectEvent } from 'react';

/** What a command wants of a page that it has just opened, and which may not be drawn yet: by the command's id. */
let wanted: { readonly id: string; readonly untilMs: number } | null = null;
const listeners = new Set<() => void>();
/** A page that never came to do it does not do it when it is opened for something else. */
const PATIENCE_MS = 10_000;

/** Has the page in sight, or the one being opened, do what it calls by this id; another ask takes its place. */
export function ask(id: string): void {
  wanted = { id, untilMs: performance.now() + PATIENCE_MS };
  for (const listener of [...listeners]) listener();
}

/** Does what is asked for by this id, once for each time; also what was asked before the component came. */
export function useAsked(id: string, act: () => void): void {
  const onAsk = useEffectEvent(act);
  useEffect(() => {
    const look = (): void => {
      if (wanted?.id !== id) return;
      const isLate = performance.now() > wanted.untilMs;
      wanted = null;
      if (!isLate) onAsk();
    };
    listeners.add(look);
    look();
    return () => {
      listeners.delete(look);
    };
  }, [id]);
}
