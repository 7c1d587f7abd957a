import type { TrainerEvent, TrainerSpec } from '@shared/contract/trainer';
import type { EngineSession } from './engines/engine';

/** What one training is given. */
export interface TrainContext {
  readonly spec: TrainerSpec;
  readonly session: EngineSession;
  emit(event: TrainerEvent): void;
  /** Looked at between batches. */
  stopRequested(): boolean;
}

/** What a run ended with, by the names of its scalars. */
export type TrainResult = Readonly<Record<string, number>>;
