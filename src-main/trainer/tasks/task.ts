import type { DatasetPart } from '@shared/model/dataset';
import type { ModelOutput } from '@shared/studio/inspect';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import type { Outputs } from '../losses';
import type { BatchScore } from '../learner';
import type { SeededRandom } from '../random';

/** Which samples, by their numbers: `count` of `order` from place `from` on. */
export interface SampleRange {
  readonly order: Uint32Array;
  readonly from: number;
  readonly count: number;
}

/** Gathers what the outputs for some samples are worth, without the weights of their classes. */
export interface Meter {
  add(outputs: Outputs, samples: SampleRange): void;
  /** By the name of the quantity: `loss`, `accuracy`, `mae`. */
  values(): Readonly<Record<string, number>>;
}

/** A data set made ready for what a recipe learns of it. */
export interface TaskData {
  /** Shape of one sample as the data has it. */
  readonly input: readonly number[];
  /** What the model's outputs have to be. */
  readonly output: ModelOutput;
  /** The samples of each part, by their numbers. */
  readonly parts: Readonly<Record<DatasetPart, Uint32Array>>;
  /** Draws the order of each epoch. */
  readonly random: SeededRandom;
  /** Rows that make no sample, since a value is missing. */
  readonly leftOut: number;
  readonly scalars: ScalarDeclarations;
  /** Values of the inputs, sample after sample. @param seed of augmentation; null = as they are */
  inputs(samples: SampleRange, seed: number | null): Float32Array;
  score(outputs: Outputs, samples: SampleRange, gradient?: Float32Array): BatchScore;
  /** `test`: with all that is told of the test part at the end. */
  meter(part: DatasetPart): Meter;
  /** By how much, and from where, outputs are stretched into the targets' own units; null = they are as they are. */
  readonly ownUnits: { readonly scale: readonly number[]; readonly offset: readonly number[] } | null;
  /** What serving has to know of the task beside the steps: the classes, the vocabulary. */
  readonly kept: Readonly<Record<string, unknown>>;
}
