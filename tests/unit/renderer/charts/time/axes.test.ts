import { describe, expect, it } from 'vitest';
import { layoutPanes, toAxis, toPixel } from '../../../../../src-renderer/charts/time/layout';
import { extent, niceScale, niceStep, paneScale, ticks } from '../../../../../src-renderer/charts/time/scale';
import { timeTicks } from '../../../../../src-renderer/charts/time/time-ticks';
import type { PaneSpec } from '../../../../../src-renderer/charts/time/types';

const spec = (over: Partial<PaneSpec> = {}): PaneSpec => ({
  id: 'p',
  title: '',
  unit: 'W',
  tracks: [],
  floor: 'zero',
  minRange: 10,
  formatTick: String,
  formatValue: String,
  ...over,
});

describe('scales', () => {
  it('steps by 1, 2, 2.5 or 5', () => {
    expect([0.07, 1, 1.3, 2.2, 3, 7, 60].map(niceStep)).toEqual([0.1, 1, 2, 2.5, 5, 10, 100]);
  });

  it('hold the data, and ticks fall on whole steps', () => {
    const scale = niceScale(41.3, 66.9, 3);
    expect(scale.min).toBeLessThanOrEqual(41.3);
    expect(scale.max).toBeGreaterThanOrEqual(66.9);
    expect(ticks(scale)).toEqual([40, 50, 60]);
  });

  it('stay within their bounds', () => {
    expect(niceScale(0.2, 1.04, 2, [0, 1]).max).toBe(1);
  });

  it('begin at zero where that is the rule, and do not blow noise up', () => {
    expect(paneScale(spec(), [100, 101], 80).min).toBe(0);
    const flat = paneScale(spec({ floor: 'fit', minRange: 20 }), [50, 50.1], 80);
    expect(flat.max - flat.min).toBeGreaterThanOrEqual(20);
  });

  it('tick in whole GiB where bytes are shown so', () => {
    const scale = paneScale(spec({ tickFactor: () => 2 ** 30, minRange: 1 }), [0, 58 * 2 ** 30], 120);
    expect(ticks(scale).every((tick) => (tick / 2 ** 30) % 1 === 0)).toBe(true);
  });

  it('look only at what is shown, bands included', () => {
    const band = { x: [0, 10, 20, 30], y: [5, 5, 5, 500], low: [1, 2, 3, 400], high: [9, 8, 7, 600] };
    expect(extent([band], 10, 19)).toEqual([1, 9]);
    expect(extent([{ x: [1], y: [Number.NaN] }], 0, 2)).toBeNull();
    // What lies beyond an edge counts where a line comes from it: not the first sample after a time that nothing was recorded in.
    expect(extent([{ x: [1, 9], y: [2, 7] }], 3, 5)).toEqual([2, 7]);
    expect(extent([{ x: [9, 10], y: [7, 8] }], 3, 5)).toBeNull();
    expect(extent([{ x: [1, 2, 9], y: [2, Number.NaN, 7] }], 3, 5)).toBeNull();
  });
});

describe('layoutPanes', () => {
  const request = (id: string, collapsed: boolean, rows = 1) => ({ id, collapsed, rows });

  it('gives the height of an empty pane to the others, without overlap', () => {
    const layout = layoutPanes(800, 600, [request('a', true), request('b', false), request('c', false)], false);
    const [a, b, c] = layout.panes;
    expect(a!.height).toBeLessThan(b!.height / 4);
    expect(b!.height).toBe(c!.height);
    expect(a!.top + a!.height).toBeLessThan(b!.top);
    expect(b!.top + b!.height).toBeLessThan(c!.top);
    expect(c!.top + c!.height).toBeLessThanOrEqual(layout.axisTop);
  });

  it('gives a pane with many lines room for its readout', () => {
    const layout = layoutPanes(800, 300, [request('a', false, 1), request('b', false, 6), request('c', false, 1)], false);
    expect(layout.panes[1]!.height).toBeGreaterThanOrEqual(6 * 18);
  });

  it('turns pixels into axis values and back', () => {
    const layout = layoutPanes(800, 300, [request('a', false)], false);
    expect(toAxis(layout, layout.left, 100, 200)).toBe(100);
    expect(toAxis(layout, layout.right, 100, 200)).toBe(200);
    expect(toPixel(layout, toAxis(layout, 321, 100, 200), 100, 200)).toBeCloseTo(321);
  });
});

describe('timeTicks', () => {
  const utc = () => 0;
  const at = (iso: string) => Date.parse(`${iso}Z`);

  it('falls on round times at most as often as asked', () => {
    const { step, ticks: found } = timeTicks(at('2026-11-23T14:02:07'), at('2026-11-23T14:07:07'), 6, utc);
    expect(step).toBe(60_000);
    expect(found.map((tick) => new Date(tick.at).toISOString().slice(11, 16))).toEqual(['14:03', '14:04', '14:05', '14:06', '14:07']);
  });

  it('marks midnight as a day', () => {
    const { ticks: found } = timeTicks(at('2026-11-23T18:00:00'), at('2026-11-24T06:00:00'), 5, utc);
    expect(found.filter((tick) => tick.day).map((tick) => tick.at)).toEqual([at('2026-11-24T00:00:00')]);
  });

  it('counts on the local clock', () => {
    const { ticks: found } = timeTicks(at('2026-11-23T00:00:00'), at('2026-11-25T00:00:00'), 3, () => -480);
    expect(found.filter((tick) => tick.day).map((tick) => tick.at)).toEqual([at('2026-11-23T16:00:00'), at('2026-11-24T16:00:00')]);
  });

  it('gives nothing for a span without length', () => {
    expect(timeTicks(5, 5, 4).ticks).toEqual([]);
  });
});
