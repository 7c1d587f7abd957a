import { AppError } from '../../contract/errors';
import { columnTypes } from '../../model/dataset';
import { message } from '../../text/message';
import { columnsFor, type StepKind } from './step';

export const dropColumns: StepKind<'drop-columns'> = {
  id: 'drop-columns',
  fit({ columns }, train) {
    columnsFor(train, columns, columnTypes);
    if (train.columns.every(({ name }) => columns.includes(name)))
      throw new AppError('invalid-input', message('message.data.step.allColumns'));
    return {};
  },
  apply: ({ columns }, _fit, table) => ({ columns: table.columns.filter(({ name }) => !columns.includes(name)), kept: null }),
};
