import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForGestures } from '../../../../../src-renderer/charts/time/gestures';
import { layoutPanes } from '../../../../../src-renderer/charts/time/layout';
import type { AxisGesture } from '../../../../../src-renderer/data/time-window';
import type { Disposable } from '@shared/base/disposable';

class FakeElement extends EventTarget {
  inControl = false;
  getBoundingClientRect = () => ({ left: 100 });
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
  let cursor: (number | null)[];
  let selections: unknown[];
  let listening: Disposable;

  const send = (type: string, props: object): Event => {
    const event = Object.assign(new Event(type, { cancelable: true }), {
      button: 0,
      shiftKey: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
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
    element = new FakeElement();
    [gestures, cursor, selections] = [[], [], []];
    listening = listenForGestures(element as unknown as HTMLElement, {
      view: () => ({ layout, from: FROM, to: TO }),
      onGesture: (gesture) => gestures.push(gesture),
      onCursor: (at) => cursor.push(at),
      onSelection: (selection) => selections.push(selection),
    });
  });

  afterEach(() => {
    listening.dispose();
    vi.unstubAllGlobals();
  });

  it('zooms at the pointer by the wheel and keeps the page from scrolling', () => {
    const event = send('wheel', { clientX: px(0.25), deltaY: -100 });
    expect(event.defaultPrevented).toBe(true);
    expect(gestures).toEqual([{ kind: 'zoom', at: 1250, factor: expect.closeTo(0.819, 2) }]);
    send('wheel', { clientX: px(0.25), deltaY: 3, deltaMode: 1 });
    expect(gestures[1]).toMatchObject({ kind: 'zoom', factor: expect.closeTo(1.197, 2) });
  });

  it('leaves the browser its own zoom', () => {
    expect(send('wheel', { clientX: px(0.5), deltaY: 100, ctrlKey: true }).defaultPrevented).toBe(false);
    expect(gestures).toEqual([]);
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

  it('takes a click for no selection, and a cancelled drag neither', () => {
    send('pointerdown', { clientX: px(0.2) });
    send('pointerup', { clientX: px(0.2) + 3 });
    send('pointerdown', { clientX: px(0.2) });
    send('pointermove', { clientX: px(0.6) });
    send('pointercancel', { clientX: px(0.6) });
    expect(gestures).toEqual([]);
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
    expect(cursor).toEqual([1500, null]);
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
    expect(cursor).toEqual([1990, 1980]);
    expect(gestures).toEqual([]);
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
