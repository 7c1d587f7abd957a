import { z } from 'zod';

export const engineIds = ['wasm', 'cuda'] as const;
export const EngineId = z.enum(engineIds);
export type EngineId = z.infer<typeof EngineId>;
/** How an engine gets here: with the product, or by a command of the terminal. */
export const engineOrigins: Readonly<Record<EngineId, 'built-in' | 'installed'>> = { wasm: 'built-in', cuda: 'installed' };

export function isEngineId(id: string): id is EngineId {
  return EngineId.safeParse(id).success;
}

/** Recipes that come with the product (resources/recipes), whose names are translated; any other is called as its document says. */
export const shippedRecipeIds = [
  'mnist-mlp',
  'mnist-cnn',
  'fashion-cnn',
  'wordnet-topics',
  'breast-cancer',
  'weather-lstm',
  'moby-dick',
] as const;
export type ShippedRecipeId = (typeof shippedRecipeIds)[number];

export function isShippedRecipe(id: string): id is ShippedRecipeId {
  return shippedRecipeIds.some((shipped) => shipped === id);
}
