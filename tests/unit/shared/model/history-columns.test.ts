import { describe, expect, it } from 'vitest';
import { HistoryColumns } from '../../../../src-shared/model/series';

const columns = { seriesId: 1, atMs: [0, 1000], min: [1, null], max: [3, null], mean: [2, null] };

describe('HistoryColumns', () => {
  it('takes numbers, and nulls where the source had none', () => {
    expect(HistoryColumns.parse(columns)).toEqual(columns);
  });

  it.each([
    ['a time that is missing', { atMs: [0, null] }],
    ['a text among the values', { mean: [2, '3'] }],
    ['a value that is no number', { max: [Number.NaN, 3] }],
    ['an endless value', { min: [Infinity, 1] }],
    ['no list', { mean: { length: 2 } }],
  ])('refuses %s', (_what, wrong) => {
    expect(HistoryColumns.safeParse({ ...columns, ...wrong }).success).toBe(false);
  });
});
