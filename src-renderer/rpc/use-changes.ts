import { useEffect, useState } from 'react';
import type { Disposable } from '@shared/base/disposable';

/** Draws the component anew when the source changes, at most once an animation frame and `leastMs` apart. */
export function useChanges(source: { onChange(listener: () => void): Disposable }, leastMs = 0): void {
  const [, count] = useState(0);
  useEffect(() => {
    let request: number | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let drawnAt = -Infinity;
    const draw = (): void => {
      timer = null;
      request = requestAnimationFrame(() => {
        request = null;
        drawnAt = performance.now();
        count((n) => n + 1);
      });
    };
    const subscription = source.onChange(() => {
      if (request === null && timer === null) timer = setTimeout(draw, Math.max(0, drawnAt + leastMs - performance.now()));
    });
    return () => {
      subscription.dispose();
      if (request !== null) cancelAnimationFrame(request);
      if (timer !== null) clearTimeout(timer);
    };
  }, [source, leastMs]);
}
