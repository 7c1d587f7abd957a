import { expect, it } from 'vitest';
import { prefixFor } from '@shared/model/display-unit';

it.each([
  ['J', 0, 'Wh'],
  ['J', 3.6, 'mWh'],
  ['J', 7_200_000, 'kWh'],
  ['W', 0, 'W'],
  ['kg', 0, 'kg'],
  ['kg', 0.002, 'g'],
  ['J/step', 0, 'J'],
  ['B', 0, 'B'],
  ['rpm', 0, 'rpm'],
])('%s of size %d is shown in %s', (unit, size, shown) => {
  expect(prefixFor(unit, size).unit).toBe(shown);
});
