import { Decimal, isObject, quoted, typeName, type Json, type JsonObject } from './json';
import type { PredictRequest } from './predict-request';
import { invalid, ServingError } from './serving-error';
import { decimalText } from './json';
import { isFiniteTensor, NotExact, plainType, sizeOf, type DenseTensor, type TensorInfo } from './tensors';

/**
 * The tensors of a classify or regress request: examples with named features, each a value or a flat list of as many as the
 * model's input has; `context` holds features that all of them share.
 *
 * @throws ServingError, NotExact
 */
export function readExamples(body: JsonObject, infos: readonly TensorInfo[], isExact: boolean): PredictRequest {
  const { context = {}, examples } = body;
  if (examples === undefined)
    throw invalid(`JSON Value: ${quoted(body)} When method is classify, key 'examples' is expected and was not found`);
  if (!Array.isArray(examples)) throw invalid(`JSON Value: ${quoted(body)} Expecting 'examples' value to be an list/array`);
  if (examples.length === 0) throw invalid(`JSON Value: ${quoted(body)} 'examples' value is an empty array`);
  const shared = example(context);
  const read = examples.map((each): JsonObject => ({ ...shared, ...example(each) }));
  return { form: 'rows', inputs: infos.map((info) => column(read, info, isExact)) };
}

function example(value: Json): JsonObject {
  if (!isObject(value)) throw invalid(`Example must be JSON object but got JSON ${typeName(value)}`);
  return value;
}

function column(examples: readonly JsonObject[], { name, type, shape }: TensorInfo, isExact: boolean): DenseTensor {
  const row = shape.slice(1).map((size) => {
    if (size === null)
      throw new ServingError('Unimplemented', `Input ${name} has a size that is open: it has no example of a fixed length`);
    return size;
  });
  const size = sizeOf(row);
  const values = type === 'float32' ? new Float32Array(size * examples.length) : new Int32Array(size * examples.length);
  examples.forEach((each, i) => {
    const feature = each[name];
    if (feature === undefined)
      throw invalid(`Name: <unknown>, Feature: ${name} (data type: ${plainType(type)}) is required but could not be found.`);
    const list = Array.isArray(feature) ? feature : [feature];
    if (list.length !== size)
      throw invalid(
        `Name: <unknown>, Key: ${name}, Index: ${i}.  Number of ${plainType(type)} values != expected.  Values size: ${list.length} but output shape: [${row.join()}]`,
      );
    list.forEach((value, at) => (values[i * size + at] = element(name, value, type === 'float32', isExact)));
  });
  return { shape: [examples.length, ...row], values };
}

function element(feature: string, value: Json, isFloat: boolean, isExact: boolean): number {
  if (value instanceof Decimal) {
    if (!isFloat) throw invalid(`Unexpected element type in feature: ${feature} expecting type: int64`);
    return value.value;
  }
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'number') throw invalid(`Feature: ${feature} has element with unexpected JSON type: ${typeName(value)}`);
  if (!isFloat && !isExact) throw new NotExact();
  return value;
}

/**
 * The answer to a classify request: for each example all classes with their scores.
 * @param labels the classes' names; where there are none, their numbers from zero
 */
export function classifyAnswer(scores: DenseTensor, labels: readonly string[] | null, tokens: boolean): string {
  const { shape, values } = classScores(scores);
  const [rows = 0, classes = 0] = shape;
  const results = Array.from({ length: rows }, (_, row) => {
    const pairs = Array.from({ length: classes }, (__, i) => {
      const score = values[row * classes + i] ?? NaN;
      return `[${JSON.stringify(labels?.[i] ?? String(i))}, ${scoreText(score)}]`;
    });
    return `[${pairs.join(', ')}]`;
  });
  return answer(scores, results, tokens);
}

/** A score for each class: one probability alone is that of the second of two. */
export function classScores(scores: DenseTensor): DenseTensor {
  const [rows = 0, columns = 0] = scores.shape;
  if (columns !== 1) return scores;
  return { shape: [rows, 2], values: Float32Array.from({ length: 2 * rows }, (_, i) => both(scores.values[i >> 1] ?? NaN, i & 1)) };
}

const both = (second: number, which: number): number => (which === 1 ? second : 1 - second);

/** The answer to a regress request: one value for each example. */
export function regressAnswer(outputs: DenseTensor, tokens: boolean): string {
  return answer(outputs, Array.from(outputs.values, scoreText), tokens);
}

/** As few digits as tell a number of 32 bits. */
const scoreText = (value: number): string => decimalText(Number.isFinite(value) ? Number(value.toPrecision(7)) : value);

function answer(outputs: DenseTensor, results: readonly string[], tokens: boolean): string {
  if (!tokens && !isFiniteTensor(outputs)) throw new ServingError('Internal', 'The output is not a finite number, which JSON cannot hold');
  return `{\n    "results": [${results.join(', ')}\n    ]\n}`;
}
