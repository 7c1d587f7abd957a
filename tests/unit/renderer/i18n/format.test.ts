import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toKept, toShown } from '@shared/model/display-unit';
import { Format } from '../../../../src-renderer/i18n/format';

const en = new Format('en');
const zh = new Format('zh-CN');

describe('Format.quantity', () => {
  it.each([
    [63.42, 'W', 1, '63.4', 'W'],
    [999.9, 'W', 1, '999.9', 'W'],
    [999.96, 'W', 1, '1.000', 'kW'],
    [1234.5, 'W', 1, '1.235', 'kW'],
    [2.4e6, 'W', 1, '2.400', 'MW'],
    [7200, 'J', 1, '2.000', 'Wh'],
    [612, 'J', 1, '170.0', 'mWh'],
    [3.6e6 * 12, 'J', 1, '12.00', 'kWh'],
    [2 ** 30 * 1.5, 'B', 0, '1.500', 'GiB'],
    [4_200_000, 'B/s', 0, '4.200', 'MB/s'],
    [0.0272, 'kg/h', 4, '27.20', 'g/h'],
    [1.5, 'kg', 4, '1.500', 'kg'],
    [2450, 'kg', 4, '2.450', 't'],
    [0.0046, 'J/sample', 1, '4.600', 'mJ'],
    [1.4567, '1', 3, '1.457', ''],
    [88, '%', 0, '88', '%'],
    [-12.34, '°C', 1, '−12.3', '°C'],
    [0, 'W', 1, '0.0', 'W'],
  ])('shows %d %s with %d digits as %s %s', (value, unit, digits, text, shown) => {
    expect(en.quantity(value, unit, digits)).toEqual({ text, unit: shown });
  });

  it('shows no number where there is none, never zero', () => {
    expect(en.quantity(null, 'W', 1)).toEqual({ text: '—', unit: 'W' });
    expect(en.quantity(null, 'USD/h', 4).text).toBe('—');
    expect(en.number(null, 2)).toBe('—');
    expect(en.number(Number.NaN, 2)).toBe('—');
    expect(en.duration(null)).toBe('—');
    expect(en.percent(null)).toBe('—');
  });

  it('keeps three digits of small money, in whatever currency', () => {
    expect(en.quantity(0.004478, 'USD/h', 4)).toEqual({ text: '0.00448', unit: 'USD/h' });
    expect(en.quantity(12.3456, '¤/h', 4)).toEqual({ text: '12.35', unit: '¤/h' });
    expect(en.quantity(0, 'EUR', 4)).toEqual({ text: '0.00', unit: 'EUR' });
    expect(en.quantity(0.5, 'EUR', 4).text).toBe('0.50');
    expect(en.quantity(-0.3, 'EUR', 4).text).toBe('-0.30'.replace('-', '\u2212'));
  });

  it('shows money with the digits its currency has, and none that says nothing', () => {
    expect(en.quantity(0.000007, 'USD', 4).text).toBe('<0.0001');
    expect(en.quantity(-0.000007, 'USD', 4).text).toBe('>\u22120.0001');
    expect(en.quantity(0.0001, 'USD', 4).text).toBe('0.0001');
    expect(en.quantity(1234.5, 'JPY', 4).text).toBe('1,235');
    expect(en.quantity(1.2345, 'KWD', 4).text).toBe('1.235');
  });

  it('shows nothing without digits that nobody measured, in whatever prefix', () => {
    expect(en.withUnit(en.quantity(0, 'J', 1))).toBe('0 Wh');
    expect(en.quantity(-0, 'J', 1).text).toBe('0');
    expect(en.withUnit(en.quantity(0, 'kg', 3))).toBe('0 kg');
    expect(en.withUnit(en.quantity(0, 'W', 1))).toBe('0.0 W');
  });

  it('never shows a minus before nothing', () => {
    expect(en.quantity(-0.04, 'W', 1).text).toBe('0.0');
    expect(en.quantity(-0, 'W', 1).text).toBe('0.0');
    expect(en.number(-0.4, 0)).toBe('0');
    expect(en.percent(-0.001)).toBe('0%');
    expect(en.tick(-0, 'W', 100, 10)).toBe('0');
    expect(en.money(-0, 'USD')).toBe('0.00');
    expect(en.plain(-0)).toBe('0');
    expect(en.significant(-0, 3)).toBe('0.00');
    expect(en.number(-0.6, 0)).toBe('\u22121');
  });

  it('writes per cent in one way', () => {
    for (const format of [en, zh]) {
      expect(format.percent(0.456)).toBe('46%');
      expect(format.withUnit(format.quantity(45.6, '%', 0))).toBe('46%');
      expect(format.withUnit(format.quantity(45.6, '°C', 0))).toBe('46 °C');
    }
  });

  it('groups and separates as the language does', () => {
    expect(en.number(12345.6, 1)).toBe('12,345.6');
    expect(new Format('de').number(12345.6, 1)).toBe('12.345,6');
    expect(zh.number(12345.6, 1)).toBe('12,345.6');
  });
});

