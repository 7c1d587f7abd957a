import { dayNumber, weekdayOf } from './local-clock';
import { weekdays, type Holiday, type Tariff } from './tariff';

const SATURDAY = 5;
const SUNDAY = 6;

/** The days, by number, on which a tariff's holidays are kept, from one year to another. */
export function holidaysOf(
  { holidays = [], observed }: Pick<Tariff, 'holidays' | 'observed'>,
  firstYear: number,
  lastYear: number,
): Set<number> {
  const kept = new Set<number>();
  // A holiday of the year beside it may be kept in this one.
  for (let year = firstYear - 1; year <= lastYear + 1; year++)
    for (const holiday of holidays) {
      const day = dayIn(holiday, year);
      if (day !== null) kept.add(keptOn(day, observed));
    }
  return kept;
}

function dayIn(holiday: Holiday, year: number): number | null {
  if ('date' in holiday) {
    const [of = 0, month = 1, date = 1] = holiday.date.split('-').map(Number);
    return of === year ? dayNumber(of, month, date) : null;
  }
  if ('monthDay' in holiday) {
    const [month = 1, date = 1] = holiday.monthDay.split('-').map(Number);
    return dayNumber(year, month, date);
  }
  if ('easter' in holiday) return easterSunday(year) + holiday.easter;
  const { month, weekday, nth } = holiday;
  const wanted = weekdays.indexOf(weekday);
  if (nth === -1) {
    const last = dayNumber(year, month + 1, 0);
    return last - ((weekdayOf(last) - wanted + 7) % 7);
  }
  const first = dayNumber(year, month, 1);
  const day = first + ((wanted - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
  return day < dayNumber(year, month + 1, 1) ? day : null;
}

function keptOn(day: number, rule: Tariff['observed']): number {
  const weekday = weekdayOf(day);
  if (weekday === SUNDAY && rule !== 'strict') return day + 1;
  if (weekday === SATURDAY && rule === 'nearest-weekday') return day - 1;
  if (weekday === SATURDAY && rule === 'next-monday') return day + 2;
  return day;
}

/** Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 1991, ch. 8). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const at = h + l - 7 * m + 114;
  return dayNumber(year, Math.floor(at / 31), (at % 31) + 1);
}
