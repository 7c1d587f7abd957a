import { describe, expect, it } from 'vitest';
import type { HistoryColumns } from '@shared/model/series';
import type { HistoryAnswer } from '../../../../src-renderer/data/history-loader';
import { statistics } from '../../../../src-renderer/data/history-view';

/** An answer's columns where each bucket has one value. */
function columnsOf(seriesId: number, atMs: readonly number[], values: readonly number[]): HistoryColumns {
  const value = Float64Array.from(values);
  return { seriesId, atMs: Float64Array.from(atMs), min: value, max: value, mean: value };
}

describe('statistics', () => {
  it('look only at what is shown and skip what is missing', () => {
    const answer: HistoryAnswer = {
      query: { seriesIds: [1], fromMs: 0, toMs: 10, maxPoints: 100 },
      bucketMs: 1,
      columns: new Map([
        [
          1,
          { ...columnsOf(1, [0, 10, 20, 30], [3, 5, NaN, 0]), min: Float64Array.of(1, 2, NaN, -100), max: Float64Array.of(5, 9, NaN, 100) },
        ],
      ]),
    };
    expect(statistics(answer, 1, { fromMs: 0, toMs: 25 })).toEqual({ min: 1, mean: 4, max: 9, last: 5 });
    expect(statistics(answer, 1, { fromMs: 15, toMs: 25 })).toEqual({ min: null, mean: null, max: null, last: null });
    expect(statistics(answer, 2, { fromMs: 0, toMs: 25 }).mean).toBeNull();
  });
});
