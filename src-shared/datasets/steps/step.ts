import { AppError } from '../../contract/errors';
import type { ColumnType } from '../../model/dataset';
import type { DataStep, StepFit, StepId } from '../../model/dataset-recipe';
import { message } from '../../text/message';
import { columnOf, type ColumnData, type DataTable, type NamedColumn } from '../column';

export type StepOf<Id extends StepId> = Extract<DataStep, { do: Id }>;

/** What a step makes of a table. */
export interface Applied {
  readonly columns: readonly NamedColumn[];
  /** The rows that stay, rising; null = all of them. The columns given have all rows still. */
  readonly kept: readonly number[] | null;
}

/**
 * One kind of step: a file in this folder and a line in its index. What it learns, it learns from the rows that it is given, which
 * are those of the training part; with that alone it is then done to all rows, and to what a model is asked later.
 */
export interface StepKind<Id extends StepId> {
  readonly id: Id;
  /** @param train the training rows alone. @throws {AppError} `invalid-input` for a column that is not there or does not fit */
  fit(step: StepOf<Id>, train: DataTable): StepFit;
  apply(step: StepOf<Id>, fit: StepFit, table: DataTable): Applied;
}

/** The columns of these names. @throws {AppError} `invalid-input` for one that is not there, or of no type that fits */
export function columnsFor(table: DataTable, names: readonly string[], types: readonly ColumnType[]): NamedColumn[] {
  return names.map((name) => {
    const column = columnOf(table, name);
    if (column === null) throw new AppError('invalid-input', message('message.data.split.noColumn', { column: name }));
    if (!types.includes(column.data.type)) throw new AppError('invalid-input', message('message.data.step.wrongType', { column: name }));
    return column;
  });
}

/** All columns, those of these names changed. */
export function changed(table: DataTable, names: readonly string[], change: (column: NamedColumn) => ColumnData): Applied {
  const columns = table.columns.map((column) => (names.includes(column.name) ? { ...column, data: change(column) } : column));
  return { columns, kept: null };
}

export type Numeric = Extract<ColumnData, { values: Float64Array }> & { readonly type: 'number' | 'time' };

/** The values of a column of numbers. A step checks the types when it is fitted. */
export const numbersOf = ({ data }: NamedColumn): Float64Array => (data as Numeric).values;

/** The known values of a column of numbers, rising. */
export const known = (column: NamedColumn): Float64Array =>
  numbersOf(column)
    .filter((value) => !Number.isNaN(value))
    .sort();

export const pairOf = (fit: StepFit, name: string): readonly [number, number] | null => {
  const pair = fit[name];
  return Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number' ? [pair[0], pair[1]] : null;
};

export const wordsOf = (fit: StepFit, name: string): readonly string[] => {
  const words = fit[name];
  return Array.isArray(words) && words.every((word): word is string => typeof word === 'string') ? words : [];
};

/** The text of each row; null = missing. */
export function textsOf(data: ColumnData): readonly (string | null)[] {
  if (data.type === 'text') return data.values;
  if (data.type === 'category') return Array.from(data.codes, (code) => data.categories[code] ?? null);
  if (data.type === 'number' || data.type === 'time')
    return Array.from(data.values, (value) => (Number.isNaN(value) ? null : String(value)));
  return [];
}
