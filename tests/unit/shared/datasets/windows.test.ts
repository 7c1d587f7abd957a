import { expect, it } from 'vitest';
import { windowRows } from '@shared/datasets/windows';

const a = Float64Array.of(1, 2, 3, NaN, 5, 6, 7);
const b = Float64Array.of(10, 20, 30, 40, 50, 60, 70);

it('cuts whole windows, oldest step first, series beside each other', () => {
  // Worked by hand: windows of two steps end at 1, 2, 5 and 6; those at 3 and 4 hold the gap.
  expect(windowRows([a, b], null, { window: 2, horizon: 9 })).toEqual({
    rows: [1, 2, 5, 6],
    inputs: Float64Array.of(1, 10, 2, 20, 2, 20, 3, 30, 5, 50, 6, 60, 6, 60, 7, 70),
    targets: new Float64Array(0),
    leftOut: 2,
  });
});

it('takes the target so many steps later, and leaves out a row whose target is missing', () => {
  expect(windowRows([b], a, { window: 1, horizon: 2 })).toEqual({
    rows: [0, 2, 3, 4],
    inputs: Float64Array.of(10, 30, 40, 50),
    targets: Float64Array.of(3, 5, 6, 7),
    leftOut: 1,
  });
});
