import { AppError } from '../../contract/errors';
import type { StepFit } from '../../model/dataset-recipe';
import { message } from '../../text/message';
import type { ColumnData, NamedColumn } from '../column';
import { quantile } from '../statistics';
import { changed, columnsFor, known, textsOf, type StepKind, type StepOf } from './step';

export const fill: StepKind<'fill'> = {
  id: 'fill',
  fit(step, train) {
    const isOfNumbers =
      step.with === 'mean' || step.with === 'median' || (typeof step.with === 'object' && typeof step.with.value === 'number');
    const isOfWords = typeof step.with === 'object' && typeof step.with.value === 'string';
    const types = isOfNumbers
      ? (['number', 'time'] as const)
      : isOfWords
        ? (['category', 'text'] as const)
        : (['number', 'time', 'category', 'text'] as const);
    return Object.fromEntries(columnsFor(train, step.columns, types).map((column) => [column.name, valueFor(column, step)]));
  },
  apply: ({ columns, with: by }, fit, table) =>
    changed(table, columns, ({ name, data }) => (by === 'previous' ? fromBefore(data) : filled(data, fit[name] ?? null))),
};

/** Null = taken from the row before. @throws {AppError} `invalid-input` where training has no value to fill with */
function valueFor(column: NamedColumn, { with: by }: StepOf<'fill'>): StepFit[string] {
  if (by === 'previous') return null;
  if (typeof by === 'object') return by.value;
  const isWords = column.data.type === 'category' || column.data.type === 'text';
  const value = isWords || by === 'most-frequent' ? mostFrequent(column) : by === 'mean' ? meanOf(known(column)) : median(known(column));
  if (value === null) throw new AppError('invalid-input', message('message.data.step.noValue', { column: column.name }));
  return value;
}

const meanOf = (values: Float64Array): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (sorted: Float64Array): number | null => (sorted.length === 0 ? null : quantile(sorted, 0.5));

/** Of equally frequent ones the first. */
function mostFrequent({ data }: NamedColumn): number | string | null {
  const counts = new Map<string, number>();
  for (const text of textsOf(data)) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [best] = [...counts].reduce<[string | null, number]>((most, one) => (one[1] > most[1] ? one : most), [null, 0]);
  return best !== null && (data.type === 'number' || data.type === 'time') ? Number(best) : best;
}

function filled(data: ColumnData, value: StepFit[string]): ColumnData {
  if ((data.type === 'number' || data.type === 'time') && typeof value === 'number')
    return { ...data, values: data.values.map((own) => (Number.isNaN(own) ? value : own)) };
  if (typeof value !== 'string') return data;
  if (data.type === 'text') return { ...data, values: data.values.map((own) => own ?? value) };
  if (data.type !== 'category') return data;
  const categories = data.categories.includes(value) ? data.categories : [...data.categories, value];
  const code = categories.indexOf(value);
  return { ...data, categories, codes: data.codes.map((own) => (own < 0 ? code : own)) };
}

/** The first rows stay missing where there is nothing before them. */
function fromBefore(data: ColumnData): ColumnData {
  if (data.type === 'number' || data.type === 'time') {
    let last = NaN;
    return { ...data, values: data.values.map((own) => (last = Number.isNaN(own) ? last : own)) };
  }
  if (data.type === 'category') {
    let last = -1;
    return { ...data, codes: data.codes.map((own) => (last = own < 0 ? last : own)) };
  }
  if (data.type !== 'text') return data;
  let last: string | null = null;
  return { ...data, values: data.values.map((own) => (last = own ?? last)) };
}
