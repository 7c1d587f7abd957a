import { z } from 'zod';
import { RecipeId, TrainingRecipe } from '../studio/recipe';
import { command, nothing, stream } from './define';

/** A recipe with its id. */
export const RecipeEntry = z.object({
  id: RecipeId,
  /** Comes with the product: it is duplicated to be changed. */
  isShipped: z.boolean(),
  recipe: TrainingRecipe,
});
export type RecipeEntry = z.infer<typeof RecipeEntry>;

const recipeId = z.object({ id: RecipeId });

export const recipesCommands = {
  /** Shipped ones in their order, then the person's own by name. */
  'recipes.list': command(nothing, z.object({ recipes: z.array(RecipeEntry) })),
  /** Fails with `not-found`. */
  'recipes.get': command(recipeId, RecipeEntry),
  /**
   * Keeps a recipe under an id, new or the person's own; null = one made of its name. Fails with `conflict` for a shipped one,
   * `invalid-input` naming the place of the document that does not fit the others.
   */
  'recipes.save': command(z.object({ id: RecipeId.nullable(), recipe: TrainingRecipe }), RecipeEntry),
  /** A copy of the person's own, under another name. Fails with `not-found`. */
  'recipes.duplicate': command(recipeId.extend({ name: z.string().trim().min(1).max(120) }), RecipeEntry),
  /** Runs of it keep the document that they were made by. Fails with `not-found`, `conflict` for a shipped one. */
  'recipes.remove': command(recipeId, nothing),
} as const;

export const recipesStreams = {
  /** All of them, at once and again whenever one changed. */
  'recipes.live': stream(nothing, z.object({ recipes: z.array(RecipeEntry) })),
} as const;
