import { join } from 'node:path';
import { numbersOf } from '@shared/model/param';
import { recipes, type RecipeId } from '@shared/model/recipes';
import { ModelDescription, type ModelDeclaration } from '@shared/studio/model';
import { buildModel } from '../build-model';
import { readImageDataset } from '../dataset';
import { fitClassifier } from '../fit';
import { saveModel } from '../save-model';
import type { Recipe, RecipeContext } from './recipe';

/** A recipe that trains a described classifier on a data set of images. */
export function imageClassifier(id: RecipeId, classes: number, describe: (context: RecipeContext) => ModelDeclaration): Recipe {
  return {
    id,
    async train(context) {
      const { spec, session } = context;
      const data = await readImageDataset(join(spec.datasetsDir, recipes[id].dataset), classes);
      const description = ModelDescription.parse(describe(context));
      const model = buildModel(session, description, classes, numbersOf(spec.params, ['seed']).seed);
      try {
        const result = await fitClassifier(context, model, data, description);
        if (result !== null) await saveModel(context, model);
        return result;
      } finally {
        model.dispose();
      }
    },
  };
}
