import type { Disposable } from '@shared/base/disposable';
import { DisposableStore } from '@shared/base/disposable';
import type { AxisGesture } from '../../data/time-window';
import { toAxis } from './layout';
import type { PlotLayout } from './types';

export interface GestureTarget {
  /** The layout and the shown span at this moment; null before the first drawing. */
  readonly view: () => { readonly layout: PlotLayout; readonly from: number; readonly to: number } | null;
  readonly onGesture: (gesture: AxisGesture) => void;
  /** Position of the cursor in axis units; null when it left. */
  readonly onCursor: (at: number | null) => void;
  /** The rectangle being drawn, px; null when there is none. */
  readonly onSelection: (selection: { readonly left: number; readonly width: number } | null) => void;
}

const DRAG_PX = 5;
/** WheelEvent.DOM_DELTA_LINE */
const DELTA_LINE = 1;

/**
 * Wheel zooms at the pointer, drag selects a span, shift-drag (or a sideways wheel) moves, double click resets.
 * Keys: arrows move, + and − zoom, Home and End go to the ends, shift-arrows move the cursor, 0 and Escape reset.
 */
export function listenForGestures(element: HTMLElement, target: GestureTarget): Disposable {
  const stops = new DisposableStore();
  let drag: { startPx: number; lastPx: number; pan: boolean } | null = null;
  let cursorAt: number | null = null;

  const listen = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void => {
    element.addEventListener(type, listener, { passive: false });
    stops.defer(() => element.removeEventListener(type, listener));
  };
  const position = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;
  const setCursor = (at: number | null): void => {
    cursorAt = at;
    target.onCursor(at);
  };

  listen('wheel', (event) => {
    const view = target.view();
    if (!view || event.ctrlKey) return;
    event.preventDefault();
    const span = view.to - view.from;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const delta = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      target.onGesture({ kind: 'pan', by: (delta / (view.layout.right - view.layout.left)) * span });
    } else {
      const lines = event.deltaMode === DELTA_LINE ? event.deltaY * 30 : event.deltaY;
      target.onGesture({
        kind: 'zoom',
        at: toAxis(view.layout, position(event), view.from, view.to),
        factor: 1.002 ** Math.max(-400, Math.min(400, lines)),
      });
    }
  });

  listen('pointerdown', (event) => {
    const view = target.view();
    const px = position(event);
    // A link or a span's name within the plot takes its own clicks.
    const ownControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!view || ownControl || event.button !== 0 || px > view.layout.right) return;
    drag = { startPx: px, lastPx: px, pan: event.shiftKey };
    element.setPointerCapture(event.pointerId);
  });

  listen('pointermove', (event) => {
    const view = target.view();
    if (!view) return;
    const { layout } = view;
    const px = Math.max(layout.left, Math.min(layout.right, position(event)));
    setCursor(toAxis(layout, px, view.from, view.to));
    if (!drag) return;
    if (drag.pan) {
      target.onGesture({ kind: 'pan', by: ((drag.lastPx - px) / (layout.right - layout.left)) * (view.to - view.from) });
      drag.lastPx = px;
    } else if (Math.abs(px - drag.startPx) > DRAG_PX) {
      target.onSelection({ left: Math.min(px, drag.startPx), width: Math.abs(px - drag.startPx) });
    }
  });

  const endDrag = (event: PointerEvent, apply: boolean): void => {
    const view = target.view();
    if (drag && view && apply && !drag.pan) {
      const px = Math.max(view.layout.left, Math.min(view.layout.right, position(event)));
      if (Math.abs(px - drag.startPx) > DRAG_PX) {
        target.onGesture({
          kind: 'select',
          from: toAxis(view.layout, drag.startPx, view.from, view.to),
          to: toAxis(view.layout, px, view.from, view.to),
        });
      }
    }
    drag = null;
    target.onSelection(null);
  };
  listen('pointerup', (event) => endDrag(event, true));
  listen('pointercancel', (event) => endDrag(event, false));
  listen('pointerleave', () => {
    if (!drag) setCursor(null);
  });
  listen('dblclick', () => target.onGesture({ kind: 'reset' }));
  listen('blur', () => setCursor(null));

  listen('keydown', (event) => {
    const view = target.view();
    if (!view || event.ctrlKey || event.altKey || event.metaKey) return;
    const span = view.to - view.from;
    const middle = (view.from + view.to) / 2;
    const move = (direction: number): void => {
      if (!event.shiftKey) {
        target.onGesture({ kind: 'pan', by: direction * span * 0.1 });
        return;
      }
      const at = Math.max(view.from, Math.min(view.to, (cursorAt ?? view.to) + (direction * span) / 100));
      setCursor(at);
    };
    switch (event.key) {
      case 'ArrowLeft':
        move(-1);
        break;
      case 'ArrowRight':
        move(1);
        break;
      case '+':
      case '=':
        target.onGesture({ kind: 'zoom', at: cursorAt ?? middle, factor: 0.7 });
        break;
      case '-':
      case '_':
        target.onGesture({ kind: 'zoom', at: cursorAt ?? middle, factor: 1 / 0.7 });
        break;
      case 'Home':
        target.onGesture({ kind: 'start' });
        break;
      case 'End':
        target.onGesture({ kind: 'end' });
        break;
      case '0':
      case 'Escape':
        setCursor(null);
        target.onGesture({ kind: 'reset' });
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  return stops;
}
