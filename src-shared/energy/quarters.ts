/** What the ledger books by: a quarter of an hour in UTC, which every time zone's days are made of. ms */
export const QUARTER_MS = 900_000;
/** Two clocks that part by more than this within one stretch did not run on together: one of them was set. ms */
const PARTED_MS = 250;

/** A moment by both clocks, ms: `atMs` the wall clock, which may be set; `passedMs` time that really passed (monotonic). */
export interface Moment {
  readonly atMs: number;
  readonly passedMs: number;
}

/** A part of a stretch that lies in one quarter: from `from` to `to` of the stretch's length, 0–1. */
export interface QuarterSlice {
  /** Number of the quarter: ms since the epoch / {@link QUARTER_MS}. */
  readonly quarter: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Where a stretch of time lies on the wall clock. Where that was set meanwhile, it ends at the later moment and is as long as the
 * time that passed.
 */
export function wallSpan(from: Moment, to: Moment): { readonly fromMs: number; readonly toMs: number } {
  const passedMs = to.passedMs - from.passedMs;
  const isSet = Math.abs(to.atMs - from.atMs - passedMs) > PARTED_MS || to.atMs <= from.atMs;
  return { fromMs: isSet ? to.atMs - passedMs : from.atMs, toMs: to.atMs };
}

/** Cuts a stretch of wall clock (`toMs` after `fromMs`) exactly at the quarters' boundaries, in order and without a gap. */
export function cutAtQuarters(fromMs: number, toMs: number): QuarterSlice[] {
  const first = Math.floor(fromMs / QUARTER_MS);
  const slices: QuarterSlice[] = [];
  for (let quarter = first, from = 0; from < 1; quarter++) {
    const endMs = (quarter + 1) * QUARTER_MS;
    const to = endMs >= toMs ? 1 : (endMs - fromMs) / (toMs - fromMs);
    slices.push({ quarter, from, to });
    from = to;
  }
  return slices;
}
