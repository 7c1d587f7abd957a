import { describe, expect, it } from 'vitest';
import type { ColumnData, DataTable } from '@shared/datasets/column';
import { applyFitted, derive } from '@shared/datasets/derive';
import { tokensOf } from '@shared/datasets/steps/tokenise';
import { DataRecipe, type DataStep } from '@shared/model/dataset-recipe';

const table = (columns: Readonly<Record<string, ColumnData>>): DataTable => {
  const [first] = Object.values(columns);
  const rows = first === undefined ? 0 : 'codes' in first ? first.codes.length : first.values.length;
  return { rows, columns: Object.entries(columns).map(([name, data]) => ({ name, unit: 'W', data })) };
};
const recipe = (...steps: DataStep[]): DataRecipe => DataRecipe.parse({ split: null, steps, augment: [], target: null });
const column = ({ columns }: DataTable, name: string): ColumnData | undefined => columns.find((one) => one.name === name)?.data;
const numbers = (...values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });

/** Rows 0 to 3 train; 4 and 5 test. */
const parts = Uint8Array.of(0, 0, 0, 0, 2, 2);
const rows = table({
  x: numbers(1, 2, NaN, 3, 100, NaN),
  c: { type: 'category', categories: ['a', 'b', 'new'], codes: Int32Array.of(0, 1, 0, -1, 2, 1) },
});

describe('steps learn from the training part alone', () => {
  it('fill', () => {
    // The mean of 1, 2 and 3: 100 is of the test part.
    const { table: made, fitted } = derive(
      rows,
      parts,
      recipe({ do: 'fill', columns: ['x', 'c'], with: 'most-frequent' }, { do: 'fill', columns: ['x'], with: 'mean' }),
    );
    expect(column(made, 'x')).toEqual(numbers(1, 2, 1, 3, 100, 1));
    expect(column(made, 'c')).toMatchObject({ codes: Int32Array.of(0, 1, 0, 0, 2, 1) });
    expect(fitted[0]?.fit).toEqual({ x: 1, c: 'a' });
    const of = (by: Extract<DataStep, { do: 'fill' }>['with']): ColumnData | undefined =>
      column(derive(rows, parts, recipe({ do: 'fill', columns: ['x'], with: by })).table, 'x');
    expect(of('mean')).toEqual(numbers(1, 2, 2, 3, 100, 2));
    expect(of('median')).toEqual(numbers(1, 2, 2, 3, 100, 2));
    expect(of('previous')).toEqual(numbers(1, 2, 2, 3, 100, 100));
    expect(of({ value: -1 })).toEqual(numbers(1, 2, -1, 3, 100, -1));
    expect(column(derive(rows, parts, recipe({ do: 'fill', columns: ['c'], with: { value: 'none' } })).table, 'c')).toMatchObject({
      categories: ['a', 'b', 'new', 'none'],
      codes: Int32Array.of(0, 1, 0, 3, 2, 1),
    });
  });

  it('normalise', () => {
    const scaled = (as: 'standard' | 'min-max' | 'robust'): unknown => {
      const data = column(derive(rows, parts, recipe({ do: 'normalise', columns: ['x'], as })).table, 'x') as { values: Float64Array };
      return Array.from(data.values, (value) => Math.round(value * 1e4) / 1e4);
    };
    // Of 1, 2, 3: mean 2, deviation √(2/3); least 1, range 2; median 2, quartiles 1.5 and 2.5.
    expect(scaled('standard')).toEqual([-1.2247, 0, NaN, 1.2247, 120.025, NaN]);
    expect(scaled('min-max')).toEqual([0, 0.5, NaN, 1, 49.5, NaN]);
    expect(scaled('robust')).toEqual([-1, 0, NaN, 1, 98, NaN]);
    const flat = derive(table({ x: numbers(4, 4) }), null, recipe({ do: 'normalise', columns: ['x'], as: 'standard' }));
    expect(column(flat.table, 'x')).toEqual(numbers(0, 0));
  });

  it('clip', () => {
    const { table: made } = derive(rows, parts, recipe({ do: 'clip', columns: ['x'], low: 0.25, high: 0.75 }));
    expect(column(made, 'x')).toEqual(numbers(1.5, 2, NaN, 2.5, 2.5, NaN));
  });

  it('encode', () => {
    const hot = derive(rows, parts, recipe({ do: 'encode', columns: ['c'], as: 'one-hot' })).table;
    expect(hot.columns.map(({ name }) => name)).toEqual(['x', 'c=a', 'c=b']);
    // Missing stays missing; a class that training did not have is none of its classes.
    expect(column(hot, 'c=a')).toEqual(numbers(1, 0, 1, NaN, 0, 0));
    expect(column(hot, 'c=b')).toEqual(numbers(0, 1, 0, NaN, 0, 1));
    const codes = derive(rows, parts, recipe({ do: 'encode', columns: ['c'], as: 'codes' })).table;
    expect(column(codes, 'c')).toEqual(numbers(0, 1, 0, NaN, NaN, 1));
  });

  it('tokenise', () => {
    const texts = table({ t: { type: 'text', values: ['The cat, the cat', 'a cat', 'the dog', null, 'the emu', 'cat'] } });
    const { table: made, fitted } = derive(texts, parts, recipe({ do: 'tokenise', columns: ['t'], by: 'word', vocabulary: 3, length: 4 }));
    expect(fitted[0]?.fit).toEqual({ t: ['cat', 'the', ','] });
    // 2 cat, 3 the, 4 the comma; 1 = not among them, 0 = behind the end.
    expect(column(made, 't')).toEqual({
      type: 'vector',
      shape: [4],
      values: Int32Array.of(3, 2, 4, 3, 1, 2, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 2, 0, 0, 0),
    });
    expect(tokensOf('GPU温度 42°C!', 'word')).toEqual(['gpu', '温', '度', '42', '°', 'c', '!']);
    expect(tokensOf('a 😀', 'character')).toEqual(['a', ' ', '😀']);
  });
});

