import { describe, expect, it } from 'vitest';
import { numberAt } from '../../../../src-main/core/readers/text/numbers';

describe('a number in a line', () => {
  it.each([
    '0',
    '-0',
    '7',
    '+7',
    '5.',
    '.5',
    '0.1',
    '-1.10',
    '0.000000000001',
    '123456789012345',
    '1234567890123456789',
    '0.12345678901234567',
    '1e5',
    '1.5E-05',
    '3.e2',
  ])('is the nearest to %s that there is, and ends with it', (text) => {
    for (const after of ['', ',', ' it', '%', '..'])
      expect(numberAt(`loss=${text}${after}`, 5)).toEqual({
        value: Number(text),
        end: 5 + text.length + (after === '..' && /^[+-]?\d+$/.test(text) ? 1 : 0),
      });
  });

  it('is the same as the language reads it, of any count of digits and places', () => {
    for (let places = 0; places <= 20; places++)
      for (let i = 1; i < 500; i++) {
        const text = (i * 0.734_551 * 10 ** (i % 7)).toFixed(places);
        expect(numberAt(text, 0)).toEqual({ value: Number(text), end: text.length });
      }
  });
});
