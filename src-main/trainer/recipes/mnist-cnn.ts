import { imageClassifier } from './classify';

const CLASSES = 10;

/** A convolutional network on handwritten digits: three convolutions of 3 × 3 with 32, 64 and 64 filters, two pools of 2 × 2, a dense layer of 64. */
export const mnistCnn = imageClassifier('mnist-cnn', CLASSES, () => ({
  v: 1,
  input: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: 32, kernel: [3, 3], activation: 'relu' },
    { type: 'maxPool2d', size: [2, 2] },
    { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
    { type: 'maxPool2d', size: [2, 2] },
    { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
    { type: 'flatten' },
    { type: 'dense', units: 64, activation: 'relu' },
    { type: 'dense', units: CLASSES, activation: 'softmax' },
  ],
}));
