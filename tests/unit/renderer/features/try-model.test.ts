import { describe, expect, it } from 'vitest';
import type { Served } from '@shared/model/serving';
import { DIGIT_SIZE, digitOf } from '../../../../src-renderer/features/training/serving/digit';
import { bodyOf, curlOf, nested, pictureOf, readAnswer, waysOf } from '../../../../src-renderer/features/training/serving/model-input';

const SIDE = 280;
function drawn(ink: (x: number, y: number) => boolean) {
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (ink(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0));
  return digitOf({ width: SIDE, height: SIDE, values });
}
const input = (shape: (number | null)[], type: 'float32' | 'int32' = 'float32') => ({ name: 'x', type, shape });
const served: Served = {
  address: 'http://127.0.0.1:8501',
  name: 'digits',
  versions: [1],
  inputs: [input([null, 784])],
  outputs: [{ name: 'y', type: 'float32', shape: [null, 10] }],
  task: 'classify',
  classes: null,
  hasToken: false,
};

describe('a drawn digit', () => {
  it('fits into 20 × 20 pixels and lies with its centre of mass in the middle of 28 × 28, wherever it was drawn', () => {
    for (const [left, top] of [
      [10, 10],
      [200, 150],
    ] as const) {
      const digit = drawn((x, y) => x >= left && x < left + 20 && y >= top && y < top + 100) ?? new Float32Array();
      expect(digit).toHaveLength(DIGIT_SIZE * DIGIT_SIZE);
      const inked = [...digit].flatMap((value, i) => (value > 0 ? [{ x: i % DIGIT_SIZE, y: Math.floor(i / DIGIT_SIZE) }] : []));
      // Five times as high as wide, as it was drawn.
      expect(Math.max(...inked.map(({ y }) => y)) - Math.min(...inked.map(({ y }) => y)) + 1).toBe(20);
      expect(Math.max(...inked.map(({ x }) => x)) - Math.min(...inked.map(({ x }) => x)) + 1).toBe(4);
      expect(Math.abs(inked.reduce((sum, { x }) => sum + x, 0) / inked.length - 13.5)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(inked.reduce((sum, { y }) => sum + y, 0) / inked.length - 13.5)).toBeLessThanOrEqual(0.5);
      expect(Math.max(...digit)).toBeCloseTo(1, 6);
    }
  });

  it('keeps grey at edges that fall between pixels, and is none where nothing was drawn', () => {
    const ring = drawn((x, y) => Math.abs(Math.hypot(x - 140, y - 140) - 80) < 10) ?? new Float32Array();
    expect([...ring].some((value) => value > 0.1 && value < 0.9)).toBe(true);
    expect(drawn(() => false)).toBeNull();
    expect(drawn((x, y) => x === 3 && y === 279)?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(400, 3);
  });
});

describe('what a model can be asked', () => {
  it('follows from the sizes of its input', () => {
    expect(waysOf(served)).toEqual(['draw', 'picture', 'numbers']);
    expect(waysOf({ inputs: [input([null, 28, 28, 1])] })).toEqual(['draw', 'picture', 'numbers']);
    expect(waysOf({ inputs: [input([null, 64, 48, 3])] })).toEqual(['picture', 'numbers']);
    for (const shape of [[null, 30], [null, null], [null, 5, 1], [null], [null, 10, 10, 2]])
      expect(waysOf({ inputs: [input(shape)] })).toEqual(['numbers']);
    expect(waysOf({ inputs: [input([null, 784], 'int32')] })).toEqual(['numbers']);
    expect(waysOf({ inputs: [input([null, 784]), input([null, 2])] })).toEqual(['numbers']);
    expect(pictureOf(input([null, 64, 48, 3]))).toEqual({ height: 64, width: 48, channels: 3, shape: [64, 48, 3] });
  });

  it('sends rows as nested lists, by at most four digits after the point', () => {
    expect(nested([0, 1 / 3, 1, 0.5], [2, 2])).toEqual([
      [0, 0.3333],
      [1, 0.5],
    ]);
    expect(nested(Float32Array.of(1, 2), [2, 1])).toEqual([[1], [2]]);
  });

  it.each([
    ['1, 2.5', { instances: [[1, 2.5]] }],
    ['[1, 2]', { instances: [[1, 2]] }],
    [
      '[[1, 2], [3, 4]]',
      {
        instances: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ['[{"a": 1}]', { instances: [{ a: 1 }] }],
    ['{"inputs": [[1]]}', { inputs: [[1]] }],
  ])('takes %s', (typed, body) => {
    expect(JSON.parse(bodyOf(typed) ?? 'null')).toEqual(body);
  });
  it.each(['', 'words', '[1,', '[]'])('takes no "%s"', (typed) => {
    expect(bodyOf(typed)).toBeNull();
  });

  it('reads scores, a value, anything else, and why it was refused', () => {
    expect(readAnswer(200, '{"predictions": [[0.1, 0.9]]}', 'classify')).toEqual({ kind: 'scores', scores: [0.1, 0.9] });
    expect(readAnswer(200, '{"predictions": [[0.75]]}', 'classify')).toEqual({ kind: 'scores', scores: [0.25, 0.75] });
    expect(readAnswer(200, '{"predictions": [[0.75]]}', 'regress')).toEqual({ kind: 'value', value: 0.75 });
    expect(readAnswer(200, '{"predictions": [3.5]}', 'regress')).toEqual({ kind: 'value', value: 3.5 });
    expect(readAnswer(200, '{"predictions": [[1, 2]]}', 'predict')).toMatchObject({ kind: 'other' });
    expect(readAnswer(200, '{"predictions": [[NaN, 1]]}', 'classify')).toMatchObject({
      kind: 'other',
      text: '{"predictions": [[NaN, 1]]}',
    });
    expect(readAnswer(400, '{ "error": "no" }', 'classify')).toEqual({ kind: 'refused', status: 400, why: 'no' });
    expect(readAnswer(502, '<html>', 'classify')).toEqual({ kind: 'refused', status: 502, why: '<html>' });
  });

  it('is asked by curl with the sizes that it takes, and the token where it needs one', () => {
    expect(curlOf(served)).toBe(`curl -d '{"instances": [[0.5, …]]}' http://127.0.0.1:8501/v1/models/digits:predict`);
    expect(curlOf({ ...served, hasToken: true, inputs: [input([null, 2, 1]), { ...input([null]), name: 'y' }] })).toBe(
      `curl -H "Authorization: Bearer $TOKEN" -d '{"instances": [{"x": [[0.5], …], "y": 0.5}]}' http://127.0.0.1:8501/v1/models/digits:predict`,
    );
  });
});
