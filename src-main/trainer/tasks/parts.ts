import { datasetParts, type DatasetPart } from '@shared/model/dataset';
import type { TrainingRecipe } from '@shared/studio/recipe';
import { message } from '@shared/text/message';
import { RecipeRefused } from '../prepared';
import { SeededRandom, shuffle } from '../random';

export interface Parts {
  readonly parts: Readonly<Record<DatasetPart, Uint32Array>>;
  /** Goes on from the split to the order of each epoch. */
  readonly random: SeededRandom;
}

/** Holds the last rows of the shuffled training part out for validation, as many as the share says, at least one of each. */
export function splitValidation(rows: Uint32Array, share: number, random: () => number): { train: Uint32Array; validation: Uint32Array } {
  const order = rows.slice();
  shuffle(order, random);
  const count = order.length;
  const held = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  return { train: order.slice(0, count - held), validation: order.slice(count - held) };
}

/**
 * The samples of each part.
 * @param samples their numbers; `partOf` by each of them its part
 * @throws RecipeRefused where a part is empty
 */
export function partsOf(
  samples: readonly number[],
  partOf: (sample: number) => number,
  { holdOut, seed }: Pick<TrainingRecipe, 'holdOut' | 'seed'>,
): Parts {
  const [train, validation, test] = datasetParts.map((_, part) => Uint32Array.from(samples.filter((sample) => partOf(sample) === part)));
  if (train === undefined || validation === undefined || test === undefined) throw new Error('there are three parts');
  if (train.length < 2) throw new RecipeRefused(['prepare', 'split'], message('message.recipe.noTraining'));
  if (test.length === 0) throw new RecipeRefused(['prepare', 'split'], message('message.recipe.noTest'));
  const random = new SeededRandom(seed);
  if (holdOut !== null) return { parts: { ...splitValidation(train, holdOut, random.next), test }, random };
  if (validation.length === 0) throw new RecipeRefused(['holdOut'], message('message.recipe.noValidation'));
  return { parts: { train, validation, test }, random };
}
