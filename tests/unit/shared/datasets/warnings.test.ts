import { describe, expect, it } from 'vitest';
import type { ColumnData, DataTable } from '@shared/datasets/column';
import { warningsOf } from '@shared/datasets/warnings';
import { english } from '@shared/text/message';

const ROWS = 200;
/** Of no regularity that a column of the tests shares. */
const scattered = Float64Array.from({ length: ROWS }, (_, i) => ((i * 7919) % 997) / 10);
const numbers = (of: (row: number) => number): ColumnData => ({
  type: 'number',
  values: Float64Array.from({ length: ROWS }, (_, row) => of(row)),
});
const classes = (of: (row: number) => number, categories = ['no', 'yes']): ColumnData => ({
  type: 'category',
  categories,
  codes: Int32Array.from({ length: ROWS }, (_, row) => of(row)),
});
const table = (columns: Readonly<Record<string, ColumnData>>): DataTable => ({
  rows: ROWS,
  columns: Object.entries(columns).map(([name, data]) => ({ name, unit: '', data })),
});
const ids = (columns: Readonly<Record<string, ColumnData>>, target: string | null, parts: Uint8Array | null = null): string[] =>
  warningsOf(table(columns), target, parts).map(
    (found) => `${found.id.replace('message.data.warn.', '')} ${String(found.params['column'] ?? found.params['count'])}`,
  );

const honest = numbers((row) => scattered[row] as number);
const target = classes((row) => ((scattered[row] as number) + (row % 5) * 20 > 90 ? 1 : 0));

describe('leakage', () => {
  it('says nothing of columns that tell only something', () => {
    expect(ids({ x: honest, y: target }, 'y')).toEqual([]);
  });

  it('finds the target under another name, as classes, numbers and words', () => {
    const codes = (target as { codes: Int32Array }).codes;
    expect(ids({ a: classes((row) => 1 - (codes[row] as number), ['0', '1']), x: honest, y: target }, 'y')).toEqual(['equals a']);
    expect(ids({ a: numbers((row) => (codes[row] as number) * 3 - 1), x: honest, y: target }, 'y')).toEqual(['equals a']);
    expect(ids({ a: { type: 'text', values: Array.from(codes, (code) => `state ${code}`) }, x: honest, y: target }, 'y')).toEqual([
      'equals a',
    ]);
  });

  it('finds a number that is the target in another unit, and one that is nearly so', () => {
    const y = numbers((row) => scattered[row] as number);
    expect(ids({ f: numbers((row) => (scattered[row] as number) * 1.8 + 32), y }, 'y')).toEqual(['equals f']);
    expect(ids({ n: numbers((row) => (scattered[row] as number) + ((row % 3) - 1) * 2), y }, 'y')).toEqual(['determines n']);
    expect(ids({ n: numbers((row) => (scattered[row] as number) + ((row % 3) - 1) * 20), y }, 'y')).toEqual([]);
  });

  it('tells a name of the row, which would tell every target, from one', () => {
    expect(ids({ id: { type: 'text', values: Array.from({ length: ROWS }, (_, i) => `P-${i}`) }, x: honest, y: target }, 'y')).toEqual([
      'id id',
    ]);
    expect(ids({ row: numbers((row) => row + 1), y: target }, 'y')).toEqual(['id row']);
    expect(ids({ note: { type: 'text', values: Array.from({ length: ROWS }, (_, i) => `a text of ${i} words`) }, y: target }, 'y')).toEqual(
      [],
    );
  });
});

it('tells classes that are rare, columns that tell nothing, and what is missing', () => {
  const rare = classes((row) => (row < 3 ? 1 : row === 3 ? -1 : 0));
  expect(
    ids({ x: honest, c: numbers(() => 4), gaps: numbers((row) => (row % 2 ? NaN : (scattered[row] as number))), y: rare }, 'y'),
  ).toEqual(['targetMissing y', 'imbalance y', 'smallClasses 1', 'constant c', 'missing gaps']);
  expect(english(warningsOf(table({ x: honest, y: rare }), 'y', null)[1] ?? '')).toBe(
    '98.5 % of the rows are "no" of "y": a model that always says so is right that often. Compare with it, or weigh the classes.',
  );
});

it('tells rows that are in both parts, and parts that overlap in time', () => {
  const twice = numbers((row) => scattered[row % 150] as number);
  const parts = Uint8Array.from({ length: ROWS }, (_, row) => (row < 160 ? 0 : 2));
  expect(ids({ x: twice, y: target }, 'y')).toEqual(['duplicates 50']);
  // Rows 160 to 199 repeat 10 to 49, which are trained on.
  expect(ids({ x: twice, y: target }, 'y', parts)).toEqual(['duplicates 50', 'acrossSplit 40']);
  const at: ColumnData = { type: 'time', values: Float64Array.from({ length: ROWS }, (_, row) => row * 1000) };
  expect(ids({ at, x: honest, y: target }, 'y', parts)).toEqual([]);
  expect(ids({ at, x: honest, y: target }, 'y', parts.toReversed())).toEqual(['timeOrder at']);
});
