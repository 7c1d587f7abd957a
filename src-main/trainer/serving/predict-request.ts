import { isObject, quoted, readBody, readExactly, type Json, type JsonObject } from './json';
import { invalid, ServingError } from './serving-error';
import {
  checkShape,
  isBase64,
  NotExact,
  RowsTensor,
  tensorOf,
  tensorText,
  isFiniteTensor,
  type DenseTensor,
  type TensorInfo,
} from './tensors';

/** The signature of a request that names none. */
export const DEFAULT_SIGNATURE = 'serving_default';

/** `rows`: a list of instances, answered by a list; `columns`: whole tensors, answered by whole tensors. */
export type RequestForm = 'rows' | 'columns';

export interface PredictRequest {
  readonly form: RequestForm;
  /** In the order of the inputs. */
  readonly inputs: readonly DenseTensor[];
}

/** Reads a body; once more, number by number, where that is needed to tell whole numbers from others. */
export function readRequest<T>(text: string, tokens: boolean, take: (body: JsonObject, isExact: boolean) => T): T {
  const object = (body: Json): JsonObject => {
    if (!isObject(body)) throw invalid(`JSON Value: ${quoted(body)} Is not object`);
    return body;
  };
  const body = object(readBody(text, tokens));
  try {
    return take(body, false);
  } catch (error) {
    if (!(error instanceof NotExact)) throw error;
    return take(object(readExactly(text, tokens)), true);
  }
}

/** The signature that a body names. @throws ServingError where it is no text */
export function signatureOf(body: JsonObject): string {
  const name = body['signature_name'];
  if (name === undefined) return DEFAULT_SIGNATURE;
  if (typeof name !== 'string')
    throw invalid(`JSON Value: ${quoted(body)} not formatted correctly. 'signature_name' key must be a string value.`);
  return name === '' ? DEFAULT_SIGNATURE : name;
}

const onlyOne = (body: JsonObject): ServingError =>
  invalid(`JSON Value: ${quoted(body)} Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist `);

/** The tensors of a predict request. @throws ServingError in TensorFlow Serving's words, NotExact */
export function readPredict(body: JsonObject, infos: readonly TensorInfo[], isExact: boolean): PredictRequest {
  const { instances, inputs } = body;
  if (instances !== undefined && inputs !== undefined) throw onlyOne(body);
  if (instances !== undefined) {
    if (!Array.isArray(instances)) throw invalid(`JSON Value: ${quoted(body)} Excepting 'instances' to be an list/array`);
    if (instances.length === 0) throw invalid(`JSON Value: ${quoted(body)} No values in 'instances' array`);
    return checked({ form: 'rows', inputs: readInstances(instances, infos, isExact) }, infos);
  }
  if (inputs !== undefined) return checked({ form: 'columns', inputs: readColumns(inputs, infos, isExact) }, infos);
  throw invalid("Missing 'inputs' or 'instances' key");
}

function checked(request: PredictRequest, infos: readonly TensorInfo[]): PredictRequest {
  const rows = request.inputs[0]?.shape[0];
  request.inputs.forEach((tensor, i) => {
    const info = infos[i];
    if (info !== undefined) checkShape(tensor, info);
    if (tensor.shape[0] !== rows) throw invalid(`Input ${info?.name ?? ''} has ${tensor.shape[0] ?? 0} rows, the first has ${rows ?? 0}`);
  });
  if (rows === 0) throw invalid('The inputs have no rows');
  return request;
}

const isNamed = (item: Json | undefined): item is JsonObject => isObject(item) && !isBase64(item);

