import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber, typedNumber } from '../../../../src-renderer/i18n/numbers';

describe('a number as a person types it', () => {
  it.each(['en', 'zh-CN'])('in %s has a comma between thousands and a point before the decimals', (locale) => {
    const read = (text: string): number | null => parseNumber(text, locale);
    expect(read('1,500')).toBe(1500);
    expect(read('1,234,567.25')).toBe(1234567.25);
    expect(read('1500')).toBe(1500);
    expect(read(' 0.07 ')).toBe(0.07);
    expect(read('.5')).toBe(0.5);
    expect(read('1e-3')).toBe(0.001);
    expect(read('\u22124')).toBe(-4);
    expect(read('+4')).toBe(4);
    // As an input method of full width types it.
    expect(read('１，５００．５')).toBe(1500.5);
  });

  it.each([
    '',
    'abc',
    '1.2.3',
    '0,07',
    '0,001',
    '1,5',
    '1,50',
    '15,00',
    '1,5000',
    ',500',
    '1.5,000',
    '0x10',
    'Infinity',
    '1 2',
    '1e999',
    '--1',
  ])('in English %j is none', (text) => expect(parseNumber(text, 'en')).toBeNull());

  it('is read by the signs of the language', () => {
    expect(parseNumber('1.500,25', 'de')).toBe(1500.25);
    expect(parseNumber('1.5', 'de')).toBeNull();
    expect(parseNumber('1\u202f500,5', 'fr')).toBe(1500.5);
    expect(parseNumber('1 500,5', 'fr')).toBe(1500.5);
  });

  it('comes back from its field as it was, with or without separators', () => {
    for (const locale of ['en', 'zh-CN', 'de', 'fr']) {
      const shown = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
      fc.assert(
        fc.property(fc.integer({ min: -1e9, max: 1e9 }), (thousandths) => {
          const value = thousandths / 1000;
          expect(parseNumber(typedNumber(value, locale), locale)).toBeCloseTo(value, 9);
          expect(parseNumber(shown.format(value), locale)).toBeCloseTo(value, 9);
        }),
        { numRuns: 200 },
      );
    }
    expect(typedNumber((1.2 * 2 ** 30) / 2 ** 30, 'en')).toBe('1.2');
    expect(typedNumber(Math.round(1.2 * 2 ** 30) / 2 ** 30, 'en')).toBe('1.2');
  });
});
