import { join } from 'node:path';
import { numbersOf } from '@shared/model/param';
import { recipes } from '@shared/model/recipes';
import { readImageDataset } from '../dataset';
import { fitClassifier } from '../fit';
import { saveModel } from '../save-model';
import type { Recipe } from './recipe';

const CLASSES = 10;

/** A dense network with one hidden layer on handwritten digits: 784 pixels → hidden ReLU → 10 classes. */
export const mnistMlp: Recipe = {
  id: 'mnist-mlp',
  async train(context) {
    const { spec, session } = context;
    const data = await readImageDataset(join(spec.datasetsDir, recipes['mnist-mlp'].dataset), CLASSES);
    const { layers, initializers, sequential } = session.layers;
    const { hiddenUnits, seed } = numbersOf(spec.params, ['hiddenUnits', 'seed']);
    const model = sequential({
      layers: [
        layers.dense({
          units: hiddenUnits,
          activation: 'relu',
          inputShape: [data.train.features],
          kernelInitializer: initializers.glorotUniform({ seed }),
        }),
        layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer: initializers.glorotUniform({ seed: seed + 1 }) }),
      ],
    });
    try {
      const result = await fitClassifier(context, model, data);
      if (result !== null) await saveModel(context, model);
      return result;
    } finally {
      model.dispose();
    }
  },
};
