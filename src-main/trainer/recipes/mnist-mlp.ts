import { numbersOf } from '@shared/model/param';
import { imageClassifier } from './classify';

const CLASSES = 10;

/** A dense network with one hidden layer on handwritten digits: 784 pixels → hidden ReLU → 10 classes. */
export const mnistMlp = imageClassifier('mnist-mlp', CLASSES, ({ spec }) => ({
  v: 1,
  input: [784],
  layers: [
    { type: 'dense', units: numbersOf(spec.params, ['hiddenUnits']).hiddenUnits, activation: 'relu' },
    { type: 'dense', units: CLASSES, activation: 'softmax' },
  ],
}));
