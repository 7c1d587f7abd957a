import { message, type KeyedMessage } from '../text/message';
import type { Loss, TaskType, TrainingRecipe } from './recipe';
import { numberAt } from './recipe-params';
import { scalarsOf } from './recipe-scalars';

/** What is wrong with a recipe that its schema cannot tell, at the place of the document that it is about. */
export interface RecipeIssue {
  readonly at: readonly (string | number)[];
  readonly message: KeyedMessage;
}

/** The losses that a task can be trained on; the first is the usual one. */
export const lossesOf: Readonly<Record<TaskType, readonly Loss[]>> = {
  classification: ['sparse-cross-entropy', 'cross-entropy', 'binary-cross-entropy'],
  regression: ['mse', 'mae', 'huber'],
  'next-token': ['sparse-cross-entropy', 'cross-entropy'],
};

/** What fits each other in a recipe, without its data: none = all of it does. */
export function checkRecipe(recipe: TrainingRecipe): readonly RecipeIssue[] {
  const { task, loss, inputs, classWeights, holdOut, prepare, checkpoint, params } = recipe;
  const issues: RecipeIssue[] = [];
  const refuse = (at: RecipeIssue['at'], why: KeyedMessage): void => void issues.push({ at, message: why });
  const fitting = lossesOf[task.type];
  if (!fitting.includes(loss)) refuse(['loss'], message('message.recipe.loss', { losses: fitting.join(', ') }));
  if (classWeights !== 'none' && task.type !== 'classification') refuse(['classWeights'], message('message.recipe.classWeights'));
  if (task.type === 'next-token' && inputs.length !== 1) refuse(['inputs'], message('message.recipe.oneText'));
  if (task.type === 'next-token' && holdOut !== null) refuse(['holdOut'], message('message.recipe.textParts'));
  if (task.type === 'next-token' && task.validation + task.test >= 1) refuse(['task', 'test'], message('message.recipe.textShares'));
  if (task.type === 'classification') {
    const at = inputs.indexOf(task.target);
    if (at >= 0) refuse(['inputs', at], message('message.recipe.targetIsInput', { column: task.target }));
  }
  if (task.type === 'regression' && task.forecast === null)
    for (const [at, input] of inputs.entries())
      if (task.targets.includes(input)) refuse(['inputs', at], message('message.recipe.targetIsInput', { column: input }));
  if (task.type === 'regression' && task.forecast !== null && holdOut !== null)
    refuse(['holdOut'], message('message.recipe.forecastHoldOut'));
  if (task.type === 'regression' && task.forecast !== null && prepare.split !== null && prepare.split.method !== 'time')
    refuse(['prepare', 'split', 'method'], message('message.recipe.forecastHoldOut'));
  if (holdOut !== null && (prepare.split?.validation ?? 0) > 0) refuse(['holdOut'], message('message.recipe.twoValidations'));
  if (checkpoint.best !== null && !scalarsOf(task).epoch.includes(checkpoint.best))
    refuse(['checkpoint', 'best'], message('message.recipe.best', { scalars: scalarsOf(task).epoch.join(', ') }));
  for (const [i, { at }] of params.entries())
    if (numberAt(recipe, at) === null) refuse(['params', i, 'at'], message('message.recipe.paramPlace'));
  return issues;
}
