import { AppError } from '@shared/contract/errors';
import { augmented } from '@shared/datasets/augment';
import type { Augmentation } from '@shared/model/dataset-recipe';
import { message } from '@shared/text/message';
import type { StoredVersion } from '../../dataset-files/reader';
import { refuseUnknown } from './import';

interface Asked {
  readonly column: string;
  readonly rows: readonly number[];
  readonly augment: readonly Augmentation[];
  readonly seed: number;
}

/** Images as training would see them. @throws {AppError} `invalid-input` for a column of no images, `not-found` for a row that is not there */
export async function augmentedRows(
  stored: StoredVersion,
  { column, rows, augment, seed }: Asked,
): Promise<{ pixels: Uint8Array<ArrayBuffer>; shape: number[] }> {
  refuseUnknown(
    column,
    stored.version.columns.map(({ name }) => name),
  );
  const { type, shape } = stored.column(column);
  if (type !== 'image') throw new AppError('invalid-input', message('message.data.step.wrongType', { column }));
  const made: Uint8Array[] = [];
  for (const [i, row] of rows.entries()) {
    if (row >= stored.rows) throw new AppError('not-found', message('message.data.noRow', { row: row + 1, rows: stored.rows }));
    const data = await stored.read(column, row, 1);
    if (data.type === 'image') made.push(augmented(data.values, shape, augment, seed + i));
  }
  return { pixels: new Uint8Array(Buffer.concat(made)), shape: [...shape] };
}
