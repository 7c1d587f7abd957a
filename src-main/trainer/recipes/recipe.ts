import type { TrainerEvent, TrainerSpec } from '@shared/contract/trainer';
import type { RecipeId } from '@shared/model/recipes';
import type { RunResult } from '@shared/model/run';
import type { EngineSession } from '../engines/engine';

export interface RecipeContext {
  readonly spec: TrainerSpec;
  readonly session: EngineSession;
  emit(event: TrainerEvent): void;
  /** Looked at between batches. */
  stopRequested(): boolean;
}

/** What can be trained: one file here and one line in index.ts. */
export interface Recipe {
  readonly id: RecipeId;
  /**
   * Emits `plan`, then batches and epochs, and releases every tensor it made.
   * @returns null when it was asked to stop before the end
   */
  train(context: RecipeContext): Promise<RunResult | null>;
}
