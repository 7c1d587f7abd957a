import type { TrainingRecipe } from '@shared/studio/recipe';
import type { Prepared } from '../prepared';
import { classificationData } from './classification';
import { nextTokenData } from './next-token';
import { regressionData } from './regression';
import type { TaskData } from './task';

/**
 * A recipe's data, made ready for its task. @param outputRank dimensions of what the model gives of one sample
 * @throws RecipeRefused
 */
export function taskData(prepared: Prepared, recipe: TrainingRecipe, outputRank: number): TaskData {
  const { task } = recipe;
  switch (task.type) {
    case 'classification':
      return classificationData(prepared, recipe, task);
    case 'regression':
      return regressionData(prepared, recipe, task);
    case 'next-token':
      return nextTokenData(prepared, recipe, task, outputRank > 1);
  }
}
