/** One number that a reader found in what a program printed or wrote. */
export interface ScalarReading {
  /** As the program names it, in any alphabet: `loss`, `val/mAP50`. */
  readonly name: string;
  /**
   * Steps since the program began, over all epochs where the source counts anew in each; 2^53 − 1 at most. Null = the source
   * tells none: whoever takes the reading counts.
   */
  readonly step: number | null;
  /** As the source writes it: Keras begins at 1, Lightning at 0. */
  readonly epoch?: number;
  /** The step is an epoch's number: the source counts none finer. */
  readonly isEpoch?: true;
  /** Found by what a person marked. */
  readonly isMarked?: true;
  /** NaN and infinities are as the program said them. */
  readonly value: number;
  /** Wall clock, ms. Null = the source tells none. */
  readonly atMs: number | null;
  /** `%` where the number was written so; the value is not converted. */
  readonly unit?: string;
}

/** Takes readings in the order in which the source told them. */
export type ReadingSink = (reading: ScalarReading) => void;

/** Says what a reader could not take, in words for the run's log or the terminal. */
export type NoticeSink = (notice: string) => void;
