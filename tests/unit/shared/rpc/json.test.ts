import { describe, expect, it } from 'vitest';
import { fromJson, toJson } from '../../../../src-shared/rpc/json';

describe('messages as JSON text', () => {
  it('carry Float64Arrays to the last bit, wherever they stand', () => {
    const numbers = Float64Array.of(0, 1 / 3, NaN, -1e300, 2 ** 53, 5e-324);
    const many = Float64Array.from({ length: 30_000 }, (_, i) => Math.sin(i));
    const message = { t: 'ok', id: 7, output: { columns: [{ seriesId: 1, atMs: numbers, min: many }], none: new Float64Array() } };
    expect(fromJson(toJson(message))).toEqual(message);
    expect(fromJson(toJson(numbers))).toBeInstanceOf(Float64Array);
  });

  it('are plain JSON otherwise, also where they speak of such arrays', () => {
    const message = { text: '{"$f64":[1]}', list: [1, null, 'two'], $f64: 3, nested: { $f64: [1], more: 1 }, words: { $f64: ['a'] } };
    expect(JSON.parse(toJson(message))).toEqual(message);
    expect(fromJson(toJson(message))).toEqual(message);
  });

  it('that are none are refused', () => {
    for (const text of ['{', '', '{"$f64":[1']) expect(() => fromJson(text)).toThrow(SyntaxError);
    expect(() => toJson(undefined)).toThrow(TypeError);
  });
});
