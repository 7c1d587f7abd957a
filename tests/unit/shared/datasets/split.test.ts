import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnData, DataTable } from '@shared/datasets/column';
import { quotas, splitRows } from '@shared/datasets/split';
import { DataSplit } from '@shared/model/dataset-recipe';

const table = (rows: number, columns: Readonly<Record<string, ColumnData>> = {}): DataTable => ({
  rows,
  columns: Object.entries(columns).map(([name, data]) => ({ name, unit: '', data })),
});
const split = (method: DataSplit['method'], more: Partial<DataSplit> = {}): DataSplit =>
  DataSplit.parse({ method, column: method === 'random' ? null : 'key', validation: 0.1, test: 0.2, seed: 7, ...more });
const counts = (parts: Uint8Array): number[] => [0, 1, 2].map((part) => parts.filter((own) => own === part).length);

describe('random', () => {
  it('has exact shares, and is the same for the same seed on every machine', () => {
    const parts = splitRows(table(20), split('random'));
    expect(counts(parts)).toEqual([14, 2, 4]);
    expect(splitRows(table(20), split('random'))).toEqual(parts);
    expect(splitRows(table(20), split('random', { seed: 8 }))).not.toEqual(parts);
    expect([...parts].join('')).toBe('00002102021000000002');
  });
});

describe('stratified', () => {
  it('parts each class in the same share, to the row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 300 }),
        fc.integer({ min: 0, max: 1000 }),
        (codes, seed) => {
          const key: ColumnData = { type: 'category', categories: ['a', 'b', 'c', 'd', 'e'], codes: Int32Array.from(codes) };
          const parts = splitRows(table(codes.length, { key }), split('stratified', { seed }));
          expect(counts(parts)[2]).toBe(Math.round(codes.length * 0.2));
          for (const code of new Set(codes)) {
            const size = codes.filter((own) => own === code).length;
            const tested = codes.filter((own, row) => own === code && parts[row] === 2).length;
            expect(Math.abs(tested - size * 0.2)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('gives what is left to the largest remainders', () => {
    // 3, 3 and 4 of 0.2: 0.6 + 0.6 + 0.8 = 2 rows, to the last and the first.
    expect(quotas([3, 3, 4], 0.2)).toEqual([1, 0, 1]);
  });
});

describe('time', () => {
  it('trains on what came before, and never parts one moment', () => {
    const key: ColumnData = { type: 'time', values: Float64Array.of(5, 1, 9, 2, 8, 3, 7, 8, 4, 6) };
    // In order 1 2 3 4 5 6 7 8 8 9: of the last two, 8 has a twin, which goes with it.
    expect([...splitRows(table(10, { key }), split('time'))]).toEqual([0, 0, 2, 0, 2, 0, 1, 2, 0, 0]);
  });
});

describe('group', () => {
  it('keeps rows of one value together, near the shares asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 60, maxLength: 300 }),
        fc.integer({ min: 0, max: 1000 }),
        (values, seed) => {
          const key: ColumnData = { type: 'number', values: Float64Array.from(values) };
          const parts = splitRows(table(values.length, { key }), split('group', { seed }));
          const partOf = new Map<number, number>();
          values.forEach((value, row) => {
            const part = partOf.get(value) ?? (parts[row] as number);
            expect(parts[row]).toBe(part);
            partOf.set(value, part);
          });
          const largest = Math.max(...[...new Set(values)].map((value) => values.filter((own) => own === value).length));
          expect(Math.abs((counts(parts)[2] ?? 0) - values.length * 0.2)).toBeLessThanOrEqual(largest);
        },
      ),
    );
  });
});

it('refuses a column that is not there, does not fit, or lacks values', () => {
  const words: ColumnData = { type: 'text', values: ['a', 'b'] };
  expect(() => splitRows(table(2), split('time'))).toThrow('There is no column "key".');
  expect(() => splitRows(table(2, { key: words }), split('time'))).toThrow('rows cannot be ordered by it');
  expect(() => splitRows(table(2, { key: { type: 'image', shape: [1, 1, 1], values: new Uint8Array(2) } }), split('group'))).toThrow(
    'cannot be split by',
  );
  expect(() =>
    splitRows(table(2, { key: { type: 'category', categories: ['a'], codes: Int32Array.of(0, -1) } }), split('stratified')),
  ).toThrow('missing in some rows');
  expect(DataSplit.safeParse({ method: 'stratified', column: null, validation: 0, test: 0.2, seed: 1 }).success).toBe(false);
  expect(DataSplit.safeParse({ method: 'random', column: null, validation: 0.5, test: 0.5, seed: 1 }).success).toBe(false);
});
