import { derive } from '@shared/datasets/derive';
import { elementsOf, isMissingAt, type ColumnData, type DataTable, type NamedColumn } from '@shared/datasets/column';
import { augmented } from '@shared/datasets/augment';
import type { Augmentation, FittedStep } from '@shared/model/dataset-recipe';
import type { TrainingRecipe } from '@shared/studio/recipe';
import { pathText, refusedRecipe } from '@shared/studio/recipe-params';
import { message, MessageError, type KeyedMessage } from '@shared/text/message';
import { StoredVersion } from '../dataset-files/reader';

/** A recipe that does not fit its data, at the field that it is about. */
export class RecipeRefused extends MessageError {
  constructor(at: readonly (string | number)[], why: KeyedMessage) {
    super(refusedRecipe(pathText(at), why));
    this.name = 'RecipeRefused';
  }
}

/** The rows of a recipe's data set, prepared as it says. */
export interface Prepared {
  readonly table: DataTable;
  /** By row its part: 0 train, 1 validation, 2 test; null = not split. */
  readonly parts: Uint8Array | null;
  /** The steps with what they learned of the training part. */
  readonly fitted: readonly FittedStep[];
}

/** @throws Error naming the file that is missing or damaged; {@link RecipeRefused} for a step that does not fit */
export async function readPrepared(folder: string, recipe: TrainingRecipe): Promise<Prepared> {
  const stored = await StoredVersion.open(folder);
  const table = await stored.table();
  const { split, steps } = recipe.prepare;
  try {
    return derive(table, await stored.parts(), { split, steps, augment: [], target: null });
  } catch (error) {
    if (error instanceof MessageError && typeof error.localized !== 'string')
      throw new RecipeRefused(['prepare', 'steps'], error.localized);
    throw error;
  }
}

/** @throws RecipeRefused */
export function columnAt(table: DataTable, name: string, at: readonly (string | number)[]): NamedColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found === undefined) throw new RecipeRefused(at, message('message.data.split.noColumn', { column: name }));
  return found;
}

/** Values of the inputs, row after row. */
export interface InputRows {
  readonly shape: readonly number[];
  readonly size: number;
  readonly values: Float32Array;
  /** Puts the values of a row where they belong, changed as training sees it this time. */
  put(row: number, into: Float32Array, at: number, augment: readonly Augmentation[], seed: number): void;
}

/**
 * An image or a vector alone keeps its shape; several columns are numbers beside each other. Bytes of images become 0 to 1.
 * @param mayLack whether rows may lack values: NaN then
 * @throws RecipeRefused for a column that is not there, is no number, or lacks values
 */
export function inputRows(table: DataTable, names: readonly string[], mayLack = false): InputRows {
  const columns = names.map((name, i) => columnAt(table, name, ['inputs', i]).data);
  const widths = columns.map((data, i) => widthOf(data, names[i] ?? '', i));
  columns.forEach((data, i) => mayLack || refuseMissing(data, table.rows, names[i] ?? '', i));
  const size = widths.reduce((sum, width) => sum + width, 0);
  const values = new Float32Array(table.rows * size);
  let offset = 0;
  columns.forEach((data, i) => {
    const width = widths[i] ?? 0;
    const from = (data as { readonly values: ArrayLike<number> }).values;
    // A byte of an image is a share of 255.
    const scale = data.type === 'image' ? 255 : 1;
    for (let row = 0; row < table.rows; row++)
      for (let k = 0; k < width; k++) values[row * size + offset + k] = (from[row * width + k] ?? NaN) / scale;
    offset += width;
  });
  const [only] = columns;
  const shape = columns.length === 1 && only !== undefined && 'shape' in only ? only.shape : [size];
  return {
    shape,
    size,
    values,
    put(row, into, at, augment, seed) {
      const own = values.subarray(row * size, (row + 1) * size);
      into.set(augment.length === 0 ? own : augmented(own, shape, augment, seed, 1), at);
    },
  };
}

function widthOf(data: ColumnData, name: string, i: number): number {
  if (data.type === 'image' || data.type === 'vector') return elementsOf(data.shape);
  if (data.type === 'number' || data.type === 'time') return 1;
  throw new RecipeRefused(['inputs', i], message('message.recipe.inputType', { column: name, type: data.type }));
}

function refuseMissing(data: ColumnData, rows: number, name: string, i: number): void {
  let missing = 0;
  for (let row = 0; row < rows; row++) if (isMissingAt(data, row)) missing += 1;
  if (missing > 0) throw new RecipeRefused(['inputs', i], message('message.recipe.missing', { column: name, count: missing }));
}
