import { describe, expect, it } from 'vitest';
import {
  appendMeans,
  appendRange,
  combine,
  concatenate,
  nearest,
  unbroken,
  type GrowingColumns,
} from '../../../../src-renderer/data/columns';

const columns = (...points: [number, number][]): GrowingColumns => ({ x: points.map(([x]) => x), y: points.map(([, y]) => y) });
const empty = (): GrowingColumns => ({ x: [], y: [] });

describe('appendRange', () => {
  it('takes the range and one sample beyond each edge, so that lines reach the edges', () => {
    const result = empty();
    appendRange(result, [0, 1000, 2000, 3000, 4000], [0, 1, 2, 3, 4], 1500, 2500, 2500);
    expect(result).toEqual(columns([1000, 1], [2000, 2], [3000, 3]));
  });

  it('puts a gap between samples too far apart and leaves nulls as gaps', () => {
    const result = empty();
    appendRange(result, [0, 1000, 9000, 10_000], [1, 2, Number.NaN, 4], 0, 20_000, 2500);
    expect(result).toEqual(columns([0, 1], [1000, 2], [5000, Number.NaN], [9000, Number.NaN], [10_000, 4]));
  });

  it('joins history and live with a gap only where there is one', () => {
    const result = empty();
    appendRange(result, [0, 1000], [1, 2], 0, 10_000, 2500);
    appendRange(result, [2000, 3000], [3, 4], 0, 10_000, 2500);
    expect(result.y).toEqual([1, 2, 3, 4]);
  });
});

describe('unbroken', () => {
  const at = Float64Array.of(0, 1000, 2000, 3000, 9000, 9500);
  const values = Float64Array.of(0, 1, Number.NaN, 3, 4, 5);

  it.each([
    [1000, 2000],
    [1500, 2500],
    [-10, 100],
    [500, 3000],
    [9100, 20_000],
    [9500, 9500],
  ])('is what appendRange makes of %i to %i, gap or not', (fromMs, toMs) => {
    const copied = empty();
    appendRange(copied, at, values, fromMs, toMs, 2500);
    const seen = unbroken(at, values, fromMs, toMs, 2500);
    if (copied.x.some((x) => !at.includes(x))) expect(seen).toBeNull();
    else expect(seen && { x: [...seen.x], y: [...seen.y] }).toEqual(copied);
  });

  it('leaves a line with a gap to be put together', () => {
    expect(unbroken(at, values, 0, 9500, 2500)).toBeNull();
    expect(unbroken(at, values, 0, 1000, 2500)?.x).toEqual(Float64Array.of(0, 1000, 2000));
  });
});

describe('appendMeans', () => {
  it('averages each bucket of what is known', () => {
    const result = empty();
    appendMeans(result, [0, 1000, 2000, 3000, 4000, 5000], [1, 3, 10, Number.NaN, Number.NaN, Number.NaN], 0, 6000, 2000, 5000);
    expect(result).toEqual(columns([0, 2], [2000, 10], [4000, Number.NaN]));
  });
});

describe('combine', () => {
  const a = columns([1000, 10], [2000, 20], [3000, 30]);

  it('adds what belongs to the same tick', () => {
    expect(combine([a, columns([1005, 1], [2005, 2], [3005, 3])], 'sum')).toEqual(columns([1000, 11], [2000, 22], [3000, 33]));
  });

  it('has no sum where a part is missing', () => {
    expect(combine([a, columns([1000, 1], [2000, Number.NaN], [3000, 3])], 'sum').y).toEqual([11, Number.NaN, 33]);
    expect(combine([a, columns([1000, 1], [3000, 3])], 'sum').y).toEqual([11, Number.NaN, 33]);
  });

  it('lets a sample stand until the next beside a part that is sampled more often', () => {
    const fast = columns(...Array.from({ length: 25 }, (_, i): [number, number] => [1000 + i * 100, 10]));
    const slow = columns([1000, 50], [2000, 60], [3000, 60]);
    expect(new Set(combine([fast, slow], 'max').y)).toEqual(new Set([50, 60]));
    expect(combine([fast, slow], 'sum').y.every((sum) => sum === 60 || sum === 70)).toBe(true);
    // Once it is missing, so is the sum.
    expect(combine([fast, columns([1000, 50], [2000, Number.NaN])], 'sum').y.at(-1)).toBeNaN();
  });

  it('takes the highest of those known', () => {
    expect(combine([a, columns([1000, 99], [2000, Number.NaN], [3000, 3])], 'max').y).toEqual([99, 20, 30]);
  });

  it('passes a single line through', () => {
    expect(combine([a, empty()], 'sum')).toBe(a);
    expect(combine([], 'max')).toEqual(empty());
  });
});

it('concatenate orders runs by their starts and parts them by a gap', () => {
  expect(concatenate([columns([500, 5]), columns([100, 1], [200, 2])])).toEqual(columns([100, 1], [200, 2], [500, Number.NaN], [500, 5]));
});

it('nearest finds the closest sample', () => {
  expect([0, 1400, 1600, 99_000].map((at) => nearest([1000, 2000, 3000], at))).toEqual([0, 0, 1, 2]);
  expect(nearest([], 5)).toBe(-1);
});
