import type { DataStep, FittedStep, StepFit, StepId } from '../../model/dataset-recipe';
import type { DataTable } from '../column';
import { clip } from './clip';
import { dropColumns } from './drop-columns';
import { dropDuplicates, dropMissing } from './drop-rows';
import { encode } from './encode';
import { fill } from './fill';
import { normalise } from './normalise';
import type { Applied, StepKind, StepOf } from './step';
import { toNumber } from './to-number';
import { tokenise } from './tokenise';

/** Every kind of step: a new one is a file and a line here, and its form in `DataStep`. */
const kinds: { readonly [Id in StepId]: StepKind<Id> } = {
  'drop-columns': dropColumns,
  'drop-missing': dropMissing,
  'drop-duplicates': dropDuplicates,
  'to-number': toNumber,
  fill,
  clip,
  encode,
  normalise,
  tokenise,
};

/** The kind of a step; its `do` is what ties the two types together. */
const kindOf = <Id extends StepId>(step: StepOf<Id>): StepKind<Id> => kinds[step.do as Id] as StepKind<Id>;

/** @throws {AppError} `invalid-input` */
export const fitStep = (step: DataStep, train: DataTable): StepFit => kindOf(step).fit(step, train);
export const applyStep = ({ step, fit }: FittedStep, table: DataTable): Applied => kindOf(step).apply(step, fit, table);
