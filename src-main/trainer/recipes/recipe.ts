import type { TrainerEvent, TrainerSpec } from '@shared/contract/trainer';
import type { RecipeId } from '@shared/model/recipes';
import type { KnownScalar } from '@shared/model/scalars';
import type { EngineSession } from '../engines/engine';

export interface RecipeContext {
  readonly spec: TrainerSpec;
  readonly session: EngineSession;
  emit(event: TrainerEvent): void;
  /** Looked at between batches. */
  stopRequested(): boolean;
}

/** What a run ended with: the scalars that the recipe declares as its result. */
export type RecipeResult = Partial<Record<KnownScalar, number>>;

/** What can be trained: one file here and one line in index.ts. */
export interface Recipe {
  readonly id: RecipeId;
  /**
   * Emits `plan`, then scalars, and releases every tensor it made.
   * @returns null when it was asked to stop before the end
   */
  train(context: RecipeContext): Promise<RecipeResult | null>;
}
