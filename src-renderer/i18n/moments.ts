import { agoMs } from '@shared/base/ago';

/** Which clock times are shown and read by: this machine's, or UTC. */
export type ClockZone = 'local' | 'utc';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What a clock shows, from the year to the millisecond; months count from 1. */
type Reading = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number, ms: number];

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** How far the clock is ahead of UTC at a moment, in minutes. */
export function offsetMinutes(atMs: number, zone: ClockZone): number {
  return zone === 'utc' ? 0 : -new Date(atMs).getTimezoneOffset();
}

/** UTC, UTC+8, UTC+5:30, UTC−3 */
export function offsetText(atMs: number, zone: ClockZone): string {
  const minutes = offsetMinutes(atMs, zone);
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${size % 60 === 0 ? '' : `:${pad(size % 60)}`}`;
}

/** The moments at which the clock shows this: none in the hour that spring leaves out, two in the one that autumn repeats. */
function momentsOf([year, month, day, hour, minute, second, ms]: Reading, zone: ClockZone): number[] {
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const offsets = new Set([utc - DAY_MS, utc + DAY_MS].map((atMs) => offsetMinutes(atMs, zone)));
  return [...offsets]
    .map((offset) => utc - offset * MINUTE_MS)
    .filter((atMs) => atMs + offsetMinutes(atMs, zone) * MINUTE_MS === utc)
    .sort((a, b) => a - b);
}

function readingOf(atMs: number, zone: ClockZone): Reading {
  const shown = new Date(atMs + offsetMinutes(atMs, zone) * MINUTE_MS);
  return [
    shown.getUTCFullYear(),
    shown.getUTCMonth() + 1,
    shown.getUTCDate(),
    shown.getUTCHours(),
    shown.getUTCMinutes(),
    shown.getUTCSeconds(),
    shown.getUTCMilliseconds(),
  ];
}

/**
 * A moment as it stands in a field: 2026-11-23 14:02:07. Milliseconds are there where they are not zero, and the distance to
 * UTC where the clock shows the same twice, so that what is read back is the moment that was written.
 */
export function momentText(atMs: number, zone: ClockZone): string {
  const reading = readingOf(atMs, zone);
  const [year, month, day, hour, minute, second, ms] = reading;
  const text = `${pad(year, 4)}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}${ms === 0 ? '' : `.${pad(ms, 3)}`}`;
  if (momentsOf(reading, zone).length < 2) return text;
  const offset = offsetMinutes(atMs, zone);
  const size = Math.abs(offset);
  return `${text}${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<ms>\d{1,3}))?)?`;
const CLOCK = String.raw`(?:${TIME})?\s*(?<zone>Z|UTC|[+-]\d{2}:?\d{2})?`;
const forms = [
  // 2026-11-23 14:02:07, 2026-11-23T14:02Z, 2026/11/23, 2026年11月23日 14:02
  new RegExp(String.raw`^(?<year>\d{4})[-/.年](?<month>\d{1,2})[-/.月](?<day>\d{1,2})日?(?:[T\s]+|$|(?<=日))${CLOCK}$`, 'i'),
  // Nov 23, 2026, 14:02
  new RegExp(String.raw`^(?<name>[a-z]{3,9})\.?\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})(?:[,\s]+(?:at\s+)?|$)${CLOCK}$`, 'i'),
  // 23 Nov 2026 14:02
  new RegExp(String.raw`^(?<day>\d{1,2})\.?\s+(?<name>[a-z]{3,9})\.?,?\s+(?<year>\d{4})(?:[,\s]+(?:at\s+)?|$)${CLOCK}$`, 'i'),
  // 14:02 today
  new RegExp(String.raw`^${TIME}$`),
];

/**
 * Reads a moment as a person types it: ISO 8601, a date as English or Chinese writes it, a time of today, each on the clock of
 * `zone` where it names no other, or a distance from now ({@link agoMs}). A day alone is its beginning, or with `edge` 'end'
 * the beginning of the next. Of an hour that the clock shows twice the first is meant. Null = none of these.
 */
export function parseMoment(text: string, nowMs: number, zone: ClockZone, edge: 'start' | 'end' = 'start'): number | null {
  const ago = agoMs(text.trim());
  if (ago !== null) return nowMs - ago;
  const typed = text.normalize('NFKC').trim();
  const parts = forms.map((form) => form.exec(typed)).find((match) => match !== null)?.groups;
  if (!parts) return null;
  const today = readingOf(nowMs, zone);
  const number = (name: string, fallback: number): number => (parts[name] === undefined ? fallback : Number(parts[name]));
  const named = parts['name']?.slice(0, 3).toLowerCase();
  const hasTime = parts['hour'] !== undefined;
  const reading: Reading = [
    number('year', today[0]),
    named === undefined ? number('month', today[1]) : months.indexOf(named) + 1,
    number('day', today[2]),
    number('hour', 0),
    number('minute', 0),
    number('second', 0),
    Number((parts['ms'] ?? '0').padEnd(3, '0')),
  ];
  if (!isOnClock(reading)) return null;
  const offset = zoneOffset(parts['zone']);
  const atMs = offset === null ? ownMoment(reading, zone) : Date.UTC(reading[0], reading[1] - 1, ...tail(reading)) - offset * MINUTE_MS;
  if (hasTime || edge === 'start') return atMs < 0 ? null : atMs;
  const [year, month, day] = reading;
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return ownMoment([next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate(), 0, 0, 0, 0], zone);
}

const tail = ([, , day, hour, minute, second, ms]: Reading): [number, number, number, number, number] => [day, hour, minute, second, ms];

function isOnClock([year, month, day, hour, minute, second]: Reading): boolean {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
}

/** The first moment at which the clock shows this; in the hour that spring leaves out, as if the clock had not been set. */
function ownMoment(reading: Reading, zone: ClockZone): number {
  const [first] = momentsOf(reading, zone);
  if (first !== undefined) return first;
  const utc = Date.UTC(reading[0], reading[1] - 1, ...tail(reading));
  return utc - offsetMinutes(utc - DAY_MS, zone) * MINUTE_MS;
}

function zoneOffset(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Another day at the same time of day, as it stands in a field. */
export function onDay(day: string, atMs: number, zone: ClockZone): string {
  return `${day} ${momentText(atMs, zone)
    .slice(11, 23)
    .replace(/[+-].*$/, '')}`;
}

/**
 * The moment some days or months before at which the clock shows the same time. A month that is too short for the day ends with
 * its last; of an hour that the clock shows twice the first is meant.
 */
export function clockBefore(
  atMs: number,
  { days = 0, months: monthCount = 0 }: { readonly days?: number; readonly months?: number },
  zone: ClockZone,
): number {
  const [year, month, day, ...time] = readingOf(atMs, zone);
  const lastDay = new Date(Date.UTC(year, month - monthCount, 0)).getUTCDate();
  const date = new Date(Date.UTC(year, month - 1 - monthCount, Math.min(day, lastDay) - days));
  return ownMoment([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), ...time], zone);
}
