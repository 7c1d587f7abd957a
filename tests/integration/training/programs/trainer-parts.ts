// Parts of the trainer, bundled as the trainer is, for tests that look inside it: tfjs does not load as TypeScript does.
export { buildModel } from '../../../../src-main/trainer/build-model';
export { Learner } from '../../../../src-main/trainer/learner';
export { scoreRows } from '../../../../src-main/trainer/losses';
export { wasm } from '../../../../src-main/trainer/engines/wasm';
export { trainRecipe } from '../../../../src-main/trainer/train';
