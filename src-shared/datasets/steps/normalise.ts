import { quantile } from '../statistics';
import { changed, columnsFor, known, numbersOf, pairOf, type StepKind, type StepOf } from './step';

export const normalise: StepKind<'normalise'> = {
  id: 'normalise',
  fit: ({ columns, as }, train) =>
    Object.fromEntries(columnsFor(train, columns, ['number']).map((column) => [column.name, scaleOf(known(column), as)])),
  apply: ({ columns }, fit, table) =>
    changed(table, columns, (column) => {
      const [offset, scale] = pairOf(fit, column.name) ?? [0, 1];
      return { type: 'number', values: numbersOf(column).map((value) => (value - offset) / scale) };
    }),
};

/** What is taken away, and what the rest is divided by. The deviation is that of the rows themselves (n), as scikit-learn has it. */
function scaleOf(sorted: Float64Array, as: StepOf<'normalise'>['as']): [number, number] | null {
  if (sorted.length === 0) return null;
  const [offset, scale] = pairFor(sorted, as);
  // A column of one value becomes zeros instead of nothing.
  return [offset, scale === 0 ? 1 : scale];
}

function pairFor(sorted: Float64Array, as: StepOf<'normalise'>['as']): [number, number] {
  if (as === 'min-max') return [sorted[0] as number, (sorted.at(-1) as number) - (sorted[0] as number)];
  if (as === 'robust') return [quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25)];
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return [mean, Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length)];
}
