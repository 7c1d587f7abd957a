import { join } from 'node:path';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { RecipeBook, RECIPES_FOLDER } from './recipe-book';

/** What can be trained: the recipes that come with the product, and a person's own. */
export const recipesService = defineService({
  name: 'recipes',
  needs: [scenarioService],
  start: ({ scenario }, { options, log }) =>
    new RecipeBook(join(scenario.dataDir, RECIPES_FOLDER), join(options.resourcesDir, RECIPES_FOLDER), log),
});
