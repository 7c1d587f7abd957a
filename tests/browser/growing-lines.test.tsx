import { describe, expect, it } from 'vitest';
import { drawLines, type LineStyle, type LineView } from '../../src-renderer/charts/time/lines';
import type { LineColumns } from '../../src-renderer/data/columns';

const WIDTH = 600;
const HEIGHT = 200;

const valueAt = (step: number): number => 50 + 30 * Math.sin(step / 40) + 10 * Math.sin(step * 1.7);

interface Held {
  readonly x: number[];
  readonly y: number[];
  readonly low: number[];
  readonly high: number[];
}

function grow({ x, y, low, high }: Held, by: number): void {
  for (let i = 0; i < by; i += 1) {
    const step = x.length;
    x.push(step);
    // Somewhere it breaks off.
    const value = step % 331 === 0 ? Number.NaN : valueAt(step);
    y.push(value);
    low.push(value - 6);
    high.push(value + 6);
  }
}

function picture(columns: LineColumns, style: LineStyle['style']): Uint8ClampedArray {
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d');
  if (!context) throw new Error('no canvas to draw on');
  const view: LineView = {
    from: 0,
    to: columns.x.length + 20,
    left: 0,
    right: WIDTH,
    panes: [{ id: 'a', top: 0, height: HEIGHT, min: 0, max: 100, lines: [{ columns, style, colour: '#000', dashed: false, width: 1.5 }] }],
  };
  drawLines(context, view);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}

/** Mean difference of a pixel's opacity, 0–255, and how much is drawn at all. */
function compare(a: Uint8ClampedArray, b: Uint8ClampedArray): { difference: number; drawn: number } {
  let [difference, drawn] = [0, 0];
  for (let i = 3; i < a.length; i += 4) {
    difference += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    drawn += b[i] ?? 0;
  }
  return { difference: difference / (a.length / 4), drawn: drawn / (a.length / 4) };
}

describe('a line that grows', () => {
  // Drawn as a whole, a band has one edge a pixel; a path has all of them.
  it.each([
    ['line', 0.06],
    ['band', 0.15],
  ] as const)('looks the same drawn by a path and its newest points as drawn as a whole (%s)', (style, most) => {
    const held: Held = { x: [], y: [], low: [], high: [] };
    grow(held, 550);
    const columns = (): LineColumns => (style === 'band' ? { ...held } : { x: held.x, y: held.y });
    const whole = (): LineColumns => ({
      x: [...held.x],
      y: [...held.y],
      ...(style === 'band' ? { low: [...held.low], high: [...held.high] } : {}),
    });
    for (const more of [1, 1, 40, 200, 7, 300, 3]) {
      grow(held, more);
      const { difference, drawn } = compare(picture(columns(), style), picture(whole(), style));
      expect(drawn).toBeGreaterThan(3);
      expect(difference).toBeLessThan(drawn * most);
    }
  });

  it('has its newest points', () => {
    const held: Held = { x: [], y: [], low: [], high: [] };
    grow(held, 600);
    const newest = (): number => {
      const data = picture({ x: held.x, y: held.y }, 'line');
      const left = Math.floor(((held.x.length - 12) / (held.x.length + 20)) * WIDTH);
      let ink = 0;
      for (let row = 0; row < HEIGHT; row += 1)
        for (let column = left; column < WIDTH; column += 1) ink += data[4 * (row * WIDTH + column) + 3] ?? 0;
      return ink;
    };
    const before = newest();
    for (let i = 0; i < 5; i += 1) {
      grow(held, 10);
      expect(newest()).toBeGreaterThan(before / 2);
    }
  });
});
