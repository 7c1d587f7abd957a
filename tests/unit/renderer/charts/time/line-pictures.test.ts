import { describe, expect, it } from 'vitest';
import { pictureRect, showsAll } from '../../../../../src-renderer/charts/time/line-pictures';
import type { LineView } from '../../../../../src-renderer/charts/time/lines';

/** One line from 100 to 200 on a plot 100 px wide. */
function view(from: number, to: number): LineView {
  const columns = { x: Float64Array.of(100, 150, 200), y: Float64Array.of(1, 2, 3) };
  return {
    from,
    to,
    left: 0,
    right: 100,
    panes: [{ id: 'a', top: 0, height: 50, min: 0, max: 10, lines: [{ columns, colour: 'red', style: 'line', dashed: false, width: 1 }] }],
  };
}

describe('a picture of lines', () => {
  it('serves a pan as long as it holds all there is of the lines', () => {
    expect(showsAll({ from: 100, to: 200 }, view(100, 200))).toBe(true);
    expect(showsAll({ from: 100, to: 200 }, view(130, 230))).toBe(true);
    expect(showsAll({ from: 100, to: 200 }, view(40, 140))).toBe(true);
  });

  it('does not serve where a line goes on beyond its edge', () => {
    expect(showsAll({ from: 130, to: 230 }, view(100, 200))).toBe(false);
    expect(showsAll({ from: 40, to: 140 }, view(60, 160))).toBe(false);
  });

  it('does not serve at another zoom', () => {
    expect(showsAll({ from: 100, to: 200 }, view(110, 190))).toBe(false);
  });

  it('lies where its values lie on the present axis', () => {
    const pane = { id: 'a', top: 20, height: 100, min: 0, max: 10, lines: [] };
    expect(pictureRect(pane, pane)).toEqual({ top: 20, height: 100 });
    expect(pictureRect(pane, { ...pane, max: 20 })).toEqual({ top: 70, height: 50 });
    expect(pictureRect(pane, { ...pane, min: 5 })).toEqual({ top: 20, height: 200 });
  });
});