describe('Format.quantityLike', () => {
  it('gives the parts of a sum the unit and the decimals of the sum', () => {
    const total = 11.4 * 3600;
    expect(en.quantityLike(total, 'J', total)).toEqual({ text: '11.40', unit: 'Wh' });
    expect(en.quantityLike(0.36 * 3600, 'J', total)).toEqual({ text: '0.36', unit: 'Wh' });
    expect(en.quantityLike(null, 'J', total)).toEqual({ text: '—', unit: 'Wh' });
  });
});

describe('Format.tick', () => {
  it('uses one prefix for all ticks and no more digits than tell them apart', () => {
    expect([0, 2000, 4000].map((value) => en.tick(value, 'W', 4000, 2000))).toEqual(['0', '2 kW', '4 kW']);
    expect([1.4, 1.5].map((value) => en.tick(value, '1', 1.5, 0.1))).toEqual(['1.4', '1.5']);
    expect(en.tick(0.75, '1', 1, 0.25)).toBe('0.75');
    expect(en.tick(2 ** 31, 'B', 2 ** 31, 2 ** 30)).toBe('2 GiB');
  });
});

describe('temperatures', () => {
  const us = new Format('en', 'local', 'fahrenheit');

  it('stand in °F where a person wants them so, and all else as it was', () => {
    expect(en.quantity(61, '°C', 0)).toEqual({ text: '61', unit: '°C' });
    expect(us.quantity(61, '°C', 0)).toEqual({ text: '142', unit: '°F' });
    expect(us.quantity(36.6, '°C', 1)).toEqual({ text: '97.9', unit: '°F' });
    expect(us.quantity(-40, '°C', 1)).toEqual({ text: '−40.0', unit: '°F' });
    expect(us.quantity(null, '°C', 1)).toEqual({ text: '—', unit: '°F' });
    expect(us.quantity(61, 'W', 0)).toEqual({ text: '61', unit: 'W' });
    expect(us.quantity(12.5, 'K', 1)).toEqual({ text: '12.5', unit: 'K' });
  });

  it('lie apart by their difference alone: nothing is added to it', () => {
    expect(us.difference(10, '°C', 0)).toEqual({ text: '18', unit: '°F' });
    expect(us.difference(12.5, 'K', 1)).toEqual({ text: '22.5', unit: '°F' });
    expect(us.difference(0, '°C', 0)).toEqual({ text: '0', unit: '°F' });
    expect(en.difference(10, '°C', 0)).toEqual({ text: '10', unit: '°C' });
    expect(us.difference(1500, 'W', 0)).toEqual({ text: '1.500', unit: 'kW' });
  });

  it('come back as they were typed, whatever was kept', () => {
    const unit = us.shownUnit('°C');
    expect(toKept(68, unit)).toBe(20);
    expect(toKept(212, unit)).toBe(100);
    expect(toShown(100, unit)).toBe(212);
    fc.assert(
      fc.property(fc.integer({ min: -4000, max: 30_000 }), (tenths) => {
        const typed = us.typed(tenths / 10);
        expect(us.typed(toShown(toKept(us.parse(typed) ?? Number.NaN, unit), unit))).toBe(typed);
      }),
    );
  });
});

describe('times', () => {
  it('writes durations as clocks do', () => {
    expect(en.duration(7_999)).toBe('0:07');
    expect(en.duration(754_000)).toBe('12:34');
    expect(en.duration(3_723_000)).toBe('1:02:03');
    expect(en.span(420)).toBe('0.4 s');
    expect(en.span(61_000)).toBe('1:01');
  });

  it('writes the time of day with 24 hours', () => {
    expect(en.time(new Date(2026, 10, 23, 0, 5, 9).getTime())).toBe('00:05:09');
    expect(zh.minute(new Date(2026, 10, 23, 18, 5).getTime())).toBe('18:05');
  });

  it('shows UTC where that is the clock, and says so', () => {
    const at = Date.UTC(2026, 10, 23, 18, 5, 9);
    const utc = new Format('en', 'utc');
    expect(utc.time(at)).toBe('18:05:09');
    expect(utc.dateTime(at)).toBe('Nov 23, 2026, 18:05:09');
    expect(utc.zoneText(at)).toBe('UTC');
  });

  it('sorts names as the language does, their numbers by size', () => {
    expect(['gpu10', 'gpu2'].sort(en.compare)).toEqual(['gpu2', 'gpu10']);
    expect(['显存', '功率', '温度'].sort(zh.compare)).toEqual(['功率', '温度', '显存']);
  });
});
