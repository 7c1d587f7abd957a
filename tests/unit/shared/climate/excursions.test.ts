import { excursions, largestChange, type Course } from '@shared/climate/excursions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const course = (values: readonly number[], stepMs = MINUTE): Course => ({
  timesMs: values.map((_, i) => i * stepMs),
  min: values,
  max: values,
});

describe('excursions', () => {
  it('last from the first value outside to the last one', () => {
    expect(excursions(course([20, 28, 29, 27.5, 26, 17, 20]), 18, 27, 3 * MINUTE)).toEqual([
      { side: 'above', fromMs: MINUTE, toMs: 3 * MINUTE, extreme: 29, isOpen: false },
      { side: 'below', fromMs: 5 * MINUTE, toMs: 5 * MINUTE, extreme: 17, isOpen: false },
    ]);
  });

  it('are open where the course begins, ends or has a gap', () => {
    const gap = course([28, 28, NaN, NaN, NaN, NaN, 29, 20, 28]);
    expect(excursions(gap, 18, 27, 3 * MINUTE)).toEqual([
      { side: 'above', fromMs: 0, toMs: MINUTE, extreme: 28, isOpen: true },
      { side: 'above', fromMs: 6 * MINUTE, toMs: 6 * MINUTE, extreme: 29, isOpen: true },
      { side: 'above', fromMs: 8 * MINUTE, toMs: 8 * MINUTE, extreme: 28, isOpen: true },
    ]);
  });

  it('bear a lost value', () => {
    expect(excursions(course([20, 28, NaN, 28, 20]), 18, 27, 3 * MINUTE)).toHaveLength(1);
  });

  it('go from one side to the other', () => {
    expect(excursions(course([20, 28, 15, 20]), 18, 27, 3 * MINUTE).map(({ side }) => side)).toEqual(['above', 'below']);
  });
});

describe('the largest change', () => {
  it('is that of the window which has it', () => {
    expect(largestChange(course([20, 21, 25, 25, 20]), 2 * MINUTE)).toEqual({ by: 5, atMs: 2 * MINUTE });
    expect(largestChange(course([NaN, NaN]), MINUTE)).toBeNull();
  });

  it('equals that of every window looked at by itself', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(NaN)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (list, window) => {
        let most = -Infinity;
        for (let end = 0; end < list.length; end++) {
          const inside = list.slice(Math.max(0, end - window), end + 1).filter((value) => !Number.isNaN(value));
          if (inside.length > 0 && !Number.isNaN(list[end])) most = Math.max(most, Math.max(...inside) - Math.min(...inside));
        }
        expect(largestChange(course(list), window * MINUTE)?.by ?? -Infinity).toBe(most);
      }),
    );
  });
});
