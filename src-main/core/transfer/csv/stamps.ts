import { tidied } from './numbers';

export type DateOrder = 'day-first' | 'month-first';
/** What a bare number in the time column counts. */
export type EpochUnit = 's' | 'ms' | 'us' | 'ns' | 'excel' | 'excel-1904';

/** What one text tells of a time. */
export type Stamp =
  /** Ms since the epoch. */
  | { readonly is: 'moment'; readonly ms: number }
  /** A wall clock's reading, as if it were UTC, and the zone's words behind it, '' = none. */
  | { readonly is: 'wall'; readonly wall: number; readonly zone: string; readonly dateOnly: boolean }
  /** A clock without a date, ms since midnight. */
  | { readonly is: 'clock'; readonly ms: number }
  /** A number that is no time since the epoch. */
  | { readonly is: 'number'; readonly value: number };

const DAY_MS = 86_400_000;
/** Days from Excel's day 0 (and from its day 0 on old Macs) to 1970. */
const EXCEL_1900 = 25_569;
const EXCEL_1904 = 24_107;
/** Excel's days from 1990 to 2119; as seconds since 1970 these would be one day. */
const SERIALS = [32_874, 80_000] as const;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?(?: ?([ap])\.?m\.?)?`;
const clockOnly = new RegExp(`^${CLOCK}$`, 'i');
const iso = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:t|,? ?|-)${CLOCK})?\s*(.*)$`, 'i');
const basic = /^(\d{4})(\d{2})(\d{2})(?:[t _-]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?)?\s*([a-z+-].*)?$/i;
const short = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:(?:t|,? ?|-)${CLOCK})?\s*(.*)$`, 'i');
const dayMonthName = new RegExp(
  String.raw`^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[- .]+([a-z]{3})[a-z]*[- .,]+(\d{4}|\d{2})(?:,? (?:at )?${CLOCK})?\s*(.*)$`,
  'i',
);
const monthNameDay = new RegExp(
  String.raw`^(?:[a-z]{3,9},? )?([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (?:at )?${CLOCK})?\s*(.*)$`,
  'i',
);
/** As `date` prints it: Fri Nov 20 10:00:06 CET 2026. */
const unixDate = new RegExp(String.raw`^[a-z]{3} ([a-z]{3}) +(\d{1,2}) ${CLOCK} (?:(\S+) )?(\d{4})$`, 'i');

/** Day and month of a date in figures, before it is known which is which. */
export function dateFigures(
  text: string,
): { readonly first: number; readonly second: number; readonly year: number; readonly sign: string; readonly half: boolean } | null {
  const found = short.exec(plainTime(text));
  if (!found) return null;
  const [, first = '', sign = '', second = '', year = ''] = found;
  return { first: Number(first), second: Number(second), year: fullYear(year), sign, half: found[9] !== undefined };
}

/**
 * Reads a time as written.
 * @param order of dates in figures that begin with the day or the month; without one such a date is not read
 */
export function readStamp(text: string, order: DateOrder | null, epoch: EpochUnit | null): Stamp | null {
  // 20261120 and 20261120100010 are dates: as ms the one would be in 1970, the other in 2612.
  const isDate = epoch === null && /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/.test(text);
  if (!isDate && /^[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?$/i.test(text)) return epochMoment(text, epoch);
  const tidy = plainTime(text);
  const clock = clockOnly.exec(tidy);
  if (clock) {
    const ms = clockMs(clock.slice(1, 6));
    return ms === null ? null : { is: 'clock', ms };
  }
  const full = iso.exec(tidy);
  if (full) return wallOf(full[1], full[3], full[4], full.slice(5, 10), full[10]);
  const joined = basic.exec(tidy);
  if (joined)
    return wallOf(joined[1], joined[2], joined[3], joined[4] === undefined ? [] : [joined[4], joined[5], joined[6], joined[7]], joined[8]);
  const figures = short.exec(tidy);
  if (figures) {
    if (order === null) return null;
    const [day, month] = order === 'day-first' ? [figures[1], figures[3]] : [figures[3], figures[1]];
    return wallOf(figures[4], month, day, figures.slice(5, 10), figures[10]);
  }
  const named = dayMonthName.exec(tidy);
  if (named) return wallOf(named[3], monthOf(named[2]), named[1], named.slice(4, 9), named[9]);
  const american = monthNameDay.exec(tidy);
  if (american) return wallOf(american[3], monthOf(american[1]), american[2], american.slice(4, 9), american[9]);
  const printed = unixDate.exec(tidy);
  return printed ? wallOf(printed[9], monthOf(printed[1]), printed[2], printed.slice(3, 8), printed[8]) : null;
}

/** A bare number as a time; which unit it counts follows from its size where it was not given. */
function epochMoment(text: string, given: EpochUnit | null): Stamp {
  const [whole = '', fraction = ''] = text.replace(',', '.').split('.');
  const value = Number(text.replace(',', '.'));
  const size = Math.abs(value);
  const unit: EpochUnit | null =
    given ??
    (size >= SERIALS[0] && size <= SERIALS[1]
      ? 'excel'
      : size >= 1e8 && size < 1e11
        ? 's'
        : size >= 1e11 && size < 1e14
          ? 'ms'
          : size >= 1e14 && size < 1e17
            ? 'us'
            : size >= 1e17 && size < 1e20
              ? 'ns'
              : null);
  if (unit === null) return { is: 'number', value };
  if (unit === 'excel' || unit === 'excel-1904') {
    const wall = Math.round((value - (unit === 'excel' ? EXCEL_1900 : EXCEL_1904)) * DAY_MS);
    return { is: 'wall', wall, zone: '', dateOnly: fraction === '' };
  }
  // By digits, not by arithmetic: a count of ns is larger than a double holds exactly.
  const digits = { s: -3, ms: 0, us: 3, ns: 6 }[unit];
  const exact = /^\d+$/.test(whole) && /^\d*$/.test(fraction);
  if (!exact) return { is: 'moment', ms: Math.round(value / 10 ** digits) };
  const ms = digits < 0 ? whole + fraction.padEnd(3, '0').slice(0, 3) : whole.slice(0, whole.length - digits);
  return { is: 'moment', ms: Number(ms) };
}

/** The moment of a serial that says only a day or only a part of one, as of a clock, ms since midnight. */
export function dayFraction(text: string): number | null {
  const value = Number(text.replace(',', '.'));
  return /^\d?[.,]\d+$|^[01]$/.test(text) && value >= 0 && value <= 1 ? Math.round(value * DAY_MS) : null;
}

function plainTime(text: string): string {
  const tidy = tidied(text);
  if (!/[年上下]/.test(tidy)) return tidy;
  return tidied(
    tidy
      .replace('年', '-')
      .replace('月', '-')
      .replace('日', ' ')
      .replace(/(上午|下午) ?(\d{1,2}:[\d:.]+)/, (_, half: string, clock: string) => `${clock} ${half === '上午' ? 'AM' : 'PM'}`),
  );
}

function monthOf(name: string | undefined): string {
  return String(months.indexOf((name ?? '').toLowerCase()) + 1);
}

function fullYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}

function wallOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  clock: readonly (string | undefined)[],
  zone: string | undefined,
): Stamp | null {
  const dateOnly = clock[0] === undefined;
  const ms = dateOnly ? 0 : clockMs(clock);
  if (ms === null || year === undefined) return null;
  const [y, m, d] = [fullYear(year), Number(month), Number(day)];
  const midnight = Date.UTC(y, m - 1, d);
  const made = new Date(midnight);
  // 31 April would roll into May.
  if (m < 1 || made.getUTCMonth() !== m - 1 || made.getUTCDate() !== d) return null;
  return { is: 'wall', wall: midnight + ms, zone: (zone ?? '').trim(), dateOnly };
}

/** 24:00 ends the day, 23:59:60 is a leap second; both are the next day's first moment. */
function clockMs([hours, minutes, seconds, fraction, half]: readonly (string | undefined)[]): number | null {
  let h = Number(hours);
  const m = Number(minutes ?? 0);
  const s = Number(seconds ?? 0);
  if (half !== undefined && h <= 12) h = (h % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (h > 24 || m > 59 || s > 60 || (h === 24 && (m > 0 || s > 0))) return null;
  return ((h * 60 + m) * 60 + s) * 1000 + Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
}
