import { quantile } from '../statistics';
import { changed, columnsFor, known, numbersOf, pairOf, type StepKind } from './step';

export const clip: StepKind<'clip'> = {
  id: 'clip',
  fit: ({ columns, low, high }, train) =>
    Object.fromEntries(
      columnsFor(train, columns, ['number']).map((column) => {
        const sorted = known(column);
        return [column.name, sorted.length === 0 ? null : [quantile(sorted, low), quantile(sorted, high)]];
      }),
    ),
  apply: ({ columns }, fit, table) =>
    changed(table, columns, (column) => {
      const bounds = pairOf(fit, column.name);
      if (bounds === null) return column.data;
      const [low, high] = bounds;
      // NaN stays NaN: it is on neither side.
      return { type: 'number', values: numbersOf(column).map((value) => (value < low ? low : value > high ? high : value)) };
    }),
};
