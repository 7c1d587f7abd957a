import { AppError } from '../contract/errors';
import { mulberry32, shuffle } from '../base/random';
import type { DataSplit } from '../model/dataset-recipe';
import { message } from '../text/message';
import { columnOf, isMissingAt, type ColumnData, type DataTable } from './column';

const VALIDATION = 1;
const TEST = 2;

/**
 * The part of each row: 0 train, 1 validation, 2 test. The same table, split and seed give the same parts everywhere.
 * @throws {AppError} `invalid-input` for a column that is not there, does not fit, or lacks values
 */
export function splitRows(table: DataTable, split: DataSplit): Uint8Array {
  const { rows } = table;
  const parts = new Uint8Array(rows);
  const random = mulberry32(split.seed);
  if (split.method === 'random') {
    assign(
      parts,
      shuffled(
        Array.from({ length: rows }, (_, row) => row),
        random,
      ),
      quota(rows, split.test),
      quota(rows, split.validation),
    );
    return parts;
  }
  const data = columnFor(table, split);
  if (split.method === 'time') {
    byTime(parts, data as Extract<ColumnData, { type: 'time' }>, split);
    return parts;
  }
  const groups = groupsBy(data, rows);
  if (split.method === 'stratified') {
    const sizes = groups.map(({ length }) => length);
    const tests = quotas(sizes, split.test);
    const validations = quotas(sizes, split.validation);
    groups.forEach((group, i) => assign(parts, shuffled(group, random), tests[i] ?? 0, validations[i] ?? 0));
    return parts;
  }
  byGroup(parts, groups, random, split);
  return parts;
}

const quota = (rows: number, share: number): number => Math.round(rows * share);

/** How many of each class, so that the total is exact: by largest remainder, of equal ones the first. */
export function quotas(sizes: readonly number[], share: number): number[] {
  const total = quota(
    sizes.reduce((sum, size) => sum + size, 0),
    share,
  );
  const found = sizes.map((size) => Math.floor(size * share));
  const byRest = sizes.map((size, i) => ({ i, rest: size * share - (found[i] ?? 0) })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = total - found.reduce((sum, count) => sum + count, 0);
  for (const { i } of byRest) {
    if (left <= 0) break;
    found[i] = (found[i] ?? 0) + 1;
    left -= 1;
  }
  return found;
}

function shuffled(rows: readonly number[], random: () => number): Uint32Array {
  const order = Uint32Array.from(rows);
  shuffle(order, random);
  return order;
}

function assign(parts: Uint8Array, order: Uint32Array, tests: number, validations: number): void {
  order.forEach((row, i) => {
    if (i < tests) parts[row] = TEST;
    else if (i < tests + validations) parts[row] = VALIDATION;
  });
}

function columnFor(table: DataTable, { method, column }: DataSplit): ColumnData {
  const found = columnOf(table, column ?? '');
  if (found === null) throw refusal('message.data.split.noColumn', column ?? '');
  const { data, name } = found;
  const fits =
    method === 'time'
      ? data.type === 'time' || data.type === 'number'
      : data.type === 'category' || data.type === 'text' || data.type === 'number';
  if (!fits) throw refusal(method === 'time' ? 'message.data.split.noTime' : 'message.data.split.noGroups', name);
  for (let row = 0; row < table.rows; row++) if (isMissingAt(data, row)) throw refusal('message.data.split.missing', name);
  return data;
}

const refusal = (
  id: 'message.data.split.noColumn' | 'message.data.split.noTime' | 'message.data.split.noGroups' | 'message.data.split.missing',
  column: string,
): AppError => new AppError('invalid-input', message(id, { column }));

/** The oldest rows train; rows of one time are never parted. */
function byTime(parts: Uint8Array, { values }: { readonly values: Float64Array }, { test, validation }: DataSplit): void {
  const order = Array.from(values, (_, row) => row).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const cutAt = (wanted: number): number => {
    let at = wanted;
    while (at > 0 && at < order.length && values[order[at] as number] === values[order[at - 1] as number]) at -= 1;
    return at;
  };
  const testFrom = cutAt(order.length - quota(order.length, test));
  const validationFrom = cutAt(testFrom - quota(order.length, validation));
  order.forEach((row, i) => {
    if (i >= testFrom) parts[row] = TEST;
    else if (i >= validationFrom) parts[row] = VALIDATION;
  });
}

function groupsBy(data: ColumnData, rows: number): number[][] {
  const groups = new Map<number | string, number[]>();
  const values = data.type === 'category' ? data.codes : (data as { readonly values: ArrayLike<number | string> }).values;
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? '';
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** Whole groups in a shuffled order, each where it fits best: the test part, then validation, as long as it comes closer to its share. */
function byGroup(parts: Uint8Array, groups: readonly (readonly number[])[], random: () => number, { test, validation }: DataSplit): void {
  const wanted = [0, quota(parts.length, validation), quota(parts.length, test)];
  const have = [0, 0, 0];
  for (const place of shuffled(
    groups.map((_, i) => i),
    random,
  )) {
    const group = groups[place] ?? [];
    const part = [TEST, VALIDATION].find((one) => (have[one] ?? 0) + group.length / 2 <= (wanted[one] ?? 0)) ?? 0;
    have[part] = (have[part] ?? 0) + group.length;
    for (const row of group) parts[row] = part;
  }
}
