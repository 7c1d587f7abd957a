import { describe, expect, it } from 'vitest';
import { HistoryColumns } from '../../../../src-shared/model/series';

const columns = {
  seriesId: 1,
  atMs: Float64Array.of(0, 1000),
  min: Float64Array.of(1, NaN),
  max: Float64Array.of(3, NaN),
  mean: Float64Array.of(2, NaN),
};

describe('HistoryColumns', () => {
  it('takes doubles, NaN where the source had none', () => {
    expect(HistoryColumns.parse(columns)).toEqual(columns);
  });

  it.each([
    ['plain lists', { atMs: [0, 1000] }],
    ['whole numbers of another kind', { mean: Int32Array.of(2, 3) }],
    ['no list', { mean: { length: 2 } }],
    ['columns of different lengths', { min: Float64Array.of(1) }],
  ])('refuses %s', (_what, wrong) => {
    expect(HistoryColumns.safeParse({ ...columns, ...wrong }).success).toBe(false);
  });
});
