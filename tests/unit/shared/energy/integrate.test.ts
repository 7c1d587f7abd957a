import { describe, expect, it } from 'vitest';
import { TrapezoidMeter } from '@shared/energy/integrate';

const meter = (fromMs: number, toMs: number | null, samples: [number, number | null][]): ReturnType<TrapezoidMeter['read']> => {
  const own = new TrapezoidMeter(fromMs, 2500);
  if (toMs !== null) own.endAt(toMs);
  for (const [atMs, value] of samples) own.add(atMs, value);
  return own.read();
};

describe('TrapezoidMeter', () => {
  it('integrates a ramp exactly', () => {
    expect(
      meter(0, 4000, [
        [0, 0],
        [1000, 100],
        [2000, 200],
        [3000, 300],
        [4000, 400],
      ]),
    ).toEqual({ total: 800, coveredMs: 4000, sharedMs: 4000, gapMs: 0, peak: 400 });
  });

  it('cuts the first and last segment by interpolation', () => {
    // 100 W throughout, span 500…2500 ms.
    expect(
      meter(500, 2500, [
        [0, 100],
        [1000, 100],
        [2000, 100],
        [3000, 100],
      ]),
    ).toMatchObject({ total: 200, coveredMs: 2000, gapMs: 0 });
    // Ramp 0→200 over 0…2 s, cut to its second half: mean 150 W over 1 s.
    expect(
      meter(1000, 2000, [
        [0, 0],
        [2000, 200],
      ]).total,
    ).toBe(150);
  });

  it('reports a gap and does not bridge it', () => {
    const result = meter(0, 10_000, [
      [0, 100],
      [1000, 100],
      [9000, 100],
      [10_000, 100],
    ]);
    expect(result).toMatchObject({ total: 200, coveredMs: 2000, gapMs: 8000 });
  });

  it('takes a missing value as a gap, not as zero', () => {
    expect(
      meter(0, 4000, [
        [0, 100],
        [1000, 100],
        [2000, null],
        [3000, 100],
        [4000, 100],
      ]),
    ).toMatchObject({ total: 200, coveredMs: 2000, gapMs: 2000, peak: 100 });
  });

  it('ignores duplicates and samples from before a clock step', () => {
    expect(
      meter(0, 2000, [
        [0, 100],
        [1000, 100],
        [1000, 9e9],
        [400, 9e9],
        [2000, 100],
      ]),
    ).toMatchObject({ total: 200, coveredMs: 2000, gapMs: 0, peak: 100 });
  });

  it('knows nothing before two samples met', () => {
    expect(meter(0, null, [[500, 100]])).toEqual({ total: 0, coveredMs: 0, sharedMs: 0, gapMs: 500, peak: 100 });
  });

  it('ignores what comes after the end but closes the last segment with it', () => {
    expect(
      meter(0, 1500, [
        [0, 100],
        [1000, 100],
        [2000, 100],
        [3000, 900],
      ]),
    ).toEqual({ total: 150, coveredMs: 1500, sharedMs: 1500, gapMs: 0, peak: 100 });
  });
});
