import { join } from 'node:path';
import { defaultsOf } from '@shared/model/param';
import type { ShippedRecipeId } from '@shared/model/recipes';
import { paramsOf } from '@shared/studio/recipe-params';
import type { TrainingRecipe } from '@shared/studio/recipe';
import { Catalogue } from '../../src-main/core/datasets/catalogue';
import type { TrainingSources } from '../../src-main/core/jobs/kept-recipe';
import { RecipeBook } from '../../src-main/core/recipes/recipe-book';

/** Bundled programs run from the repository too. */
const resources = join(process.cwd(), 'resources');
const none = join(resources, 'no-such-folder');
const refuse = (_level: string, text: string): never => {
  throw new Error(text);
};

/** The recipes and data sets that come with the product, and none of a person's own. */
export function shippedTraining(): TrainingSources {
  const book = new RecipeBook(none, join(resources, 'recipes'), refuse);
  const catalogue = new Catalogue(none, join(resources, 'datasets'), refuse);
  return { recipe: (id) => book.get(id).recipe, dataset: (id, version) => catalogue.located(id, version) };
}

export const shippedRecipe = (id: ShippedRecipeId): TrainingRecipe => shippedTraining().recipe(id);

/** What the form of a shipped recipe begins with. */
export const shippedParams = (id: ShippedRecipeId): Record<string, number> =>
  Object.fromEntries(Object.entries(defaultsOf(paramsOf(shippedRecipe(id)))).map(([name, value]) => [name, Number(value)]));
