const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Raw samples of one hour lie in one block; each coarser level holds more time in one, for about as many entries. */
export const RAW_SLOT_MS = HOUR;

/** One level of detail. Every width divides the next, every slot is whole widths, and the first slot begins at the epoch. */
export interface Level {
  readonly level: number;
  /** Time of one entry, ms. */
  readonly widthMs: number;
  /** Time of one block, ms. */
  readonly slotMs: number;
}

/** The levels of rollups, finest first. Raw is level 0. */
export const ROLLUPS = [
  { level: 1, widthMs: 10 * SECOND, slotMs: 6 * HOUR },
  { level: 2, widthMs: MINUTE, slotMs: DAY },
  { level: 3, widthMs: 15 * MINUTE, slotMs: 8 * DAY },
  { level: 4, widthMs: HOUR, slotMs: 32 * DAY },
] as const satisfies readonly Level[];

export const RAW_LEVEL = 0;
const RAW: Level = { level: RAW_LEVEL, widthMs: 1, slotMs: RAW_SLOT_MS };

/**
 * Samples too, of the hours that are over in which a series gave at most {@link SPARSE_SAMPLES}: an hour's block of so
 * few would be mostly tables and checksums, and rollups finer than an hour would repeat them. Those are computed from
 * these samples instead, for as long as any of these rollups is kept.
 */
export const SPARSE: Level = { level: 5, widthMs: 1, slotMs: 4 * DAY };
/** One a minute. */
export const SPARSE_SAMPLES = 60;

export function levelOf(level: number): Level {
  return [...ROLLUPS, SPARSE].find((each) => each.level === level) ?? RAW;
}

/** Whether the blocks of a level hold samples, not rollups. */
export function holdsSamples(level: number): boolean {
  return level === RAW_LEVEL || level === SPARSE.level;
}

/** Written when its hour's raw samples expire; until then it is computed from them, which is faster than reading it. */
export const LATE_LEVEL = 1;
export const HOUR_LEVEL = 4;

/** How many series share a block. */
const CLUSTER = 32;

/** The block that a series lies in, whatever the time. */
export function clusterOf(seriesId: number): number {
  return Math.floor((seriesId - 1) / CLUSTER);
}

/** The same in SQL, of `series_id`. */
export const CLUSTER_OF = `((series_id - 1) / ${CLUSTER})`;

export function floorTo(atMs: number, stepMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}