describe('rows and columns', () => {
  it('drops them, and the parts go with the rows', () => {
    const missing = derive(rows, parts, recipe({ do: 'drop-missing', columns: ['x', 'c'] }));
    expect(column(missing.table, 'x')).toEqual(numbers(1, 2, 100));
    expect(missing.parts).toEqual(Uint8Array.of(0, 0, 2));
    const twice = derive(table({ x: numbers(1, 2, 1, 1, 2, 3) }), parts, recipe({ do: 'drop-duplicates' }));
    expect(column(twice.table, 'x')).toEqual(numbers(1, 2, 3));
    expect(twice.parts).toEqual(Uint8Array.of(0, 0, 2));
    expect(derive(rows, null, recipe({ do: 'drop-columns', columns: ['x'] })).table.columns.map(({ name }) => name)).toEqual(['c']);
  });

  it('reads numbers out of texts', () => {
    const made = derive(
      table({ t: { type: 'text', values: ['1', ' 2.5 ', 'x9', null, '1e3', ''] } }),
      null,
      recipe({ do: 'to-number', columns: ['t'] }),
    );
    expect(column(made.table, 't')).toEqual(numbers(1, 2.5, NaN, NaN, 1000, NaN));
  });
});

it('splits by its own split, and makes other rows ready as it made these', () => {
  const split = { method: 'time', column: 'x', validation: 0, test: 0.5, seed: 1 } as const;
  const given = table({ x: numbers(4, 1, 3, 2), y: numbers(40, 10, 30, 20) });
  const made = derive(given, null, { ...recipe({ do: 'normalise', columns: ['y'], as: 'min-max' }), split });
  expect(made.parts).toEqual(Uint8Array.of(2, 0, 2, 0));
  expect(column(made.table, 'y')).toEqual(numbers(3, 0, 2, 1));
  // Kept as JSON, as a version keeps it.
  const kept = JSON.parse(JSON.stringify(made.fitted)) as typeof made.fitted;
  expect(column(applyFitted(table({ x: numbers(0), y: numbers(25) }), kept), 'y')).toEqual(numbers(1.5));
});

it('says which step cannot be done, and why', () => {
  const says = (...steps: DataStep[]) => expect(() => derive(rows, parts, recipe(...steps)));
  says({ do: 'drop-duplicates' }, { do: 'clip', columns: ['z'], low: 0, high: 1 }).toThrow('Step 2: There is no column "z".');
  says({ do: 'normalise', columns: ['c'], as: 'robust' }).toThrow('Step 1: The column "c" is not of a type that this can be done to.');
  says({ do: 'drop-columns', columns: ['x', 'c'] }).toThrow('Step 1: No column would be left.');
  expect(() => derive(table({ x: numbers(NaN, NaN) }), null, recipe({ do: 'fill', columns: ['x'], with: 'mean' }))).toThrow(
    'has no value in the training part',
  );
  expect(() => derive(table({ x: numbers(NaN) }), null, recipe({ do: 'drop-missing', columns: ['x'] }))).toThrow(
    'Step 1: No row would be left.',
  );
});
