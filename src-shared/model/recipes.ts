import { z } from 'zod';
import { message } from '../text/message';
import { ParamSpec, type ParamDeclaration } from './param';
import type { KnownScalar } from './scalars';

export const engineIds = ['wasm', 'cuda'] as const;
export const EngineId = z.enum(engineIds);
export type EngineId = z.infer<typeof EngineId>;
/** How an engine gets here: with the product, or by a command of the terminal. */
export const engineOrigins: Readonly<Record<EngineId, 'built-in' | 'installed'>> = { wasm: 'built-in', cuda: 'installed' };

/** Hyperparameters that every classifier recipe has; what each may be is said by {@link RecipeDef.params}. */
export type ClassifierParams = Readonly<Record<'epochs' | 'batchSize' | 'learningRate' | 'validationSplit' | 'seed', number>>;
/** Those of a dense network with one hidden layer. */
export type TrainParams = ClassifierParams & Readonly<Record<'hiddenUnits', number>>;

/** The parameters of a classifier, in the order of the form: those that it has a default for. */
function classifierParams(defaults: ClassifierParams | TrainParams): ParamSpec[] {
  const number = (name: keyof TrainParams, rest: Omit<ParamDeclaration, 'name' | 'label' | 'default' | 'help'>): ParamSpec[] => {
    const value = (defaults as Partial<TrainParams>)[name];
    if (value === undefined) return [];
    const [label, help] = [message(`message.param.name.${name}`), message(`message.param.help.${name}`)];
    return [ParamSpec.parse({ name, label, help, default: value, ...rest })];
  };
  return [
    ...number('epochs', { type: 'integer', min: 1, max: 1000 }),
    ...number('batchSize', { option: 'batch-size', type: 'integer', min: 1, max: 4096 }),
    ...number('learningRate', { option: 'learning-rate', type: 'number', above: 0, max: 10 }),
    ...number('hiddenUnits', { option: 'hidden', type: 'integer', min: 1, max: 8192 }),
    ...number('validationSplit', { option: 'validation-split', type: 'number', min: 0.01, max: 0.9 }),
    ...number('seed', { type: 'integer', min: 0, max: 0xffff_ffff }),
  ];
}

const mnistDefaults: TrainParams = { epochs: 5, batchSize: 32, learningRate: 0.001, hiddenUnits: 128, validationSplit: 0.2, seed: 42 };
const mnistCnnDefaults: ClassifierParams = { epochs: 10, batchSize: 128, learningRate: 0.001, validationSplit: 0.1, seed: 42 };

export const recipeIds = ['mnist-mlp', 'mnist-cnn'] as const;
export const RecipeId = z.enum(recipeIds);
export type RecipeId = z.infer<typeof RecipeId>;

export function isRecipeId(id: string): id is RecipeId {
  return RecipeId.safeParse(id).success;
}

export function isEngineId(id: string): id is EngineId {
  return EngineId.safeParse(id).success;
}

export interface RecipeDef<Defaults extends ClassifierParams = ClassifierParams> {
  readonly id: RecipeId;
  /** English name for the terminal; the page translates `recipe.<id>.name`. */
  readonly name: string;
  readonly dataset: string;
  readonly defaults: Defaults;
  /** Its own parameters: what the form, the command line and the core go by. */
  readonly params: readonly ParamSpec[];
  readonly engines: readonly EngineId[];
  /** What it reports at each step, what at the end of an epoch, and what it ends with, in the order to be shown in. */
  readonly scalars: {
    readonly step: readonly KnownScalar[];
    readonly epoch: readonly KnownScalar[];
    readonly result: readonly KnownScalar[];
  };
}

/** What every classifier reports. */
const classifierScalars: RecipeDef['scalars'] = {
  step: ['train/loss', 'train/accuracy', 'train/samples_per_second'],
  epoch: ['train/loss_epoch', 'train/accuracy_epoch', 'val/loss', 'val/accuracy', 'train/samples_per_second_epoch'],
  result: ['train/loss', 'val/loss', 'test/loss', 'train/accuracy', 'val/accuracy', 'test/accuracy', 'train/samples_per_second'],
};

interface RecipeDefs extends Record<RecipeId, RecipeDef> {
  readonly 'mnist-mlp': RecipeDef<TrainParams>;
}

export const recipes: RecipeDefs = {
  'mnist-mlp': {
    id: 'mnist-mlp',
    name: 'MNIST digits, dense network',
    dataset: 'mnist-10k',
    defaults: mnistDefaults,
    params: classifierParams(mnistDefaults),
    engines: ['wasm', 'cuda'],
    scalars: classifierScalars,
  },
  'mnist-cnn': {
    id: 'mnist-cnn',
    name: 'MNIST digits, convolutional network',
    dataset: 'mnist-10k',
    defaults: mnistCnnDefaults,
    params: classifierParams(mnistCnnDefaults),
    engines: ['wasm', 'cuda'],
    scalars: classifierScalars,
  },
};
