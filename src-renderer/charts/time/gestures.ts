import type { Disposable } from '@shared/base/disposable';
import { DisposableStore } from '@shared/base/disposable';
import type { AxisGesture } from '../../data/time-window';
import { toAxis, toPixel } from './layout';
import type { PlotLayout } from './types';

/** Where the cursor is: in axis units, and px from the plot's top where a pointer is; null = only along the axis. */
export interface CursorPosition {
  readonly at: number;
  readonly y: number | null;
}

export interface GestureTarget {
  /** The layout and the shown span at this moment; null before the first drawing. */
  readonly view: () => { readonly layout: PlotLayout; readonly from: number; readonly to: number } | null;
  readonly onGesture: (gesture: AxisGesture) => void;
  /** Null when it left. */
  readonly onCursor: (cursor: CursorPosition | null) => void;
  /** The span being selected, in axis units; null when there is none. */
  readonly onSelection: (selection: { readonly from: number; readonly to: number } | null) => void;
  /** A click, or Enter at the cursor: holds the readout where it is. Null = lets it go; returns whether it was held. */
  readonly onPin: (cursor: CursorPosition | null) => boolean;
  /** To the next or the previous line, by the keyboard. */
  readonly onNextLine: (direction: 1 | -1) => void;
  /** To write down what is at the cursor; returns whether that is possible here. */
  readonly onNote: (at: number) => boolean;
}

const DRAG_PX = 5;
/** WheelEvent.DOM_DELTA_LINE */
const DELTA_LINE = 1;
/** How far a step of a wheel zooms: e to the power of so much a px. */
const WHEEL_ZOOM = Math.log(1.002);
/** A pinch on a touchpad comes as a wheel of small steps with Ctrl. */
const PINCH_ZOOM = 0.01;
const PINCH_PX = 50;

interface Drag {
  readonly startPx: number;
  /** In axis units: a live axis moves on under a held pointer. */
  readonly startAt: number;
  lastPx: number;
  readonly pan: boolean;
  moved: boolean;
}

/**
 * Wheel zooms at the pointer where nothing around the plot scrolls by it, and with Ctrl or ⌘ everywhere; drag selects a
 * span, shift-drag (or a sideways wheel) moves, double click resets, a click holds the readout. Two fingers zoom, one moves.
 * Keys: arrows move, + and − zoom, Home and End go to the ends, shift with arrows moves the cursor, up and down choose a
 * line, Enter holds the readout, N puts a note at the cursor, Escape lets go of it, of the cursor, then of the zoom; 0 resets.
 */
