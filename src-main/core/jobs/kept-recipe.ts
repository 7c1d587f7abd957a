import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkParams, type ParamSpec, type ParamValues } from '@shared/model/param';
import { TrainingRecipe } from '@shared/studio/recipe';
import { paramsOf, withParams } from '@shared/studio/recipe-params';
import { refuseMisfits } from '../recipes/recipe-book';
import { folderError } from '../store/file/errors';
import { refusedParam } from './refused-param';
import { runFolder } from './run-folders';

/** Where recipes and their data are found. */
export interface TrainingSources {
  /** @throws {AppError} `not-found` */
  recipe(id: string): TrainingRecipe;
  /** The newest version where null is asked for. @throws {AppError} `not-found` */
  dataset(id: string, version: number | null): { readonly folder: string; readonly version: number };
}

/** The document that a run is made by, with its own numbers: it stays as it is, whatever becomes of the recipe. */
export const recipeFile = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'recipe.json');
export const checkpointFile = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'checkpoint.bin');

/** A recipe with the numbers that a run was asked for. */
export interface AskedRecipe {
  readonly recipe: TrainingRecipe;
  readonly params: ParamValues;
  readonly specs: readonly ParamSpec[];
}

/** @throws {AppError} `invalid-input` naming the parameter or the place of the document, `not-found` for its data set */
export function askedRecipe(document: TrainingRecipe, given: ParamValues, sources: TrainingSources): AskedRecipe {
  refuseMisfits(document);
  const specs = paramsOf(document);
  const checked = checkParams(specs, given);
  if (checked.values === null) throw refusedParam(specs, checked.refusals);
  const whole = withParams(document, checked.values);
  if ('refused' in whole) throw refusedParam(specs, { [whole.refused]: whole.why });
  const { dataset, version } = whole.data;
  return { recipe: { ...whole, data: { dataset, version: sources.dataset(dataset, version).version } }, params: checked.values, specs };
}

/** @throws {AppError} `storage-…` */
export function keepRecipe(runsDir: string, runId: string, recipe: TrainingRecipe): void {
  const path = recipeFile(runsDir, runId);
  try {
    mkdirSync(runFolder(runsDir, runId), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(recipe, null, 2), { mode: 0o600 });
  } catch (error) {
    throw folderError(error, path);
  }
}

/** Null for a run of before recipes were kept, or one whose document is damaged. */
export function keptRecipe(runsDir: string, runId: string): TrainingRecipe | null {
  try {
    return TrainingRecipe.safeParse(JSON.parse(readFileSync(recipeFile(runsDir, runId), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Whether a run left something to go on from. */
export const hasCheckpoint = (runsDir: string, runId: string): boolean =>
  existsSync(checkpointFile(runsDir, runId)) && existsSync(recipeFile(runsDir, runId));

/** Gives a run what another left, to go on from there. @throws {AppError} `storage-…` */
export function takeCheckpoint(runsDir: string, fromId: string, toId: string): void {
  const path = checkpointFile(runsDir, toId);
  try {
    mkdirSync(runFolder(runsDir, toId), { recursive: true, mode: 0o700 });
    copyFileSync(recipeFile(runsDir, fromId), recipeFile(runsDir, toId));
    copyFileSync(checkpointFile(runsDir, fromId), path);
  } catch (error) {
    rmSync(path, { force: true });
    throw folderError(error, path);
  }
}
