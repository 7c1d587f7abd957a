import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRecipe } from '@shared/studio/check-recipe';
import { RecipeId, TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import { numberAt, paramsOf, withParams } from '@shared/studio/recipe-params';
import { declarationsOf, scalarsOf } from '@shared/studio/recipe-scalars';
import { isKnownScalar } from '@shared/model/scalars';
import { english } from '@shared/text/message';
import { repoRoot } from '../../../helpers/repo-root';

const folder = join(repoRoot, 'resources', 'recipes');
const files = readdirSync(folder).sort();
const shipped = (name: string): TrainingRecipe => TrainingRecipe.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));

const digits = shipped('mnist-mlp');
const recipe = (over: Partial<RecipeDeclaration> = {}): TrainingRecipe => TrainingRecipe.parse({ ...digits, params: [], ...over });
const forecast: Partial<RecipeDeclaration> = {
  holdOut: null,
  task: { type: 'regression', targets: ['temp_max'], forecast: { steps: 14, horizon: 1 } },
  inputs: ['temp_max'],
  loss: 'mse',
};

describe('the recipes that come with the product', () => {
  it.each(files)('%s is a recipe in which all fits, and whose scalars are all told of', (file) => {
    const name = file.replace(/\.json$/, '');
    expect(RecipeId.safeParse(name).success).toBe(true);
    const read = shipped(name);
    expect(checkRecipe(read)).toEqual([]);
    const declared = declarationsOf(read.task);
    const { step, epoch, result } = scalarsOf(read.task);
    for (const scalar of [...step, ...epoch, ...result]) expect(isKnownScalar(scalar) || Object.hasOwn(declared, scalar)).toBe(true);
  });
});

describe('the parameters of a recipe', () => {
  it('are the numbers of its document, its own after the shared ones that are about learning', () => {
    expect(paramsOf(digits).map(({ name, default: value }) => [name, value])).toEqual([
      ['epochs', 5],
      ['batchSize', 32],
      ['learningRate', 0.001],
      ['hiddenUnits', 128],
      ['validationSplit', 0.2],
      ['seed', 42],
    ]);
    // Without a part that is held out there is no share to ask for.
    expect(paramsOf(recipe({ holdOut: null })).map(({ name }) => name)).toEqual(['epochs', 'batchSize', 'learningRate', 'seed']);
  });

  it('go back to their places', () => {
    const changed = withParams(digits, { epochs: 2, hiddenUnits: 16, validationSplit: 0.3 });
    if ('refused' in changed) throw new Error(changed.why);
    expect(changed).toMatchObject({ epochs: 2, batchSize: 32, holdOut: 0.3 });
    expect(changed.model.layers[0]).toMatchObject({ type: 'dense', units: 16 });
    // The document itself stays as it is.
    expect(numberAt(digits, ['model', 'layers', 0, 'units'])).toBe(128);
  });

  it('are refused by name where they do not fit the document', () => {
    const own = recipe({ params: [{ name: 'share', at: ['holdOut'], label: 'Share' }] });
    expect(withParams(own, { share: 7 })).toMatchObject({ refused: 'share' });
    expect(withParams(digits, { hiddenUnits: 0.5 })).toMatchObject({ refused: 'hiddenUnits' });
  });
});

describe('a recipe whose parts do not fit each other', () => {
  const cases: [string, Partial<RecipeDeclaration>, string, string][] = [
    ['a loss of another task', { loss: 'mse' }, 'loss', 'sparse-cross-entropy, cross-entropy, binary-cross-entropy'],
    ['the target among the inputs', { inputs: ['image', 'label'] }, 'inputs.1', '“label”'],
    ['weights of classes where there are none', { ...forecast, classWeights: 'balanced' }, 'classWeights', 'only classes'],
    ['rows of a series drawn at random', { ...forecast, holdOut: 0.2 }, 'holdOut', 'split by time'],
    [
      'the target of the same row among the inputs',
      { ...forecast, task: { type: 'regression', targets: ['x'] }, inputs: ['x'] },
      'inputs.0',
      '“x”',
    ],
    [
      'two validation parts',
      { prepare: { split: { method: 'random', column: null, validation: 0.1, test: 0.1, seed: 1 } } },
      'holdOut',
      'validation part already',
    ],
    ['a best that is told of no epoch', { checkpoint: { best: 'train/loss' } }, 'checkpoint.best', 'val/accuracy'],
    ['a parameter of no number', { params: [{ name: 'x', at: ['model', 'layers', 9, 'units'] }] }, 'params.0.at', 'no number'],
    [
      'a text without a part to learn from',
      { holdOut: null, task: { type: 'next-token', vocabulary: 9, context: 4, validation: 0.5, test: 0.5 } },
      'task.test',
      'leave a part',
    ],
  ];
  it.each(cases)('says where: %s', (_, over, at, words) => {
    const issues = checkRecipe(recipe(over));
    expect(issues.map((issue) => issue.at.join('.'))).toEqual([at]);
    expect(english(issues[0]?.message ?? '')).toContain(words);
  });
});
