import { describe, expect, it } from 'vitest';
import {
  decodeText,
  decodeValue,
  wordsText,
  type Layout,
  type ValueType,
} from '../../../../src-main/core/telemetry/collectors/modbus/values';

const words = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));
const low: Layout = { lowWordFirst: true };

describe('a number in registers', () => {
  it.each<[string, ValueType, Layout, number]>([
    ['077A 429B', 'float32', low, 77.5146],
    ['426F FC67', 'float32', {}, 59.99649],
    ['7A07 9B42', 'float32', { lowWordFirst: true, bytesSwapped: true }, 77.5146],
    ['FB2E FFFF', 'int32', low, -1234],
    ['FFFC 7D90', 'int32', {}, -230_000],
    // The high word has a value only in some firmware.
    ['F91C FFFF', 'int32', low, -1764],
    ['FFFF FFFF FFFF FFFE', 'int64', {}, -2],
    ['0000 0001 0000 0000', 'uint64', {}, 2 ** 32],
    ['405E DD2F 1A9F BE77', 'float64', {}, 123.456],
    ['8001', 'int16', {}, -32_767],
    ['FFFE', 'uint16', {}, 65_534],
  ])('%s as %s', (text, type, layout, value) => {
    expect(decodeValue(words(text), type, layout)).toBeCloseTo(value, 4);
  });

  it.each<[string, ValueType]>([
    ['8000', 'int16'],
    ['FFFF', 'uint16'],
    ['8000 0000', 'int32'],
    ['FFFF FFFF', 'uint32'],
    ['0000 0000', 'acc32'],
    ['0000 0000 0000 0000', 'acc64'],
    ['8000 0000 0000 0000', 'int64'],
    ['FFFF FFFF FFFF FFFF', 'uint64'],
    ['7FC0 0000', 'float32'],
    ['FFC0 0000', 'float32'],
    ['7FBF FF80', 'float32'],
    ['7F80 0000', 'float32'],
    ['7FF8 0000 0000 0000', 'float64'],
  ])('%s as %s is none', (text, type) => {
    expect(decodeValue(words(text), type)).toBeNull();
  });

  it('that a meter marks in its own way is none, and the same of another type is one', () => {
    expect(decodeValue(words('7FFF FFFF'), 'int32', {}, 0x7fff_ffffn)).toBeNull();
    expect(decodeValue(words('7FFF FFFF'), 'int32')).toBe(0x7fff_ffff);
    expect(decodeValue(words('0000 0000'), 'int32')).toBe(0);
    expect(decodeValue(words('FFFF'), 'int16')).toBe(-1);
  });

  it('of too few registers is refused', () => {
    expect(() => decodeValue([1], 'int32')).toThrow(RangeError);
  });
});

it('a text ends at its zero, and words are shown as tables write them', () => {
  expect(decodeText(words('5072 6F33 454D 2D31 0000 5858'))).toBe('Pro3EM-1');
  expect(wordsText([0x77a, 0x429b])).toBe('077A 429B');
});
