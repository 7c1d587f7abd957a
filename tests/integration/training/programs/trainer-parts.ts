// Parts of the trainer, bundled as the trainer is, for tests that look inside it: tfjs does not load as TypeScript does.
export { buildModel } from '../../../../src-main/trainer/build-model';
export { Classifier } from '../../../../src-main/trainer/classifier';
export { wasm } from '../../../../src-main/trainer/engines/wasm';
export { fitClassifier } from '../../../../src-main/trainer/fit';
export { mnistCnn } from '../../../../src-main/trainer/recipes/mnist-cnn';
export { mnistMlp } from '../../../../src-main/trainer/recipes/mnist-mlp';
