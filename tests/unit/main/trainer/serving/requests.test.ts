import { describe, expect, it } from 'vitest';
import { Decimal, readBody, readExactly } from '../../../../../src-main/trainer/serving/json';
import { classifyAnswer, readExamples, regressAnswer } from '../../../../../src-main/trainer/serving/examples-request';
import { predictAnswer, readPredict, readRequest, signatureOf } from '../../../../../src-main/trainer/serving/predict-request';
import type { TensorInfo } from '../../../../../src-main/trainer/serving/tensors';

const pair: TensorInfo = { name: 'x', type: 'float32', shape: [null, 2] };
const whole: TensorInfo = { name: 'words', type: 'int32', shape: [null, 2] };
const scalar: TensorInfo = { name: 'x', type: 'float32', shape: [null] };

function read(text: string, infos: readonly TensorInfo[] = [pair]) {
  const { form, inputs } = readRequest(text, true, (body, isExact) => readPredict(body, infos, isExact));
  return { form, inputs: inputs.map(({ shape, values }) => ({ shape, values: [...values] })) };
}

describe('a predict request', () => {
  it('takes rows and whole tensors, of one input and of several, as TensorFlow Serving does', () => {
    const rows = { shape: [2, 2], values: [1, 2, 3, 4] };
    expect(read('{"instances": [[1, 2], [3, 4.0]]}')).toEqual({ form: 'rows', inputs: [rows] });
    expect(read('{"instances": [{"x": [1, 2]}, {"x": [3, 4]}]}')).toEqual({ form: 'rows', inputs: [rows] });
    expect(read('{"inputs": [[1, 2], [3, 4]]}')).toEqual({ form: 'columns', inputs: [rows] });
    expect(read('{"inputs": {"x": [[1, 2], [3, 4]]}}')).toEqual({ form: 'columns', inputs: [rows] });
    expect(read('{"instances": [5, 6.5]}', [scalar])).toEqual({ form: 'rows', inputs: [{ shape: [2], values: [5, 6.5] }] });
    const both = '{"instances": [{"words": [1, 2], "x": [0.5, 1]}]}';
    expect(read(both, [whole, pair]).inputs).toEqual([
      { shape: [1, 2], values: [1, 2] },
      { shape: [1, 2], values: [0.5, 1] },
    ]);
  });

  it('takes NaN and Infinity, which JSON does not have', () => {
    expect(read('{"instances": [[NaN, -Infinity], [Infinity, 1]]}').inputs[0]?.values).toEqual([NaN, -Infinity, Infinity, 1]);
    expect(() => readRequest('{"instances": [[NaN, 1]]}', false, () => 0)).toThrow('JSON Parse error: Invalid value. at offset: 16');
    expect(() => read('{"instances": [[Nan, 1]]}')).toThrow('JSON Parse error: Invalid value. at offset: 16');
  });

  it.each([
    ['', 'JSON Parse error: The document is empty'],
    ['[1]', 'JSON Value: [1] Is not object'],
    ['{"instances": [[1., 2]]}', 'JSON Parse error: Miss fraction part in number. at offset: 18'],
    ['{"instances": [[1e, 2]]}', 'JSON Parse error: Miss exponent in number. at offset: 18'],
    ['{"instances": [[6e-07.0, 2]]}', 'JSON Parse error: Missing a comma or ] after an array element. at offset: 21'],
    ['{"instances": [[1, 2]]} x', 'JSON Parse error: The document root must not be followed by other values. at offset: 24'],
    ['{"instances": [[1, 2]], }', 'JSON Parse error: Missing a name for object member. at offset: 24'],
    ['{}', "Missing 'inputs' or 'instances' key"],
    ['{"instances": [[1, 2]], "inputs": [[1, 2]]}', "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist"],
    ['{"instances": 5}', "Excepting 'instances' to be an list/array"],
    ['{"instances": []}', "No values in 'instances' array"],
    [
      '{"instances": [[1, 2], [3]]}',
      "Failed to process element: 1 of 'instances' list. Error: Invalid argument: Expecting tensor size: 2 but got: 1",
    ],
    ['{"instances": [[1, [2]]]}', 'Encountered list at unexpected level: 1 expected < 1'],
    ['{"instances": [[[1], 2]]}', 'JSON Value: 2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2'],
    ['{"instances": [["a", 2]]}', 'JSON Value: "a" Type: String is not of expected type: float'],
    ['{"instances": [[null, 2]]}', 'JSON Value: null Type: Null is not of expected type: float'],
    ['{"instances": [{"b64": "aGk="}]}', 'JSON Value: {"b64": "aGk="} Type: Object is not of expected type: float'],
    ['{"instances": [{"y": [1, 2]}]}', "key: y of 'instances' list. Error: Invalid argument: JSON object: does not have named input: y"],
    ['{"instances": [[1, 2], {"x": [1, 2]}]}', 'Expecting value/list but got object at item 1 of input list'],
    ['{"instances": [{"x": [1, 2]}, [1, 2]]}', 'Expecting object but got list at item 1 of input list'],
    ['{"instances": [[1, 2, 3]]}', 'Input x has shape [1,3], expected is [-1,2]'],
    ['{"inputs": {"y": [[1, 2]]}}', "Missing named input: x in 'inputs' object."],
    ['{"inputs": []}', 'Input x has shape [0], expected is [-1,2]'],
    ['{"instances": [[16777217, 2]]}', 'Cannot convert JSON value: 16777217 to float without loss of precision.'],
    ['{"instances": [[1e39, 2]]}', 'Cannot convert JSON value: 1e+39 to float without loss of precision.'],
    ['{"instances": [[1e999, 2]]}', 'JSON Parse error: Number too big to be stored in double. at offset: 16'],
  ])('refuses %s', (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it('takes a whole number that float32 does not have only where it was written as a decimal', () => {
    expect(read('{"instances": [[16777218.0, 2]]}').inputs[0]?.values).toEqual([16777218, 2]);
  });

  it('takes whole numbers alone for an input of them', () => {
    expect(read('{"instances": [[1, -2]]}', [whole]).inputs[0]?.values).toEqual([1, -2]);
    expect(() => read('{"instances": [[1.0, 2]]}', [whole])).toThrow('JSON Value: 1.0 Type: Number is not of expected type: int32');
    expect(() => read('{"instances": [[3000000000, 2]]}', [whole])).toThrow('is not of expected type: int32');
    expect(() => read('{"instances": [[1, 2]]}', [whole, pair])).toThrow('instances is a plain list, but expecting list of objects');
    expect(() => read('{"inputs": [[1, 2]]}', [whole, pair])).toThrow('inputs is a plain value/list, but expecting an object');
    expect(() => read('{"instances": [{"x": [1, 2]}]}', [whole, pair])).toThrow('keys must be equal to: words,x');
  });

  it('names its signature by a text', () => {
    expect(signatureOf({})).toBe('serving_default');
    expect(signatureOf({ signature_name: '' })).toBe('serving_default');
    expect(signatureOf({ signature_name: 'mine' })).toBe('mine');
    expect(() => signatureOf({ signature_name: 5 })).toThrow("'signature_name' key must be a string value.");
  });

  it('is refused where lists are nested without end, before anything is built of it', () => {
    const deep = `{"instances": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(() => read(deep)).toThrow('nested deeper than');
    expect(() => readExactly('['.repeat(100_000), true)).toThrow('nested deeper than');
  });
});

describe('the exact reader', () => {
  it('gives what JSON.parse gives, but tells decimals from whole numbers', () => {
    const text = ' {"a": [1, -2, 0, true, false, null, "x\\n\\u00e9\\ud83d\\ude00/"], "__proto__": {"b": 1}, "": []} ';
    expect(JSON.parse(JSON.stringify(readExactly(text, false)))).toEqual(JSON.parse(text));
    expect(readExactly('[1, 1.0, 1e2, -0.5]', false)).toEqual([1, new Decimal(1), new Decimal(100), new Decimal(-0.5)]);
    expect(readBody('[1.0]', false)).toEqual([1]);
  });

  it.each([
    ['{"a" 1}', 'Missing a colon after a name of object member. at offset: 5'],
    ['{"a": 1 "b"}', 'Missing a comma or } after an object member. at offset: 8'],
    ['["é", x]', 'Invalid value. at offset: 7'],
    ['["\\u12x4"]', 'Incorrect hex digit after \\u escape in string. at offset: 2'],
    ['["\\x"]', 'Invalid escape character in string. at offset: 2'],
    ['["a', 'Missing a closing quotation mark in string. at offset: 1'],
    ['  ', 'The document is empty. at offset: 2'],
  ])('says of %s what is wrong and at which byte', (text, why) => {
    expect(() => readBody(text, true)).toThrow(`JSON Parse error: ${why}`);
  });
});

describe('an answer', () => {
  const out: TensorInfo = { name: 'y', type: 'float32', shape: [null, 2] };
  const tensor = { shape: [2, 2], values: Float32Array.of(0.1, 1, -2.5e-8, 1 / 3) };

  it('leaves the name of a single output out, and writes each float by as few digits as tell it', () => {
    expect(JSON.parse(predictAnswer('rows', [tensor], [out], true))).toEqual({
      predictions: [
        [0.1, 1],
        [-2.5e-8, 0.33333334],
      ],
    });
    expect(predictAnswer('columns', [tensor], [out], true)).toContain('"outputs": [[0.1, 1.0], [-2.5e-8, 0.33333334]]');
    const two = predictAnswer(
      'rows',
      [tensor, { shape: [2], values: Int32Array.of(7, 8) }],
      [out, { name: 'n', type: 'int32', shape: [null] }],
      true,
    );
    expect(JSON.parse(two)).toEqual({
      predictions: [
        { y: [0.1, 1], n: 7 },
        { y: [-2.5e-8, 0.33333334], n: 8 },
      ],
    });
  });

  it('gives every float back to the bit', () => {
    const values = Float32Array.from({ length: 2_000 }, (_, i) => Math.sin(i * 12.9898) * 10 ** ((i % 60) - 30));
    const answer = JSON.parse(predictAnswer('columns', [{ shape: [2_000], values }], [{ ...out, shape: [null] }], true)) as {
      outputs: number[];
    };
    expect(Float32Array.from(answer.outputs)).toEqual(values);
  });

  it('writes NaN as TensorFlow Serving does, or refuses it, as it was asked to', () => {
    const nan = { shape: [1, 2], values: Float32Array.of(NaN, -Infinity) };
    expect(predictAnswer('rows', [nan], [out], true)).toContain('[NaN, -Infinity]');
    expect(() => predictAnswer('rows', [nan], [out], false)).toThrow('Output y is not a finite number');
  });

  it('refuses rows of unequal numbers', () => {
    const short = { shape: [1, 2], values: Float32Array.of(1, 2) };
    expect(() => predictAnswer('rows', [tensor, short], [out, { ...out, name: 'z' }], true)).toThrow(
      'Tensor name: z has inconsistent batch size: 1 expecting: 2',
    );
  });
});

describe('a classify or regress request', () => {
  const take = (text: string, infos: readonly TensorInfo[] = [pair]) =>
    readRequest(text, true, (body, isExact) => readExamples(body, infos, isExact)).inputs.map(({ shape, values }) => ({
      shape,
      values: [...values],
    }));

  it('takes examples of named features, and what they share from the context', () => {
    expect(take('{"examples": [{"x": [1, 2]}, {"x": [3.5, 4]}]}')).toEqual([{ shape: [2, 2], values: [1, 2, 3.5, 4] }]);
    const shared = take('{"context": {"words": [7, 8]}, "examples": [{"x": [1, 2]}]}', [whole, pair]);
    expect(shared.map(({ values }) => values)).toEqual([
      [7, 8],
      [1, 2],
    ]);
  });

  it.each([
    ['{}', "key 'examples' is expected and was not found"],
    ['{"examples": {}}', "Expecting 'examples' value to be an list/array"],
    ['{"examples": []}', "'examples' value is an empty array"],
    ['{"examples": [1]}', 'Example must be JSON object but got JSON Number'],
    ['{"examples": [{"y": 1}]}', 'Feature: x (data type: float) is required but could not be found.'],
    ['{"examples": [{"x": [1]}]}', 'Number of float values != expected.  Values size: 1 but output shape: [2]'],
    ['{"examples": [{"x": [1, [2]]}]}', 'Feature: x has element with unexpected JSON type: Array'],
    ['{"examples": [{"x": [1, "a"]}]}', 'Feature: x has element with unexpected JSON type: String'],
  ])('refuses %s', (text, why) => {
    expect(() => take(text)).toThrow(why);
  });

  it('is answered by classes with their scores, or by a value', () => {
    const scores = { shape: [1, 2], values: Float32Array.of(0.25, 0.75) };
    expect(JSON.parse(classifyAnswer(scores, ['cat', 'dog'], true))).toEqual({
      results: [
        [
          ['cat', 0.25],
          ['dog', 0.75],
        ],
      ],
    });
    expect(JSON.parse(classifyAnswer(scores, null, true))).toEqual({
      results: [
        [
          ['0', 0.25],
          ['1', 0.75],
        ],
      ],
    });
    const one = { shape: [2, 1], values: Float32Array.of(0.75, 0.125) };
    expect(JSON.parse(classifyAnswer(one, ['no', 'yes'], true))).toEqual({
      results: [
        [
          ['no', 0.25],
          ['yes', 0.75],
        ],
        [
          ['no', 0.875],
          ['yes', 0.125],
        ],
      ],
    });
    expect(JSON.parse(regressAnswer({ shape: [2, 1], values: Float32Array.of(1.5, -2) }, true))).toEqual({ results: [1.5, -2] });
    expect(() => regressAnswer({ shape: [1, 1], values: Float32Array.of(NaN) }, false)).toThrow('not a finite number');
  });
});
