import { changed, columnsFor, textsOf, type StepKind } from './step';

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export const toNumber: StepKind<'to-number'> = {
  id: 'to-number',
  fit({ columns }, train) {
    columnsFor(train, columns, ['text', 'category']);
    return {};
  },
  apply: ({ columns }, _fit, table) =>
    changed(table, columns, ({ data }) => ({
      type: 'number',
      values: Float64Array.from(textsOf(data), (text) => (text !== null && PLAIN.test(text.trim()) ? Number(text) : NaN)),
    })),
};
