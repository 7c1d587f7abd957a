import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { csvFields } from '@shared/base/csv-fields';
import { formatOf } from '@shared/model/prediction';
import { message, MessageError } from '@shared/text/message';
import { isObject, readExactly, type Json } from './json';
import { readPredict } from './predict-request';
import { invalid, ServingError } from './serving-error';
import { sizeOf, type DenseTensor, type TensorInfo } from './tensors';

/** One row of a file: what goes into the model, or why it cannot. */
export interface InputRow {
  readonly inputs: readonly DenseTensor[] | null;
  readonly why: string | null;
}

/** The lines of a file that hold rows: empty ones are none. */
export async function* rowLines(path: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    const text = line.startsWith('\ufeff') ? line.slice(1) : line;
    if (text.trim() !== '') yield text;
  }
}

/** How a file's lines are read. */
export interface RowReader {
  /** Whether the first line names the columns. */
  readonly hasHead: boolean;
  read(line: string): InputRow;
}

/**
 * Finds out from its first line how a file is read: a CSV file whose first line holds no numbers names its columns by it.
 *
 * @param columns of a CSV file, in the order of the model's input; none = all
 * @throws MessageError where the file has no such columns, or the model takes no plain rows
 */
export function rowReader(path: string, first: string, columns: readonly string[], infos: readonly TensorInfo[]): RowReader {
  if (formatOf(path) === 'json-lines') return { hasHead: false, read: (line) => told(() => jsonRow(line, infos)) };
  const [info] = infos;
  const separator = ['\t', ';', ','].find((sign) => first.includes(sign)) ?? ',';
  if (info === undefined || infos.length > 1) throw new MessageError(message('message.prediction.severalInputs', { path }));
  const names = csvFields(first, separator).map((name) => name.trim());
  const hasHead = names.some((name) => numberOf(name) === null);
  const missing = columns.find((column) => !hasHead || !names.includes(column));
  if (missing !== undefined) throw new MessageError(message('message.prediction.noColumn', { path, column: missing }));
  const places = columns.length === 0 ? names.map((_, i) => i) : columns.map((column) => names.indexOf(column));
  return { hasHead, read: (line) => told(() => csvRow(csvFields(line, separator), places, names, info)) };
}

function told(read: () => readonly DenseTensor[]): InputRow {
  try {
    return { inputs: read(), why: null };
  } catch (error) {
    if (error instanceof ServingError) return { inputs: null, why: error.message };
    throw error;
  }
}

/** A line is a row, or an object of named inputs. */
function jsonRow(line: string, infos: readonly TensorInfo[]): readonly DenseTensor[] {
  const row: Json = readExactly(line, true);
  // A row of one input may stand in an object with other things: only what the model takes is looked at.
  const instance = isObject(row)
    ? Object.fromEntries(infos.flatMap(({ name }) => (row[name] === undefined ? [] : [[name, row[name]]])))
    : row;
  return readPredict({ instances: [instance] }, infos, true).inputs;
}

function csvRow(fields: readonly string[], places: readonly number[], names: readonly string[], info: TensorInfo): readonly DenseTensor[] {
  const shape = info.shape.slice(1).map((size) => size ?? places.length);
  const size = sizeOf(shape);
  if (places.length !== size) throw invalid(`${places.length} columns, ${size} are needed`);
  const values = info.type === 'float32' ? new Float32Array(size) : new Int32Array(size);
  places.forEach((place, i) => {
    const value = numberOf(fields[place] ?? '');
    if (value === null) throw invalid(`${names[place] ?? place + 1}: "${(fields[place] ?? '').slice(0, 40)}" is no number`);
    if (info.type !== 'float32' && !Number.isInteger(value)) throw invalid(`${names[place] ?? place + 1}: ${value} is no whole number`);
    values[i] = value;
  });
  return [{ shape: [1, ...shape], values }];
}

/** A number as programs write it; null = it is none. An empty field is none: missing is never zero. */
function numberOf(text: string): number | null {
  const typed = text.trim();
  if (/^[+-]?nan$/i.test(typed)) return NaN;
  const value = typed === '' ? NaN : Number(typed);
  return Number.isNaN(value) ? null : value;
}
