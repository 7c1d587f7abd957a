import { z } from 'zod';
import type { KnownScalar } from './scalars';

export const engineIds = ['wasm', 'cuda'] as const;
export const EngineId = z.enum(engineIds);
export type EngineId = z.infer<typeof EngineId>;

/** Hyperparameters of a classifier recipe, with the bounds the form and the trainer both enforce. */
export const TrainParams = z.object({
  epochs: z.number().int().min(1).max(1000),
  batchSize: z.number().int().min(1).max(4096),
  learningRate: z.number().positive().max(10),
  hiddenUnits: z.number().int().min(1).max(8192),
  /** Share of the training part held out for validation. */
  validationSplit: z.number().min(0.01).max(0.9),
  seed: z.number().int().min(0).max(0xffff_ffff),
});
export type TrainParams = z.infer<typeof TrainParams>;

export const recipeIds = ['mnist-mlp'] as const;
export const RecipeId = z.enum(recipeIds);
export type RecipeId = z.infer<typeof RecipeId>;

export function isRecipeId(id: string): id is RecipeId {
  return RecipeId.safeParse(id).success;
}

export function isEngineId(id: string): id is EngineId {
  return EngineId.safeParse(id).success;
}

export interface RecipeDef {
  readonly id: RecipeId;
  /** English name for the terminal; the page translates `recipe.<id>.name`. */
  readonly name: string;
  readonly dataset: string;
  readonly defaults: TrainParams;
  readonly engines: readonly EngineId[];
  /** What it reports at each step, what at the end of an epoch, and what it ends with, in the order to be shown in. */
  readonly scalars: {
    readonly step: readonly KnownScalar[];
    readonly epoch: readonly KnownScalar[];
    readonly result: readonly KnownScalar[];
  };
}

export const recipes: Record<RecipeId, RecipeDef> = {
  'mnist-mlp': {
    id: 'mnist-mlp',
    name: 'MNIST digits, dense network',
    dataset: 'mnist-10k',
    defaults: { epochs: 5, batchSize: 32, learningRate: 0.001, hiddenUnits: 128, validationSplit: 0.2, seed: 42 },
    engines: ['wasm', 'cuda'],
    scalars: {
      step: ['train/loss', 'train/accuracy', 'train/samples_per_second'],
      epoch: ['train/loss_epoch', 'train/accuracy_epoch', 'val/loss', 'val/accuracy', 'train/samples_per_second_epoch'],
      result: ['train/loss', 'val/loss', 'test/loss', 'train/accuracy', 'val/accuracy', 'test/accuracy', 'train/samples_per_second'],
    },
  },
};
