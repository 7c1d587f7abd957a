import { expect, it } from 'vitest';
import { freeId } from '@shared/base/free-id';

it.each([
  ['Digits, by hand!', 48, 'digits-by-hand'],
  ['  Élan Vital 2 ', 48, 'e-lan-vital-2'],
  ['手写数字', 48, 'data'],
  ['a very long name indeed', 10, 'a-very-lon'],
])('of "%s" in %i characters is %s', (name, most, id) => expect(freeId(name, most, 'data', () => false)).toBe(id));

it('takes the next number where others have it', () => {
  expect(freeId('Digits', 48, 'data', (id) => ['digits', 'digits-2'].includes(id))).toBe('digits-3');
});
