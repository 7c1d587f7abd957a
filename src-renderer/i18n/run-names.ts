import { isEngineId, isShippedRecipe } from '@shared/model/recipes';
import type { Translate } from './use-texts';

/** A recipe's name; that of a person's own, or of another version, as it is. */
export function recipeName(t: Translate, recipe: string, length: 'name' | 'short' = 'name'): string {
  return isShippedRecipe(recipe) ? t(`recipe.${recipe}.${length}`) : recipe;
}

/** An engine's name; that of another version as it is. */
export function engineName(t: Translate, engine: string): string {
  return isEngineId(engine) ? t(`engine.${engine}`) : engine;
}
