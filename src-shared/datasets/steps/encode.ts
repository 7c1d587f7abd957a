import { AppError } from '../../contract/errors';
import { MAX_CATEGORIES } from '../../model/dataset';
import { message } from '../../text/message';
import type { NamedColumn } from '../column';
import { columnsFor, textsOf, wordsOf, type StepKind } from './step';

export const encode: StepKind<'encode'> = {
  id: 'encode',
  fit: ({ columns }, train) =>
    Object.fromEntries(
      columnsFor(train, columns, ['category', 'text']).map(({ name, data }) => {
        const classes = [...new Set(textsOf(data).filter((text) => text !== null))].sort((a, b) =>
          a.localeCompare(b, 'en', { numeric: true }),
        );
        if (classes.length > MAX_CATEGORIES)
          throw new AppError(
            'invalid-input',
            message('message.data.step.manyClasses', { column: name, count: classes.length, most: MAX_CATEGORIES }),
          );
        return [name, classes];
      }),
    ),
  apply: ({ columns, as }, fit, table) => ({
    kept: null,
    columns: table.columns.flatMap((column) => {
      if (!columns.includes(column.name)) return [column];
      const classes = wordsOf(fit, column.name);
      return as === 'codes' ? [codesOf(column, classes)] : oneHot(column, classes);
    }),
  }),
};

function codesOf({ name, data }: NamedColumn, classes: readonly string[]): NamedColumn {
  const places = new Map(classes.map((text, place) => [text, place]));
  const values = Float64Array.from(textsOf(data), (text) => (text === null ? NaN : (places.get(text) ?? NaN)));
  return { name, unit: '', data: { type: 'number', values } };
}

/** A column a class. Where the value is missing, all are: it is not known to be none of them. A class of no training row is none of them. */
function oneHot({ name, data }: NamedColumn, classes: readonly string[]): NamedColumn[] {
  const texts = textsOf(data);
  return classes.map((one) => ({
    name: `${name}=${one}`.slice(0, 400),
    unit: '',
    data: { type: 'number', values: Float64Array.from(texts, (text) => (text === null ? NaN : text === one ? 1 : 0)) },
  }));
}
