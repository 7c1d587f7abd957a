/** What was not kept since the start, and why. Samples each. */
export interface Keeping {
  /** Made way for their rollups, by age or by size. */
  readonly expired: number;
  /** Came late, for a time whose samples have expired. */
  readonly late: number;
  /** Of now by the wall clock, which says a time whose samples have expired. */
  readonly unrecorded: number;
  /** What the wall clock says while that is so, ms since the epoch; null = what is of now is recorded. */
  readonly refusedAtMs: number | null;
  /** How far the wall clock is ahead of the time that has passed here, as far as known: nothing expires for that, ms. */
  readonly aheadMs: number;
}

/** Samples of one series, oldest first, one a time; NaN = the source was asked and had none. */
export interface SeriesColumn {
  readonly seriesId: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Samples of these series from `fromMs` to `toMs`, whole ms since the Unix epoch, both inclusive. */
export interface HistorySelection {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of one series: at most `limit` samples from `fromMs` to `toMs`, both inclusive, oldest first. */
export interface SamplePageQuery {
  readonly seriesId: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** Columns of equal length. `value` NaN = the source had none. Fewer than the limit: there are no more. */
export interface SamplePage {
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

/** Series by their ids, and all of these devices. */
export interface SeriesWanted {
  readonly ids?: readonly number[] | undefined;
  readonly devices?: readonly string[] | undefined;
}
