import { UsageError } from './usage';

/** @throws UsageError */
export function wholeNumber(option: string, typed: string, low: number, high: number): number {
  const value = /^-?\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(value >= low && value <= high)) throw new UsageError(`${option} ${typed}: a whole number from ${low} to ${high} is needed.`);
  return value;
}

/** What commas part. */
export const list = (typed: string | undefined): string[] =>
  (typed ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `now`, `6h` (so long ago; s, m, h, d, w), ms since the epoch, or ISO 8601, in local time where no zone is given.
 * @throws UsageError
 */
export function moment(option: string, typed: string | undefined, nowMs: number): number | null {
  if (typed === undefined) return null;
  if (typed === 'now') return nowMs;
  const ago = /^(\d+)([smhdw])$/.exec(typed);
  const ms = ago
    ? nowMs - Number(ago[1]) * (UNITS_MS[ago[2] ?? ''] ?? NaN)
    : /^\d{10,15}$/.test(typed)
      ? Number(typed)
      : /^\d{4}-\d{2}-\d{2}/.test(typed)
        ? Date.parse(typed)
        : NaN;
  if (!Number.isFinite(ms)) throw new UsageError(`${option} ${typed}: a time as 2026-11-23T14:00, or as 6h for six hours ago, is needed.`);
  return Math.max(0, ms);
}
