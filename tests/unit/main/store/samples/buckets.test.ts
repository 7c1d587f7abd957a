import { describe, expect, it } from 'vitest';
import { bucketWidth, gapThreshold, typicalInterval } from '../../../../../src-main/core/store/samples/buckets';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('bucketWidth', () => {
  it.each([
    [0, 9, 10, 1],
    [0, 10, 10, 2],
    [0, HOUR - 1, 3600, 1000],
    [0, HOUR - 1, 1000, 5000],
    [0, DAY - 1, 1440, 60_000],
    [0, DAY - 1, 1000, 120_000],
    [0, 365 * DAY - 1, 1000, 12 * HOUR],
    [0, 365 * DAY - 1, 100, 5 * DAY],
    [1_795_435_200_000, 1_795_435_200_000, 2, 1],
  ])('%i…%i in at most %i buckets: %i ms', (fromMs, toMs, maxPoints, expected) => {
    expect(bucketWidth(fromMs, toMs, maxPoints)).toBe(expected);
  });

  it('counts the buckets at both ends of a range that is not aligned', () => {
    // 11 buckets of 100 ms touch 50…1050, though the range is 1000 ms long.
    expect(bucketWidth(50, 1050, 11)).toBe(100);
    expect(bucketWidth(50, 1050, 10)).toBe(200);
  });

  it('never gives more buckets than asked', () => {
    for (let seed = 1; seed < 400; seed++) {
      const fromMs = (seed * 7_919_993) % 1_000_003;
      const toMs = fromMs + ((seed * seed * 104_729) % (40 * DAY));
      const maxPoints = 2 + ((seed * 31) % 500);
      const width = bucketWidth(fromMs, toMs, maxPoints);
      expect(Math.floor(toMs / width) - Math.floor(fromMs / width) + 1).toBeLessThanOrEqual(maxPoints);
    }
  });

  it.each([
    [NaN, 1, 10],
    [0, Infinity, 10],
    [0, 10, 0],
  ])('throws for %d…%d in %d', (fromMs, toMs, maxPoints) => {
    expect(() => bucketWidth(fromMs, toMs, maxPoints)).toThrow(RangeError);
  });
});

describe('gaps', () => {
  it('are longer than 3 s, than two buckets and than three usual intervals', () => {
    expect(gapThreshold(1, 50)).toBe(3000);
    expect(gapThreshold(10_000, 1000)).toBe(20_000);
    expect(gapThreshold(1, 10_000)).toBe(30_000);
  });

  it('are judged by the median interval, which one gap does not move', () => {
    expect(typicalInterval([])).toBe(0);
    expect(typicalInterval([5])).toBe(0);
    expect(typicalInterval([0, 1000, 2000, 60_000, 61_000])).toBe(1000);
  });
});
