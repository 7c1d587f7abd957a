import { csvFields } from '../base/csv-fields';
import type { WeatherDesign } from '../model/weather';
import { MessageError, message } from '../text/message';
import { WeatherHours, type WeatherFile } from './weather-hours';

/**
 * EnergyPlus weather files (EnergyPlus, Auxiliary Programs: EPW CSV Format): eight header lines, then a record an hour, or several.
 * Months may come from different years, so dates are never made of them. Hours 1 to 24 end where they are named. Times are of the
 * place's standard time.
 */
const HEADERS = 8;
const FIRST = /^\s*LOCATION\s*,/i;
/** What stands for a missing value: so much and more. */
const MISSING = { temperature: 99.9, humidity: 999 } as const;
const column = { month: 1, day: 2, hour: 3, minute: 4, dryBulb: 6, dewPoint: 7, humidity: 8 } as const;
const FEWEST_FIELDS = 9;

export const isEpw = (text: string): boolean => FIRST.test(text);

/**
 * @param text the file's, without a byte order mark
 * @throws {MessageError} for one that has no such header or no record at all
 */
export function readEpw(text: string): WeatherFile {
  const lines = text.split(/\r\n|\n|\r/);
  const headers = new Map(
    lines.slice(0, HEADERS).map((line, at) => {
      const fields = csvFields(line, ',').map((field) => field.trim());
      return [(fields[0] ?? '').toUpperCase(), { fields, line: at + 1 }] as const;
    }),
  );
  const location = headers.get('LOCATION')?.fields;
  if (location === undefined) throw new MessageError(message('message.weather.noLocation'));
  if (!headers.has('DATA PERIODS')) throw new MessageError(message('message.weather.noPeriods'));
  const perHour = numberOf(headers.get('DATA PERIODS')?.fields[2]) ?? 1;
  if (!Number.isInteger(perHour) || perHour < 1 || perHour > 60)
    throw new MessageError(message('message.weather.badPeriods', { line: headers.get('DATA PERIODS')?.line ?? HEADERS }));
  const records = lines.slice(HEADERS);
  const saysLeap = /^y/i.test(headers.get('HOLIDAYS/DAYLIGHT SAVINGS')?.fields[1] ?? '');
  // Some files have the day and not the flag.
  const isLeap = saysLeap || records.some((line) => /^[^,]*,\s*0?2\s*,\s*29\s*,/.test(line));
  const hours = new WeatherHours(isLeap, perHour);
  let count = 0;
  records.forEach((text, at) => {
    if (text.trim() === '') return;
    const line = HEADERS + at + 1;
    if (readRecord(text, line, hours)) count += 1;
  });
  if (count === 0) throw new MessageError(message('message.weather.noRecords'));
  const [, city = '', region = '', country = '', source = ''] = location;
  return {
    year: {
      name: [city, region, country].filter((part) => part !== '' && part !== '-').join(', '),
      source,
      latitude: within(numberOf(location[6]), 90),
      longitude: within(numberOf(location[7]), 180),
      utcOffsetH: within(numberOf(location[8]), 14),
      altitudeM: within(numberOf(location[9]), 9_000),
      design: designOf(headers.get('DESIGN CONDITIONS')?.fields ?? []),
      isLeap,
      dryBulbC: hours.dryBulbC,
      relativeHumidity: hours.relativeHumidity,
    },
    problems: hours.problems,
    moreProblems: hours.moreProblems,
    leftOut: 0,
  };
}

/** @returns whether it is a record */
function readRecord(text: string, line: number, hours: WeatherHours): boolean {
  const fields = csvFields(text, ',').map((field) => field.trim());
  if (fields.length < FEWEST_FIELDS) {
    hours.bad(line, message('message.weather.short', { count: fields.length }));
    return false;
  }
  const [month = null, day = null, hour = null] = [column.month, column.day, column.hour].map((at) => numberOf(fields[at]));
  if (month === null || day === null || hour === null || !Number.isInteger(hour) || hour < 1 || hour > 24) {
    hours.bad(line, message('message.weather.noTime', { text: fields.slice(0, column.minute + 1).join(',') }));
    return false;
  }
  const told = (at: number, missing: number): number | null | undefined => {
    const field = fields[at] ?? '';
    if (field === '') return null;
    const value = numberOf(field);
    return value === null ? undefined : value >= missing ? null : value;
  };
  const dryBulbC = told(column.dryBulb, MISSING.temperature);
  const dewPointC = told(column.dewPoint, MISSING.temperature);
  const relativeHumidity = told(column.humidity, MISSING.humidity);
  if (dryBulbC === undefined || dewPointC === undefined || relativeHumidity === undefined) {
    hours.bad(line, message('message.weather.noNumber', { text: fields.slice(column.dryBulb, column.humidity + 1).join(',') }));
    return false;
  }
  hours.add(line, { month, day, hour: hour - 1 }, { dryBulbC, dewPointC, relativeHumidity });
  return true;
}

/** ASHRAE's heating 99.6 % and cooling 0.4 % design conditions, where the header has them. */
function designOf(fields: readonly string[]): WeatherDesign {
  const [heating, cooling] = [/^heating$/i, /^cooling$/i].map((word) => fields.findIndex((field) => word.test(field)));
  const at = (from: number | undefined, step: number): number | null =>
    from === undefined || from === -1 ? null : within(numberOf(fields[from + step]), 60);
  return { heatingC: at(heating, 2), coolingC: at(cooling, 3), coolingWetBulbC: at(cooling, 4) };
}

/** A decimal number, and nothing else. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

const within = (value: number | null, most: number): number | null => (value === null || Math.abs(value) > most ? null : value);
