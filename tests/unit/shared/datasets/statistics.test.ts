import { describe, expect, it } from 'vitest';
import { numberStatistics, quantile, repeatsOf, statisticsOf } from '@shared/datasets/statistics';

describe('numbers', () => {
  it('as worked by hand', () => {
    // Known: 1 2 2 3 4 100; type-7 quartiles 2 and 3.75, reach 1.75 × 1.5 = 2.625; mean 112/6; squares about it 8030 + …
    const found = numberStatistics(Float64Array.of(3, 1, NaN, 2, 100, 2, 4));
    expect(found).toMatchObject({ min: 1, max: 100, median: 2.5, lowerQuartile: 2, upperQuartile: 3.75, distinct: 5, outliers: 1 });
    expect(found?.mean).toBeCloseTo(112 / 6, 12);
    // Sample variance: (Σx² − n·mean²) / 5 = (10034 − 12544/6) / 5.
    expect(found?.deviation).toBeCloseTo(Math.sqrt((10_034 - 12_544 / 6) / 5), 12);
    expect(found?.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(found?.histogram.edges).toHaveLength(31);
    expect([found?.histogram.counts[0], found?.histogram.counts.at(-1)]).toEqual([5, 1]);
  });

  it('quantiles as NumPy has them', () => {
    const sorted = Float64Array.of(1, 3, 5, 7);
    expect([0, 0.1, 0.5, 0.9, 1].map((share) => Math.round(quantile(sorted, share) * 1e9) / 1e9)).toEqual([1, 1.6, 4, 6.4, 7]);
  });

  it('of one value, and of none', () => {
    expect(numberStatistics(Float64Array.of(5, 5))).toMatchObject({
      deviation: 0,
      distinct: 1,
      outliers: 0,
      histogram: { edges: [5, 5], counts: [2] },
    });
    expect(numberStatistics(Float64Array.of(5))?.deviation).toBeNull();
    expect(numberStatistics(Float64Array.of(NaN))).toBeNull();
    // A mean of large numbers keeps its small differences.
    expect(numberStatistics(Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3))?.deviation).toBeCloseTo(1, 9);
  });
});

it('words, sounds and pictures', () => {
  expect(statisticsOf({ type: 'category', categories: ['a', 'b', 'c'], codes: Int32Array.of(1, 1, 0, -1) })).toEqual({
    kind: 'words',
    distinct: 2,
    top: [
      { value: 'b', count: 2 },
      { value: 'a', count: 1 },
    ],
    length: null,
  });
  expect(statisticsOf({ type: 'text', values: ['ab', null, 'abcd'] })).toMatchObject({ distinct: 2, length: { min: 2, max: 4, mean: 3 } });
  expect(statisticsOf({ type: 'text', values: [null] })).toBeNull();
  expect(statisticsOf({ type: 'audio', sampleRateHz: 8000, values: [new Int16Array(3), null, new Int16Array(5)] })).toMatchObject({
    length: { min: 3, max: 5, mean: 4 },
  });
  expect(statisticsOf({ type: 'image', shape: [1, 2, 1], values: Uint8Array.of(0, 255, 0, 255) })).toMatchObject({
    kind: 'elements',
    min: 0,
    max: 255,
    mean: 127.5,
  });
});

it('finds repeated rows by all their values', () => {
  const x = { type: 'number', values: Float64Array.of(1, 1, 1, NaN, NaN) } as const;
  const word = { type: 'text', values: ['a', 'b', 'a', null, null] } as const;
  const picture = { type: 'image', shape: [1, 2, 1], values: Uint8Array.of(1, 2, 1, 2, 1, 2, 0, 0, 0, 1) } as const;
  expect([...repeatsOf([x, word])]).toEqual([-1, -1, 0, -1, 3]);
  expect([...repeatsOf([x, word, picture])]).toEqual([-1, -1, 0, -1, -1]);
  expect([...repeatsOf([{ type: 'vector', shape: [2], values: Float32Array.of(0.25, 0.5, 0.5, 0.25, 0.25, 0.5) }])]).toEqual([-1, -1, 0]);
});
