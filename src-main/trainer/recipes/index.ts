import type { RecipeId } from '@shared/model/recipes';
import { mnistMlp } from './mnist-mlp';
import type { Recipe } from './recipe';

export const recipes: Record<RecipeId, Recipe> = { 'mnist-mlp': mnistMlp };
