import { columnTypes } from '../../model/dataset';
import { isMissingAt } from '../column';
import { repeatsOf } from '../statistics';
import { columnsFor, type StepKind } from './step';

export const dropMissing: StepKind<'drop-missing'> = {
  id: 'drop-missing',
  fit({ columns }, train) {
    columnsFor(train, columns, columnTypes);
    return {};
  },
  apply({ columns }, _fit, table) {
    const looked = columnsFor(table, columns, columnTypes);
    const kept: number[] = [];
    for (let row = 0; row < table.rows; row++) if (looked.every(({ data }) => !isMissingAt(data, row))) kept.push(row);
    return { columns: table.columns, kept };
  },
};

export const dropDuplicates: StepKind<'drop-duplicates'> = {
  id: 'drop-duplicates',
  fit: () => ({}),
  apply(_step, _fit, table) {
    const repeats = repeatsOf(table.columns.map(({ data }) => data));
    const kept: number[] = [];
    repeats.forEach((first, row) => {
      if (first < 0) kept.push(row);
    });
    return { columns: table.columns, kept };
  },
};
