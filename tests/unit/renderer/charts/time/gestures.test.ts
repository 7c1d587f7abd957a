import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForGestures, selectionBox, type CursorPosition } from '../../../../../src-renderer/charts/time/gestures';
import { layoutPanes } from '../../../../../src-renderer/charts/time/layout';
import type { AxisGesture } from '../../../../../src-renderer/data/time-window';
import type { Disposable } from '@shared/base/disposable';

class FakeElement extends EventTarget {
  inControl = false;
  parentElement: { scrollHeight: number; clientHeight: number; overflowY: string; parentElement: null } | null = null;
  getBoundingClientRect = () => ({ left: 100, top: 40 });
  setPointerCapture = (): void => undefined;
  closest = (): FakeElement | null => (this.inControl ? this : null);
}

// 800 px wide: 8 to 742 is plotted.
const layout = layoutPanes(800, 300, [{ id: 'a', collapsed: false, rows: 1 }], false);
const FROM = 1000;
const TO = 2000;
const px = (share: number): number => 100 + layout.left + share * (layout.right - layout.left);

describe('gestures on the axis', () => {
  let element: FakeElement;
  let gestures: AxisGesture[];
  let cursor: (CursorPosition | null)[];
  let selections: ({ readonly from: number; readonly to: number } | null)[];
  let pins: (CursorPosition | null)[];
  let lines: number[];
  let notes: number[];
  let takesNotes: boolean;
  /** What is shown, which moves along with live data. */
  let shown: { from: number; to: number };
  let listening: Disposable;

  const send = (type: string, props: object): Event => {
    const event = Object.assign(new Event(type, { cancelable: true }), {
      button: 0,
      shiftKey: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      clientY: 140,
      deltaX: 0,
      deltaY: 0,
      deltaMode: 0,
      pointerId: 1,
      ...props,
    });
    element.dispatchEvent(event);
    return event;
  };

  beforeEach(() => {
    vi.stubGlobal('Element', FakeElement);
    vi.stubGlobal('document', { scrollingElement: null });
    vi.stubGlobal('getComputedStyle', ({ overflowY }: { overflowY: string }) => ({ overflowY }));
    element = new FakeElement();
    [gestures, cursor, selections, pins, lines, notes] = [[], [], [], [], [], []];
    takesNotes = true;
    shown = { from: FROM, to: TO };
    listening = listenForGestures(element as unknown as HTMLElement, {
      view: () => ({ layout, ...shown }),
      onGesture: (gesture) => gestures.push(gesture),
      onCursor: (position) => cursor.push(position),
      onSelection: (selection) => selections.push(selection),
      onPin: (position) => {
        const held = pins.at(-1) ?? null;
        pins.push(position);
        return held !== null;
      },
      onNextLine: (direction) => lines.push(direction),
      onNote: (at) => {
        if (takesNotes) notes.push(at);
        return takesNotes;
      },
    });
  });

  afterEach(() => {
    listening.dispose();
    vi.unstubAllGlobals();
  });

  it('puts a note at the cursor by N, and leaves the key to others where there are no notes', () => {
    send('pointermove', { clientX: px(0.25), clientY: 50 });
    expect(send('keydown', { key: 'n' }).defaultPrevented).toBe(true);
    expect(notes).toEqual([1250]);
    expect(send('keydown', { key: 'n', ctrlKey: true }).defaultPrevented).toBe(false);
    takesNotes = false;
    expect(send('keydown', { key: 'n' }).defaultPrevented).toBe(false);
    expect(notes).toEqual([1250]);
  });

  it('zooms at the pointer by the wheel and keeps the page from scrolling', () => {
    const event = send('wheel', { clientX: px(0.25), deltaY: -100 });
    expect(event.defaultPrevented).toBe(true);
    expect(gestures).toEqual([{ kind: 'zoom', at: 1250, factor: expect.closeTo(0.819, 2) }]);
    send('wheel', { clientX: px(0.25), deltaY: 3, deltaMode: 1 });
    expect(gestures[1]).toMatchObject({ kind: 'zoom', factor: expect.closeTo(1.197, 2) });
  });

  it('leaves the wheel to what scrolls around it, and zooms there with Ctrl or the command key', () => {
    element.parentElement = { scrollHeight: 900, clientHeight: 500, overflowY: 'auto', parentElement: null };
    expect(send('wheel', { clientX: px(0.5), deltaY: 100 }).defaultPrevented).toBe(false);
    expect(gestures).toEqual([]);
    expect(send('wheel', { clientX: px(0.5), deltaY: 100, ctrlKey: true }).defaultPrevented).toBe(true);
    expect(send('wheel', { clientX: px(0.5), deltaY: 100, metaKey: true }).defaultPrevented).toBe(true);
    expect(gestures).toHaveLength(2);
    // What only clips does not scroll.
    element.parentElement = { scrollHeight: 900, clientHeight: 500, overflowY: 'hidden', parentElement: null };
    expect(send('wheel', { clientX: px(0.5), deltaY: 100 }).defaultPrevented).toBe(true);
  });

  it('zooms by a pinch on a touchpad, which comes as small steps with Ctrl', () => {
    send('wheel', { clientX: px(0.25), deltaY: -10, ctrlKey: true });
    expect(gestures).toEqual([{ kind: 'zoom', at: 1250, factor: expect.closeTo(0.905, 2) }]);
  });

  it('zooms by two fingers about the one that rests, and moves by one', () => {
    send('pointerdown', { clientX: px(0.2), pointerType: 'touch', pointerId: 1 });
    send('pointermove', { clientX: px(0.1), pointerType: 'touch', pointerId: 1 });
    expect(gestures).toEqual([{ kind: 'pan', by: expect.closeTo(100) }]);
    send('pointermove', { clientX: px(0.2), pointerType: 'touch', pointerId: 1 });
    send('pointerup', { clientX: px(0.2), pointerType: 'touch', pointerId: 1 });
    gestures.length = 0;
    send('pointerdown', { clientX: px(0.2), pointerType: 'touch', pointerId: 1 });
    send('pointerdown', { clientX: px(0.4), pointerType: 'touch', pointerId: 2 });
    send('pointermove', { clientX: px(0.6), pointerType: 'touch', pointerId: 2 });
    expect(gestures).toEqual([{ kind: 'zoom', at: expect.closeTo(1200), factor: expect.closeTo(0.5) }]);
    send('pointerup', { clientX: px(0.6), pointerType: 'touch', pointerId: 2 });
    send('pointerup', { clientX: px(0.2), pointerType: 'touch', pointerId: 1 });
    expect(gestures).toHaveLength(1);
    expect(pins).toEqual([]);
  });

  it('moves by a sideways wheel', () => {
    send('wheel', { clientX: px(0.5), deltaX: layout.right - layout.left, deltaY: 1 });
    expect(gestures).toEqual([{ kind: 'pan', by: 1000 }]);
  });

  it('selects what a drag spans, and draws it meanwhile', () => {
    send('pointerdown', { clientX: px(0.2) });
    send('pointermove', { clientX: px(0.6) });
    expect(selections).toHaveLength(1);
    send('pointerup', { clientX: px(0.6) });
    expect(gestures).toEqual([{ kind: 'select', from: expect.closeTo(1200), to: expect.closeTo(1600) }]);
    expect(selections.at(-1)).toBeNull();
  });

  it('selects what was under the hand, also where the axis moved on meanwhile', () => {
    send('pointerdown', { clientX: px(0.2) });
    shown = { from: FROM + 100, to: TO + 100 };
    send('pointermove', { clientX: px(0.6) });
    expect(selections).toEqual([{ from: expect.closeTo(1200), to: expect.closeTo(1700) }]);
    const { left, width } = selectionBox(layout, selections[0]!, shown);
    expect(100 + left).toBeCloseTo(px(0.1));
    expect(100 + left + width).toBeCloseTo(px(0.6));
    send('pointerup', { clientX: px(0.6) });
    expect(gestures).toEqual([{ kind: 'select', from: expect.closeTo(1200), to: expect.closeTo(1700) }]);
  });

  it('takes a click for no selection but to hold the readout there; a cancelled drag for neither', () => {
    send('pointerdown', { clientX: px(0.2) });
    send('pointerup', { clientX: px(0.2) + 3 });
    expect(pins).toEqual([{ at: expect.closeTo(1204, 0), y: 100 }]);
    send('pointerdown', { clientX: px(0.2) });
    send('pointermove', { clientX: px(0.6) });
    send('pointercancel', { clientX: px(0.6) });
    expect(gestures).toEqual([]);
    expect(pins).toHaveLength(1);
  });

  it('moves with the hand when shift is held', () => {
    send('pointerdown', { clientX: px(0.5), shiftKey: true });
    send('pointermove', { clientX: px(0.4), shiftKey: true });
    expect(gestures).toEqual([{ kind: 'pan', by: expect.closeTo(100) }]);
    send('pointerup', { clientX: px(0.4) });
    expect(gestures).toHaveLength(1);
  });

  it('leaves a link in an empty pane its click', () => {
    element.inControl = true;
    send('pointerdown', { clientX: px(0.2) });
    send('pointerup', { clientX: px(0.8) });
    expect(gestures).toEqual([]);
  });

  it('follows the pointer with the cursor until it leaves', () => {
    send('pointermove', { clientX: px(0.5) });
    send('pointerleave', {});
    expect(cursor).toEqual([{ at: 1500, y: 100 }, null]);
  });

  it('resets by a double click', () => {
    send('dblclick', {});
    expect(gestures).toEqual([{ kind: 'reset' }]);
  });

  it.each([
    ['ArrowLeft', { kind: 'pan', by: -100 }],
    ['ArrowRight', { kind: 'pan', by: 100 }],
    ['+', { kind: 'zoom', at: 1500, factor: 0.7 }],
    ['-', { kind: 'zoom', at: 1500, factor: 1 / 0.7 }],
    ['Home', { kind: 'start' }],
    ['End', { kind: 'end' }],
    ['0', { kind: 'reset' }],
    ['Escape', { kind: 'reset' }],
  ])('the key %s does what it says', (key, gesture) => {
    expect(send('keydown', { key }).defaultPrevented).toBe(true);
    expect(gestures).toEqual([gesture]);
  });

  it('moves the cursor by shift and arrows', () => {
    send('keydown', { key: 'ArrowLeft', shiftKey: true });
    send('keydown', { key: 'ArrowLeft', shiftKey: true });
    expect(cursor).toEqual([
      { at: 1990, y: null },
      { at: 1980, y: null },
    ]);
    expect(gestures).toEqual([]);
  });

  it('chooses a line by up and down, and holds the readout at the cursor by Enter', () => {
    send('keydown', { key: 'ArrowDown' });
    send('keydown', { key: 'ArrowUp' });
    expect(lines).toEqual([1, -1]);
    send('keydown', { key: 'ArrowLeft', shiftKey: true });
    send('keydown', { key: 'Enter' });
    expect(pins).toEqual([{ at: 1990, y: null }]);
  });

  it('lets go by Escape of what is held, then of the cursor, then of the zoom', () => {
    send('keydown', { key: 'ArrowLeft', shiftKey: true });
    send('keydown', { key: 'Enter' });
    send('keydown', { key: 'Escape' });
    expect(pins.at(-1)).toBeNull();
    expect(cursor).toHaveLength(1);
    send('keydown', { key: 'Escape' });
    expect(cursor.at(-1)).toBeNull();
    expect(gestures).toEqual([]);
    send('keydown', { key: 'Escape' });
    expect(gestures).toEqual([{ kind: 'reset' }]);
  });

  it('leaves what stands on the plot its keys', () => {
    element.inControl = true;
    expect(send('keydown', { key: 'Enter' }).defaultPrevented).toBe(false);
    expect(pins).toEqual([]);
  });

  it('leaves every other key to the page', () => {
    expect(send('keydown', { key: 'Tab' }).defaultPrevented).toBe(false);
    expect(send('keydown', { key: 'ArrowLeft', altKey: true }).defaultPrevented).toBe(false);
    expect(gestures).toEqual([]);
  });

  it('hears nothing once disposed', () => {
    listening.dispose();
    send('dblclick', {});
    expect(gestures).toEqual([]);
  });
});
