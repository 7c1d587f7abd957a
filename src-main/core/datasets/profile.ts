import type { NamedColumn } from '@shared/datasets/column';
import { repeatsOf, statisticsOf } from '@shared/datasets/statistics';
import { warningsOf } from '@shared/datasets/warnings';
import type { ColumnStatistics, DataProfile } from '@shared/model/dataset-profile';
import type { StoredVersion } from '../../dataset-files/reader';
import { refuseTooLarge, turn } from './in-memory';

/** Goes through all rows. @throws {AppError} `too-large` */
export async function profileOf(stored: StoredVersion): Promise<DataProfile> {
  refuseTooLarge(stored);
  const { target } = stored.version;
  const columns: (ColumnStatistics | null)[] = [];
  const read: NamedColumn[] = [];
  for (const { name, unit } of stored.version.columns) {
    const column = { name, unit, data: await stored.read(name) };
    read.push(column);
    columns.push(statisticsOf(column.data));
    await turn();
  }
  const inputs = read.filter(({ name }) => name !== target);
  const repeats = repeatsOf(inputs.map(({ data }) => data));
  await turn();
  return {
    columns,
    duplicates: repeats.filter((first) => first >= 0).length,
    warnings: warningsOf({ rows: stored.rows, columns: read }, target, await stored.parts(), repeats),
  };
}