export function listenForGestures(element: HTMLElement, target: GestureTarget): Disposable {
  const stops = new DisposableStore();
  const fingers = new Map<number, number>();
  let drag: Drag | null = null;
  let cursorAt: number | null = null;

  const listen = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void => {
    element.addEventListener(type, listener, { passive: false });
    stops.defer(() => element.removeEventListener(type, listener));
  };
  const position = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;
  const setCursor = (cursor: CursorPosition | null): void => {
    cursorAt = cursor?.at ?? null;
    target.onCursor(cursor);
  };
  const isOwnControl = (event: Event): boolean =>
    event.target instanceof Element && event.target.closest('a, button, [data-own-gestures]') !== null;

  listen('wheel', (event) => {
    const view = target.view();
    if (!view) return;
    const zooms = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!zooms && !sideways && isWithinScroller(element)) return;
    event.preventDefault();
    const span = view.to - view.from;
    if (!zooms && sideways) {
      const delta = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      target.onGesture({ kind: 'pan', by: (delta / (view.layout.right - view.layout.left)) * span });
    } else {
      const px = event.deltaMode === DELTA_LINE ? event.deltaY * 30 : event.deltaY;
      const pinch = event.ctrlKey && Math.abs(px) < PINCH_PX;
      target.onGesture({
        kind: 'zoom',
        at: toAxis(view.layout, position(event), view.from, view.to),
        factor: Math.exp((pinch ? PINCH_ZOOM : WHEEL_ZOOM) * Math.max(-400, Math.min(400, px))),
      });
    }
  });

  listen('pointerdown', (event) => {
    const view = target.view();
    const px = position(event);
    // A link or a span's name within the plot takes its own clicks.
    if (!view || isOwnControl(event) || event.button !== 0 || px > view.layout.right) return;
    if (event.pointerType === 'touch') fingers.set(event.pointerId, px);
    const pan = event.shiftKey || event.pointerType === 'touch';
    drag = { startPx: px, startAt: toAxis(view.layout, px, view.from, view.to), lastPx: px, pan, moved: fingers.size > 1 };
    element.setPointerCapture(event.pointerId);
  });

  listen('pointermove', (event) => {
    const view = target.view();
    if (!view) return;
    const { layout } = view;
    const px = Math.max(layout.left, Math.min(layout.right, position(event)));
    if (fingers.size > 1) {
      pinch(event.pointerId, px);
      return;
    }
    if (isOwnControl(event) && !drag) return;
    const y = event.clientY - element.getBoundingClientRect().top;
    setCursor({ at: toAxis(layout, px, view.from, view.to), y });
    if (!drag) return;
    drag.moved ||= Math.abs(px - drag.startPx) > DRAG_PX;
    if (drag.pan) {
      target.onGesture({ kind: 'pan', by: ((drag.lastPx - px) / (layout.right - layout.left)) * (view.to - view.from) });
      drag.lastPx = px;
    } else if (drag.moved) {
      target.onSelection({ from: drag.startAt, to: toAxis(layout, px, view.from, view.to) });
    }
  });

  const pinch = (pointerId: number, px: number): void => {
    const view = target.view();
    const before = fingers.get(pointerId);
    const other = [...fingers].find(([id]) => id !== pointerId)?.[1];
    if (!view || before === undefined || other === undefined) return;
    fingers.set(pointerId, px);
    const [was, is] = [Math.abs(before - other), Math.abs(px - other)];
    if (was < 1 || is < 1) return;
    target.onGesture({ kind: 'zoom', at: toAxis(view.layout, other, view.from, view.to), factor: was / is });
  };

  const endDrag = (event: PointerEvent, apply: boolean): void => {
    const view = target.view();
    fingers.delete(event.pointerId);
    if (drag && view && apply) {
      const px = Math.max(view.layout.left, Math.min(view.layout.right, position(event)));
      const at = toAxis(view.layout, px, view.from, view.to);
      const moved = drag.moved || Math.abs(px - drag.startPx) > DRAG_PX;
      if (!moved) target.onPin({ at, y: event.clientY - element.getBoundingClientRect().top });
      else if (!drag.pan) target.onGesture({ kind: 'select', from: drag.startAt, to: at });
    }
    drag = null;
    target.onSelection(null);
  };
  listen('pointerup', (event) => endDrag(event, true));
  listen('pointercancel', (event) => endDrag(event, false));
  listen('pointerleave', () => {
    if (!drag) setCursor(null);
  });
  listen('dblclick', (event) => {
    if (isOwnControl(event)) return;
    target.onPin(null);
    target.onGesture({ kind: 'reset' });
  });
  listen('blur', () => setCursor(null));

  listen('keydown', (event) => {
    const view = target.view();
    // What stands on the plot hears its own keys.
    if (!view || event.ctrlKey || event.altKey || event.metaKey || isOwnControl(event)) return;
    const span = view.to - view.from;
    const middle = (view.from + view.to) / 2;
    const move = (direction: number): void => {
      if (!event.shiftKey) {
        target.onGesture({ kind: 'pan', by: direction * span * 0.1 });
        return;
      }
      const at = Math.max(view.from, Math.min(view.to, (cursorAt ?? view.to) + (direction * span) / 100));
      setCursor({ at, y: null });
    };
    switch (event.key) {
      case 'ArrowLeft':
        move(-1);
        break;
      case 'ArrowRight':
        move(1);
        break;
      case 'ArrowUp':
        target.onNextLine(-1);
        break;
      case 'ArrowDown':
        target.onNextLine(1);
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
      case 'Enter':
        target.onPin({ at: cursorAt ?? view.to, y: null });
        break;
      case 'n':
      case 'N':
        if (!target.onNote(cursorAt ?? view.to)) return;
        break;
      case 'Escape':
        if (target.onPin(null)) break;
        if (cursorAt !== null) setCursor(null);
        else target.onGesture({ kind: 'reset' });
        break;
      case '0':
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

/** Whether a wheel over the element scrolls something around it. */
function isWithinScroller(element: HTMLElement): boolean {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (around.scrollHeight <= around.clientHeight + 1) continue;
    const { overflowY } = getComputedStyle(around);
    if (overflowY === 'auto' || overflowY === 'scroll' || (around === document.scrollingElement && overflowY !== 'hidden')) return true;
  }
  return false;
}

/** Where a selection is drawn, px. */
export function selectionBox(
  layout: PlotLayout,
  selection: { readonly from: number; readonly to: number },
  shown: { readonly from: number; readonly to: number },
): { readonly left: number; readonly width: number } {
  const within = (at: number): number => Math.max(layout.left, Math.min(layout.right, toPixel(layout, at, shown.from, shown.to)));
  const [a, b] = [within(selection.from), within(selection.to)];
  return { left: Math.min(a, b), width: Math.abs(a - b) };
}
