/** A time above this is in ms, not s: as seconds it would be after the year 5000. */
const SECONDS_BELOW = 1e11;
const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a']);

/** The number in a cell; null for an empty one, undefined for what is none. */
export function cell(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (MISSING.has(trimmed.toLowerCase())) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** Seconds or ms since the epoch, as whole ms. */
export function numericTime(time: number): number {
  return Math.round(time < SECONDS_BELOW ? time * 1000 : time);
}