function readInstances(instances: readonly Json[], infos: readonly TensorInfo[], isExact: boolean): DenseTensor[] {
  const [first] = instances;
  if (!isObject(first) && infos.length > 1)
    throw invalid('instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map');
  const named = isNamed(first);
  const columns = new Map<string, RowsTensor>();
  const column = (info: TensorInfo, item: Json): RowsTensor => {
    const known = columns.get(info.name);
    if (known !== undefined) return known;
    const made = new RowsTensor(item, info.type, instances.length, isExact);
    columns.set(info.name, made);
    return made;
  };
  const add = (info: TensorInfo | undefined, item: Json, where: string, name: string): void => {
    try {
      if (info === undefined) throw invalid(`JSON object: does not have named input: ${name}`);
      column(info, item).add(item);
    } catch (error) {
      if (error instanceof ServingError)
        throw invalid(`Failed to process element: ${where} of 'instances' list. Error: Invalid argument: ${error.message}`);
      throw error;
    }
  };
  instances.forEach((item, i) => {
    if (!named) {
      if (isNamed(item)) throw invalid(`Expecting value/list but got object at item ${i} of input list`);
      return add(infos[0], item, String(i), infos[0]?.name ?? '');
    }
    if (!isNamed(item)) throw invalid(`Expecting object but got list at item ${i} of input list`);
    for (const [name, value] of Object.entries(item))
      add(
        infos.find((info) => info.name === name),
        value,
        `${i} key: ${name}`,
        name,
      );
    if (infos.some(({ name }) => !Object.hasOwn(item, name)))
      throw invalid(
        `Failed to process element: ${i} of 'instances' list. JSON object: ${quoted(item)} keys must be equal to: ${infos
          .map(({ name }) => name)
          .sort()
          .join()}`,
      );
  });
  return infos.map(({ name }) => {
    const rows = columns.get(name);
    if (rows === undefined) throw invalid(`Missing named input: ${name}`);
    return rows.tensor();
  });
}

function readColumns(inputs: Json, infos: readonly TensorInfo[], isExact: boolean): DenseTensor[] {
  if (!isNamed(inputs)) {
    const [info] = infos;
    if (infos.length > 1 || info === undefined)
      throw invalid('inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map');
    return [tensorOf(inputs, info.type, isExact)];
  }
  return infos.map(({ name, type }) => {
    const value = inputs[name];
    if (value === undefined) throw invalid(`Missing named input: ${name} in 'inputs' object.`);
    return tensorOf(value, type, isExact);
  });
}

/**
 * The answer to a predict request. A single output stands without its name.
 *
 * @param tokens whether a number that is not finite is written as `NaN` or `Infinity`, which JSON does not have
 * @throws ServingError where it may not, and where outputs of rows have unequal numbers of them
 */
export function predictAnswer(form: RequestForm, outputs: readonly DenseTensor[], infos: readonly TensorInfo[], tokens: boolean): string {
  const named = infos.flatMap((info, i): { info: TensorInfo; tensor: DenseTensor }[] => {
    const tensor = outputs[i];
    return tensor === undefined ? [] : [{ info, tensor }];
  });
  for (const { info, tensor } of named)
    if (!tokens && !isFiniteTensor(tensor))
      throw new ServingError('Internal', `Output ${info.name} is not a finite number, which JSON cannot hold`);
  const isSingle = named.length === 1;
  const entry = (name: string, text: string): string => (isSingle ? text : `${JSON.stringify(name)}: ${text}`);
  const joined = (parts: readonly string[]): string => (isSingle ? parts.join('') : `{${parts.join(', ')}}`);
  if (form === 'columns')
    return `{\n    "outputs": ${joined(named.map(({ info, tensor }) => entry(info.name, tensorText(tensor, info.type, 0, 0))))}\n}`;
  const rows = named[0]?.tensor.shape[0] ?? 0;
  for (const { info, tensor } of named)
    if (tensor.shape[0] !== rows)
      throw invalid(`Tensor name: ${info.name} has inconsistent batch size: ${tensor.shape[0] ?? 0} expecting: ${rows}`);
  const row = (at: number): string => joined(named.map(({ info, tensor }) => entry(info.name, tensorText(tensor, info.type, 1, at))));
  return `{\n    "predictions": [${Array.from({ length: rows }, (_, at) => row(at)).join(', ')}\n    ]\n}`;
}
