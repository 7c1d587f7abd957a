import fc from 'fast-check';
import { expect, it } from 'vitest';
import { usualExtent } from '../../../../../src-renderer/charts/time/scale';

/** As it is defined: the middle nine tenths of the values with some air, where they fill less than 0.4 of the whole. */
function defined(y: readonly number[], whole: readonly [number, number]): readonly [number, number] {
  const sorted = y.flatMap((value) => (Number.isNaN(value) ? [] : [value, value])).sort((a, b) => a - b);
  if (sorted.length < 100) return whole;
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  const margin = (at(0.95) - at(0.05)) * 0.15;
  const [a, b] = [Math.max(whole[0], at(0.05) - margin), Math.min(whole[1], at(0.95) + margin)];
  return b > a && b - a < (whole[1] - whole[0]) * 0.4 ? [a, b] : whole;
}

it('leaves out what lies far off, and nothing else, whatever the values are', () => {
  const near = fc.double({ min: -1, max: 1, noNaN: true });
  const far = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const value = fc.oneof({ weight: 60, arbitrary: near }, { weight: 1, arbitrary: far }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
  let narrowed = 0;
  fc.assert(
    fc.property(fc.array(value, { minLength: 200, maxLength: 500 }), (y) => {
      const known = y.filter((one) => !Number.isNaN(one));
      const whole = [Math.min(...known), Math.max(...known)] as const;
      const extent = usualExtent([{ x: y.map((_, i) => i), y }], 0, y.length, whole);
      if (extent[1] - extent[0] < whole[1] - whole[0]) narrowed += 1;
      expect(extent).toEqual(defined(y, whole));
    }),
    { numRuns: 300 },
  );
  expect(narrowed).toBeGreaterThan(0);
});

it('takes all of a line that fills its range', () => {
  const y = Array.from({ length: 1000 }, (_, i) => Math.sin(i / 30));
  expect(usualExtent([{ x: y.map((_, i) => i), y }], 0, y.length, [-1, 1])).toEqual([-1, 1]);
});
