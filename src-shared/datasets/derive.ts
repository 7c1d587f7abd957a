import { AppError } from '../contract/errors';
import type { DataRecipe, FittedStep } from '../model/dataset-recipe';
import { message, messageOf } from '../text/message';
import { takeTable, type DataTable } from './column';
import { splitRows } from './split';
import { applyStep, fitStep } from './steps/index';

export interface Derived {
  readonly table: DataTable;
  /** By row; null = not split: then every row counts as one of training. */
  readonly parts: Uint8Array | null;
  /** The steps with what they learned of the training part: by these what a model is asked later is made ready in the same way. */
  readonly fitted: readonly FittedStep[];
}

/**
 * Makes a table by a recipe: it is split first, then each step learns from the training rows and is done to all.
 * @param parentParts how the table is split already; null = it is not
 * @throws {AppError} `invalid-input` by the number of the step
 */
export function derive(table: DataTable, parentParts: Uint8Array | null, recipe: DataRecipe): Derived {
  const parts = recipe.split === null ? parentParts : splitRows(table, recipe.split);
  let state: { readonly table: DataTable; readonly parts: Uint8Array | null } = { table, parts };
  const fitted: FittedStep[] = [];
  for (const [i, step] of recipe.steps.entries()) {
    try {
      const done: FittedStep = { step, fit: fitStep(step, trainingRows(state.table, state.parts)) };
      state = applied(done, state.table, state.parts);
      fitted.push(done);
    } catch (error) {
      throw new AppError('invalid-input', message('message.data.step.at', { step: i + 1, why: messageOf(error) }), { cause: error });
    }
  }
  return { ...state, fitted };
}

/** Makes other rows ready as those were that the steps learned from. */
export const applyFitted = (table: DataTable, fitted: readonly FittedStep[]): DataTable =>
  fitted.reduce((made, step) => applied(step, made, null).table, table);

function trainingRows(table: DataTable, parts: Uint8Array | null): DataTable {
  if (parts === null) return table;
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => parts[row] === 0);
  return takeTable(table, rows);
}

function applied(step: FittedStep, table: DataTable, parts: Uint8Array | null): { table: DataTable; parts: Uint8Array | null } {
  const { columns, kept } = applyStep(step, table);
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new AppError('invalid-input', message('message.data.step.twice', { column: twice }));
  const whole = { rows: table.rows, columns };
  if (kept === null || kept.length === table.rows) return { table: whole, parts };
  if (kept.length === 0) throw new AppError('invalid-input', message('message.data.step.noRows'));
  return { table: takeTable(whole, kept), parts: parts === null ? null : Uint8Array.from(kept, (row) => parts[row] ?? 0) };
}
