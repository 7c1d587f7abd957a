import type { RecipeId } from '@shared/model/recipes';
import { mnistCnn } from './mnist-cnn';
import { mnistMlp } from './mnist-mlp';
import type { Recipe } from './recipe';

export const recipes: Record<RecipeId, Recipe> = { 'mnist-mlp': mnistMlp, 'mnist-cnn': mnistCnn };
