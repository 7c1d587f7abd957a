import { Temporal } from 'temporal-polyfill';

/** In which order a date is written where that is not by ISO 8601. */
export const dateOrders = ['ymd', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof dateOrders)[number];

export interface TimeFormat {
  /** IANA name: of times that carry no offset. */
  readonly zone: string;
  readonly order: DateOrder;
}

export const machineZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function isZone(zone: string): boolean {
  try {
    return Temporal.Now.instant().toZonedDateTimeISO(zone).timeZoneId !== '';
  } catch {
    return false;
  }
}

/** From here on a plain number counts ms: in seconds it would be the year 5138. */
const FIRST_MS = 1e11;

/** The moment that a text or a number tells; ms since the Unix epoch, null = it is none. */
export function parseTime(told: unknown, { zone, order }: TimeFormat): number | null {
  const number =
    typeof told === 'number' ? told : typeof told === 'string' && /^\d{9,13}(?:\.\d+)?$/.test(told.trim()) ? Number(told) : null;
  if (number !== null) return number <= 0 || !Number.isFinite(number) ? null : Math.round(number >= FIRST_MS ? number : number * 1000);
  if (typeof told !== 'string') return null;
  // Narrow and fixed spaces stand before AM and PM in what ICU writes.
  const text = told.replace(/[\s\u00a0\u2009\u202f]+/gu, ' ').trim();
  const match =
    /^(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})(?:[T, ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?([AaPp])?\.?[Mm]?\.?)? ?(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/.exec(
      text,
    );
  if (!match) return null;
  const [, a = '', b = '', c = '', hours = '0', minutes = '0', seconds = '0', fraction = '0', half, offset] = match;
  const [year, month, day] = a.length === 4 ? [a, b, c] : order === 'mdy' ? [c, a, b] : order === 'dmy' ? [c, b, a] : [null, b, c];
  if (year === null || year.length !== 4) return null;
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  // The end of a day is written as its 24th hour too.
  const isDayEnd = hour === 24 && Number(minutes) === 0 && Number(seconds) === 0;
  try {
    const plain = Temporal.PlainDateTime.from(
      {
        year: Number(year),
        month: Number(month),
        day: Number(day),
        hour: isDayEnd ? 0 : hour,
        minute: Number(minutes),
        second: Number(seconds),
        millisecond: Math.floor(Number(`0.${fraction}`) * 1000),
      },
      { overflow: 'reject' },
    ).add({ days: isDayEnd ? 1 : 0 });
    if (offset === undefined) return plain.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
    const [, sign = '+', hoursOff = '0', minutesOff = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [];
    const offMinutes = (Number(hoursOff) * 60 + Number(minutesOff)) * (sign === '-' ? -1 : 1);
    return plain.toZonedDateTime('UTC').epochMilliseconds - offMinutes * 60_000;
  } catch {
    return null;
  }
}
