import { UsageError } from './usage';

/** @throws UsageError */
export function wholeNumber(option: string, typed: string, low: number, high: number): number {
  const value = /^-?\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(value >= low && value <= high)) throw new UsageError(`${option} ${typed}: a whole number from ${low} to ${high} is needed.`);
  return value;
}

const MULTIPLES: Readonly<Record<string, number>> = { '': 1, '%': 0.01, k: 1e3, m: 1e6, b: 1e9, g: 1e9, t: 1e12 };

/**
 * A number as 330, 1.4e12, 70B, 1.4T or 40%; null when it was not given.
 * @throws UsageError when it is no number, or beyond a bound
 */
export function amount(
  option: string,
  typed: string | undefined,
  { above, least, most }: { readonly above?: number; readonly least?: number; readonly most?: number },
): number | null {
  if (typed === undefined) return null;
  const [, digits = '', multiple = ''] = /^([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)([%kmbgt]?)$/i.exec(typed.trim()) ?? [];
  const value = digits === '' ? Number.NaN : Number(digits.replaceAll('_', '')) * (MULTIPLES[multiple.toLowerCase()] ?? Number.NaN);
  if (Number.isFinite(value) && value > (above ?? -Infinity) && value >= (least ?? -Infinity) && value <= (most ?? Infinity)) return value;
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(least === undefined ? [] : [`of at least ${least}`]),
    ...(most === undefined ? [] : [`of at most ${most}`]),
  ];
  throw new UsageError(`${option} ${typed}: ${['a number', bounds.join(' and ')].filter((part) => part !== '').join(' ')} is needed.`);
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
